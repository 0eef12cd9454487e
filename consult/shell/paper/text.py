"""A document as plain text, to paste into a mail."""

from collections.abc import Iterator

from consult.shell.paper.blocks import (
    Bars,
    Blanks,
    Block,
    BulletList,
    Document,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Postcard,
    Table,
)

_RULE = "―" * 20


def to_text(document: Document) -> str:
    """Lines of any length: mail programs wrap Japanese text themselves. Ends with a line break."""
    head = "\n".join(
        line
        for line in (
            f"{document.series} {document.issue}".strip(),
            f"{document.dated} {document.issuer}".strip(),
        )
        if line
    )
    parts = [
        document.addressee,
        head,
        f"■ {document.title}",
        *("\n".join(_lines(block)) for block in document.blocks),
    ]
    if document.contact:
        parts += [_RULE + "\n" + document.contact]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"【{block.text}】"
    elif isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, BulletList):
        for number, item in enumerate(block.items, start=1):
            mark = {"number": f"{number}.", "check": "□"}.get(block.mark, "・")
            yield f"{mark} {item}"
    elif isinstance(block, Notice):
        if block.title:
            yield f"◆ {block.title}"
        yield from block.lines
    elif isinstance(block, Bars):
        yield block.caption
        yield from (f"・{bar.label} {bar.shown}" for bar in block.bars)
    elif isinstance(block, Picture):
        yield from (block.caption, block.alt)
    elif isinstance(block, Postcard):
        yield from (block.caption, block.front, "", block.back)
    else:
        yield from _boxed(block)


def _boxed(block: Blanks | Table) -> Iterator[str]:
    """Tables and boxes to fill in, a line for each row or box."""
    if isinstance(block, Blanks):
        yield f"【{block.caption}】"
        for cell in block.cells:
            yield " ".join(
                (f"{cell.label}:", *(f"□{choice}" for choice in cell.choices), cell.after)
            ).rstrip()
        return
    yield block.caption
    for row in block.rows:
        yield "・" + " / ".join(f"{name}: {cell}" for name, cell in zip(block.header, row, strict=False))
