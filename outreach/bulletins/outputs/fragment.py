"""A bulletin as a piece of HTML for the city's own site: headings from h2, no class, style, script or id.

The site's template brings the looks; what it must not bring is a second h1 or an id that the site has already.
"""

from collections.abc import Callable
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Paragraph

_BREAK: Final = mark_safe("<br>\n")


def fragment(document: Document) -> str:
    """Lines of HTML without a frame around them; ends with a line break. Everything is escaped.

    Knows the blocks that a bulletin has; another is a mistake of ours and raises KeyError.
    """
    head = [format_html("<h2>{}</h2>", document.title)]
    under = " ".join(
        part for part in (document.series, document.issue, document.dated, document.issuer) if part
    )
    foot = [format_html("<p>{}</p>", document.contact)] if document.contact else []
    parts = [*head, format_html("<p>{}</p>", under), *map(_of, document.blocks), *foot]
    return "\n".join(parts) + "\n"


def _of(block: Block) -> SafeString:
    return _RENDERERS[type(block)](block)


def _heading(block: Heading) -> SafeString:
    level = block.level + 1
    return format_html("<h{}>{}</h{}>", level, block.text, level)


def _paragraph(block: Paragraph) -> SafeString:
    return format_html(
        "<p>{}</p>", format_html_join(_BREAK, "{}", ((line,) for line in block.text.splitlines()))
    )


def _list(block: BulletList) -> SafeString:
    items = format_html_join("\n", "<li>{}</li>", ((item,) for item in block.items))
    tag = "ol" if block.mark == "number" else "ul"
    return format_html("<{}>\n{}\n</{}>", tag, items, tag)


def _notice(block: Notice) -> SafeString:
    """A box has no box here: its title is a heading, a number to dial can be pressed on a telephone."""
    parts = [format_html("<h3>{}</h3>", block.title)] if block.title else []
    parts += [format_html("<p>{}</p>", line) for line in block.lines]
    if block.tone == "call":
        parts.append(format_html('<p><a href="tel:188">{}</a></p>', "188に電話する"))
    return format_html_join("\n", "{}", ((part,) for part in parts))


_RENDERERS: Final[dict[type, Callable[..., SafeString]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    BulletList: _list,
    Notice: _notice,
}
