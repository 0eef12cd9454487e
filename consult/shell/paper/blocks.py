"""What a document is made of. Plain text everywhere: no block understands markup of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from django.utils.safestring import SafeString


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
    """Rows of text under a header; `numeric` holds the columns, from 0, that stand to the right.

    On paper the first column is `lead` times as wide as each of the others.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    lead: float = 1
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


@dataclass(frozen=True)
class Blank:
    """A box of a form: its label, what stands in it or boxes to tick, and room to write by hand.

    `width` in twelfths of the line; `lines` of handwriting (7 mm each; 0 for boxes to tick alone); `after` stands
    where one writes (年 月 日).
    """

    label: str
    choices: Sequence[str] = ()
    width: int = 12
    lines: int = 1
    after: str = ""
    text: str = ""


@dataclass(frozen=True)
class Blanks:
    """A part of a form: boxes side by side, twelve twelfths to a line. `starts_page`: on a fresh sheet of paper."""

    caption: str
    cells: Sequence[Blank]
    starts_page: bool = False
    kind: ClassVar[str] = "blanks"


@dataclass(frozen=True)
class Postcard:
    """Both sides of a postcard (100 × 148 mm) to copy by hand: side by side in life size, then each large."""

    caption: str
    front: str
    back: str
    kind: ClassVar[str] = "postcard"


@dataclass(frozen=True)
class Picture:
    """A chart as it is drawn (`paper.charts`): `svg` is ours, never what somebody wrote or sent.

    `alt` says what it shows; whoever wants its numbers on the paper puts its table beside it. `width`: of the line.
    """

    caption: str
    alt: str
    svg: SafeString
    width: float = 1.0
    kind: ClassVar[str] = "picture"


Block = Heading | Paragraph | BulletList | Table | Notice | Bars | Blanks | Postcard | Picture


@dataclass(frozen=True)
class Document:
    """A paper as its reader knows it.

    `series` (見守り通信) and `issue` (令和8年度 第3号) stand above the title, `dated` and `issuer` beside them.
    With an `addressee` it is a letter: those lines stand where the window of an envelope (長形3号, folded in three)
    shows them, and number, date and issuer beside them.
    """

    title: str
    blocks: Sequence[Block]
    series: str = ""
    issue: str = ""
    dated: str = ""
    issuer: str = ""
    contact: str = ""
    lang: str = "ja"
    is_dense: bool = False
    """Small letters and narrow margins: a form or a record, not a leaflet."""
    is_wide: bool = False
    """A4 on its side: a table of many columns."""
    is_large: bool = False
    """Running text of 18 pt and nothing below 14 pt, for readers who see little; black on white like `is_mono`."""
    is_mono: bool = False
    """For a copier in black and white: lines instead of areas of colour, so that a copy of a copy can be read."""
    addressee: str = ""
