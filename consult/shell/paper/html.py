"""A document as an HTML fragment, on the page of the screen. Everything is escaped."""

from collections.abc import Callable
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

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


def to_html(document: Document, *, heading_level: int = 2) -> SafeString:
    """An `<article class="paper">`; its title is an `<h2>`, or the level that fits the page around it."""
    parts = [_of(block, heading_level) for block in document.blocks]
    return format_html(
        '<article class="paper{}" lang="{}">{}{}{}{}{}</article>',
        " paper--dense" if document.is_dense else "",
        document.lang,
        _letter_head(document),
        _masthead(document),
        _title(document, heading_level),
        _joined(parts),
        _foot(document),
    )


def _title(document: Document, level: int) -> SafeString:
    """Nothing for a title still to be written: an empty heading says nothing to a screen reader."""
    if not document.title:
        return SafeString("")
    return format_html('<h{} class="paper__title">{}</h{}>', level, document.title, level)


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _masthead(document: Document) -> SafeString:
    if document.addressee or not (document.series or document.issue):
        return SafeString("")
    return format_html(
        '<div class="paper__masthead"><span class="paper__series">{}</span>'
        '<span class="paper__issue">{}</span></div>',
        document.series,
        _lines("\n".join(line for line in (document.issue, document.dated, document.issuer) if line)),
    )


def _letter_head(document: Document) -> SafeString:
    """Whom a letter is to, and its number, date and sender."""
    if not document.addressee:
        return SafeString("")
    sender = "\n".join(line for line in (document.issue, document.dated, document.issuer) if line)
    return format_html(
        '<div class="paper__letter"><p>{}</p><p>{}</p></div>', _lines(document.addressee), _lines(sender)
    )


def _foot(document: Document) -> SafeString:
    if not document.contact:
        return SafeString("")
    return format_html('<p class="paper__foot">{}</p>', document.contact)


def _lines(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.splitlines()))


def _heading(block: Heading, above: int) -> SafeString:
    level = min(above + block.level - 1, 6)
    return format_html('<h{} class="paper__heading">{}</h{}>', level, block.text, level)


def _paragraph(block: Paragraph, _above: int) -> SafeString:
    return format_html("<p>{}</p>", _lines(block.text))


def _list(block: BulletList, _above: int) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((item,) for item in block.items))
    tag = "ol" if block.mark == "number" else "ul"
    return format_html('<{} class="paper__list paper__list--{}">{}</{}>', tag, block.mark, items, tag)


def _table(block: Table, _above: int) -> SafeString:
    def cells(tag: str, row: list[tuple[int, str]]) -> SafeString:
        return _joined(
            [
                format_html(
                    "<{} {}{}>{}</{}>",
                    tag,
                    mark_safe('scope="col"') if tag == "th" else "",
                    mark_safe(' class="table__num"') if n in block.numeric else "",
                    text,
                    tag,
                )
                for n, text in row
            ]
        )

    head = cells("th", list(enumerate(block.header)))
    body = format_html_join("", "<tr>{}</tr>", ((cells("td", list(enumerate(row))),) for row in block.rows))
    return format_html(
        '<div class="table-scroll" role="region" tabindex="0" aria-label="{}"><table class="table">'
        "<caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        block.caption,
        block.caption,
        head,
        body,
    )


def _notice(block: Notice, _above: int) -> SafeString:
    lines = format_html_join("", "<p>{}</p>", ((line,) for line in block.lines))
    title = format_html('<p class="paper__notice-title">{}</p>', block.title) if block.title else ""
    return format_html('<div class="paper__notice paper__notice--{}">{}{}</div>', block.tone, title, lines)


def _bars(block: Bars, _above: int) -> SafeString:
    """The bars are decoration beside a table with the same numbers, so that nothing depends on seeing them."""
    most = max((bar.value for bar in block.bars), default=0)
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="table__num">{}</td><td class="table__bar">'
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar__fill" width="{}" height="8"/></svg></td></tr>',
        ((bar.label, bar.shown, f"{100 * bar.value / most if most else 0:.1f}") for bar in block.bars),
    )
    return format_html(
        '<table class="table paper__bars"><caption>{}<span class="visually-hidden"> {}</span></caption>'
        "<tbody>{}</tbody></table>",
        block.caption,
        block.alt,
        rows,
    )


def _blanks(block: Blanks, above: int) -> SafeString:
    """Boxes of a form. The ticks are letters: what is filled in by hand is no field of the page."""
    cells = format_html_join(
        "",
        '<li class="blank blank--{} blank--lines-{}"><span class="blank__label">{}</span>{}{}{}</li>',
        (
            (
                cell.width,
                cell.lines,
                cell.label,
                format_html('<span class="blank__text">{}</span>', cell.text) if cell.text else "",
                format_html_join("", '<span class="blank__choice">□ {}</span>', ((c,) for c in cell.choices)),
                format_html('<span class="blank__after">{}</span>', cell.after) if cell.after else "",
            )
            for cell in block.cells
        ),
    )
    heading = _heading(Heading(block.caption), above)
    page = mark_safe(' class="paper__sheet"') if block.starts_page else ""
    return format_html('<section{}>{}<ul class="blanks">{}</ul></section>', page, heading, cells)


def _postcard(block: Postcard, _above: int) -> SafeString:
    sides = format_html_join(
        "", '<div class="postcard">{}</div>', ((_lines(side),) for side in (block.front, block.back))
    )
    return format_html(
        '<figure class="postcards"><figcaption>{}</figcaption>{}</figure>', block.caption, sides
    )


def _picture(block: Picture, _above: int) -> SafeString:
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption><div class="chart__scroll" role="group" tabindex="0" '
        'aria-label="{}">{}</div></figure>',
        block.caption,
        block.caption,
        block.svg,
    )


_RENDERERS: Final[dict[type, Callable[..., SafeString]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    BulletList: _list,
    Table: _table,
    Notice: _notice,
    Bars: _bars,
    Blanks: _blanks,
    Postcard: _postcard,
    Picture: _picture,
}


def _of(block: Block, above: int) -> SafeString:
    return _RENDERERS[type(block)](block, above)
