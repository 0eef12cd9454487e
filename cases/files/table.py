"""A table out of a file: its header and its rows, whatever the file was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from django.utils.translation import gettext as _

from cases.files.encoding import Encoding
from cases.files.errors import FileNotUnderstood

MAX_COLUMNS = 200
MAX_ROWS = 1_000_000
ROWS_ABOVE_HEADER = 10
_LOOK_AHEAD = 30

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """Rows as text, read once and while they are asked for; a late fault in the file is raised then.

    `header` has no blank and no repeated name: a blank one is 「3列目」, a repeated one 「氏名(2)」.
    A row has at least as many cells as the header; one that is longer in the file keeps its further cells, so
    that the reader of the table can report it. Blank rows are left out. `line` numbers are those of the file:
    of a CSV row with line breaks inside, its first line.
    `error_cells` fills while rows are read: (line, column), both from 1, of Excel's error values (#N/A …),
    which stand in the row as their word.
    """

    header: list[str]
    header_line: int
    rows: Iterator[Line]
    encoding: Encoding | None = None
    sheet: str = ""
    error_cells: list[tuple[int, int]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Line]:
        return self.rows


@dataclass(frozen=True)
class Found:
    """A header and the rows below it, not yet padded."""

    header: list[str]
    line: int
    rows: Iterator[Line]


def find_header(lines: Iterable[Line]) -> Found:
    """Tell title rows and blank rows from the header, and give the rows below it.

    The header is the first row that fills at least two thirds of what the fullest of the first 30 rows fills;
    at most 10 rows may stand above it. Raises FileNotUnderstood.
    """
    rows = _checked(lines)
    first = list(islice(rows, _LOOK_AHEAD))
    if not first:
        raise FileNotUnderstood("empty", _("ファイルに行がありません。"))
    fullest = max(_filled(cells) for _line, cells in first)
    at = next(i for i, (_line, cells) in enumerate(first) if _filled(cells) * 3 >= fullest * 2)
    line, cells = first[at]
    if line > ROWS_ABOVE_HEADER + 1:
        raise FileNotUnderstood(
            "no_header",
            _("見出しの行が見つかりません。見出しより上の行は%(n)d行までにしてください。")
            % {"n": ROWS_ABOVE_HEADER},
        )
    header = _names(cells)
    return Found(header, line, _padded(chain(first[at + 1 :], rows), len(header)))


def _checked(lines: Iterable[Line]) -> Iterator[Line]:
    """The rows that hold something, without blank cells at their end, within the limits."""
    count = 0
    for line, cells in lines:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise FileNotUnderstood(
                "too_many_columns", _("列が多すぎます(%(n)d列まで)。") % {"n": MAX_COLUMNS}
            )
        count += 1
        if count > MAX_ROWS:
            raise FileNotUnderstood("too_many_rows", _("行が多すぎます(%(n)d行まで)。") % {"n": MAX_ROWS})
        yield line, cells


def _padded(rows: Iterable[Line], width: int) -> Iterator[Line]:
    for line, cells in rows:
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        yield line, cells


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _names(cells: list[str]) -> list[str]:
    taken = {cell.strip() for cell in cells}
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        plain = " ".join(cell.split()) or _("%(n)d列目") % {"n": number}
        name, copy = plain, 2
        while name in names or (copy > 2 and name in taken):
            name, copy = f"{plain}({copy})", copy + 1
        names.append(name)
    return names
