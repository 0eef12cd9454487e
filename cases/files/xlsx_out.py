"""The one writer of Excel workbooks: in memory, text stays text, the same rows give the same bytes."""

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cases.files.csv_out import Cell
from cases.law.calendar import TOKYO

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS_OF_A_SHEET = 1_048_576
MAX_TEXT = 32_767
_FIRST_YEAR = 1900
_MEASURED_ROWS = 200
_NARROWEST, _WIDEST = 8.0, 60.0
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
OPTIONS = {
    "in_memory": True,  # no plain rows in temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A workbook carries the moment of its making; a fixed one lets the same figures give the same file.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Column:
    """`number_format` is Excel's (`#,##0`, `0.0%`); `width` in characters, None for what the cells need."""

    title: str
    number_format: str = ""
    width: float | None = None


@dataclass(frozen=True)
class Sheet:
    """`name` is cut to what Excel allows; rows are asked for once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Part:
    """One of several tables on a sheet: lines of text above it, its columns and rows, lines below."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]] = ()
    above: Sequence[str] = ()
    below: Sequence[str] = ()


@dataclass(frozen=True)
class Stack:
    """A sheet that holds several tables, one below the other, each with a bold header of its own."""

    name: str
    parts: Sequence[Part]


class _Writer:
    """Puts cells on one worksheet and remembers how wide the first of them are."""

    def __init__(self, book: "xlsxwriter.Workbook", sheet: "Worksheet", columns: Sequence[Column]) -> None:
        self.sheet = sheet
        self.columns = columns
        self.title = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.formats = [
            book.add_format({"num_format": column.number_format}) if column.number_format else None
            for column in columns
        ]
        self.widths = [_display_width(column.title) for column in columns]

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for at, column in enumerate(self.columns):
            self.sheet.write_string(0, at, column.title, self.title)
        self.sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            if line >= MAX_ROWS_OF_A_SHEET:
                raise ValueError("more rows than a sheet can hold")
            if len(row) > len(self.columns):
                raise ValueError("a row has more cells than the sheet has columns")
            for at, cell in enumerate(row):
                self._put(line, at, cell, self.formats[at])
            if line <= _MEASURED_ROWS:
                shown = [_display_width(str(cell)) if cell is not None else 0 for cell in row]
                self.widths[: len(row)] = map(max, self.widths, shown)
        for at, column in enumerate(self.columns):
            needed = min(max(self.widths[at] + 2.0, _NARROWEST), _WIDEST)
            self.sheet.set_column(at, at, needed if column.width is None else column.width, self.formats[at])

    def _put(self, line: int, at: int, cell: Cell, form: "Format | None") -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, date) and cell.year < _FIRST_YEAR:
            cell = cell.isoformat()
        if isinstance(cell, str):
            self.sheet.write_string(line, at, text_of_a_cell(cell), form)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(line, at, cell, form)
        elif isinstance(cell, datetime):
            local = cell.astimezone(TOKYO).replace(tzinfo=None) if cell.tzinfo else cell
            self.sheet.write_datetime(line, at, local, form or self.moment)
        elif isinstance(cell, date):
            self.sheet.write_datetime(line, at, cell, form or self.day)
        elif _is_exact(cell):
            self.sheet.write_number(line, at, cell, form)
        else:
            self.sheet.write_string(line, at, str(cell), form)


class _Stacker(_Writer):
    """Puts the parts of a stack one below the other, with an empty line between."""

    def __init__(self, book: "xlsxwriter.Workbook", sheet: "Worksheet") -> None:
        super().__init__(book, sheet, ())
        self.book = book
        self.line = 0
        self.by_format: dict[str, Format] = {}

    def stack(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self._texts(part.above)
            self._table(part)
            self._texts(part.below)
            self.line += 1
        for at, width in enumerate(self.widths):
            self.sheet.set_column(at, at, min(max(width + 2.0, _NARROWEST), _WIDEST))

    def _texts(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._put(self.line, 0, text, None)
            self.line += 1

    def _table(self, part: Part) -> None:
        if not part.columns:
            return
        formats = [self._format(column.number_format) for column in part.columns]
        self._measure([column.title for column in part.columns])
        for at, column in enumerate(part.columns):
            self.sheet.write_string(self.line, at, column.title, self.title)
        self.line += 1
        for row in part.rows:
            if len(row) > len(part.columns):
                raise ValueError("a row has more cells than its table has columns")
            self._measure([str(cell) if cell is not None else "" for cell in row])
            for at, cell in enumerate(row):
                self._put(self.line, at, cell, formats[at])
            self.line += 1

    def _format(self, number_format: str) -> "Format | None":
        if not number_format:
            return None
        if number_format not in self.by_format:
            self.by_format[number_format] = self.book.add_format({"num_format": number_format})
        return self.by_format[number_format]

    def _measure(self, shown: Sequence[str]) -> None:
        found = [_display_width(text) for text in shown]
        self.widths += [0] * (len(found) - len(self.widths))
        self.widths[: len(found)] = map(max, self.widths, found)


def write_xlsx(sheets: Sequence[Sheet | Stack]) -> bytes:
    """A workbook with one bold, frozen header row per sheet, or one per table of a stack.

    A text never becomes a formula, a link or a number; None and "" leave the cell empty. A text longer than
    Excel's 32,767 characters is cut and ends in 「…」. An integer of more than 15 digits is written as text,
    because Excel would round it; so is a day before 1900, which Excel does not know. Raises ValueError for more rows
    than a sheet holds or a row wider than the columns.
    """
    import xlsxwriter  # of weight, and most processes never write a workbook

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"created": _MADE_AT})
    taken: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(sheet_name(sheet.name, taken))
        if isinstance(sheet, Stack):
            _Stacker(book, page).stack(sheet.parts)
        else:
            _Writer(book, page, sheet.columns).write(sheet.rows)
    book.close()
    return out.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, different from the others without regard to case."""
    plain = _FORBIDDEN_IN_NAMES.sub(" ", name).strip(" '")[:31] or "Sheet"
    found, copy = plain, 2
    while found.lower() in taken:
        mark = f"({copy})"
        found, copy = plain[: 31 - len(mark)] + mark, copy + 1
    taken.add(found.lower())
    return found


def text_of_a_cell(text: str) -> str:
    """Also without half surrogate pairs, which no file can hold."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _is_exact(number: float | Decimal) -> bool:
    """Whether Excel's binary number keeps it: finite, and no integer of more than 15 digits."""
    if isinstance(number, int):
        return abs(number) < 10**15
    return math.isfinite(number)


def _display_width(text: str) -> int:
    """Width of the widest line in half-width characters."""
    lines = text.split("\n")
    return max(
        sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) for line in lines
    )
