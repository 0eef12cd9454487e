"""What a document is made of. Plain text everywhere: no block understands markup of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True)
class Heading:
    """A heading below the title of the document, which is level 1."""

    text: str
    level: Literal[2, 3] = 2
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line break stays a line break."""

    text: str
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class BulletList:
    """`mark`: "dot", "number", or "check" for things to tick off on paper."""

    items: Sequence[str]
    mark: Literal["dot", "number", "check"] = "dot"
    kind: ClassVar[str] = "list"


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; `numeric` holds the columns, from 0, that stand to the right."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Notice:
    """A box. `tone`: "info" for a quiet one, "warning" to be seen, "call" for a number to dial."""

    title: str
    lines: Sequence[str]
    tone: Literal["info", "warning", "call"] = "info"
    kind: ClassVar[str] = "notice"


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    shown: str


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from zero. `alt` says in a sentence what they show; the numbers stand beside them."""

    caption: str
    alt: str
    bars: Sequence[Bar]
    kind: ClassVar[str] = "bars"


Block = Heading | Paragraph | BulletList | Table | Notice | Bars


@dataclass(frozen=True)
class Document:
    """A paper as its reader knows it.

    `series` (見守り通信) and `issue` (令和8年度 第3号) stand above the title, `dated` and `issuer` beside them.
    """

    title: str
    blocks: Sequence[Block]
    series: str = ""
    issue: str = ""
    dated: str = ""
    issuer: str = ""
    contact: str = ""
    lang: str = "ja"
