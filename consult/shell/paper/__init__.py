"""One document, three shapes: HTML for the screen, plain text for mail, PDF/UA for paper."""

from consult.shell.paper.blocks import (
    Bar,
    Bars,
    Blank,
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
from consult.shell.paper.html import to_html
from consult.shell.paper.text import to_text

__all__ = [
    "Bar",
    "Bars",
    "Blank",
    "Blanks",
    "Block",
    "BulletList",
    "Document",
    "Heading",
    "Notice",
    "Paragraph",
    "Picture",
    "Postcard",
    "Table",
    "to_html",
    "to_text",
]
