"""Rows out of an Excel workbook (.xlsx), read as a stream; the archive is judged before it is unpacked."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from xml.parsers.expat import ParserCreate

from django.utils.translation import gettext as _

from cases.files.errors import FileNotUnderstood
from cases.files.table import MAX_COLUMNS, MAX_ROWS, Line, Table, find_header

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 100
RATIO_COUNTS_FROM_BYTES = 10 * 1024 * 1024
MAX_PARTS = 2000
MAX_SPANS = 500
_LAST_LINE = 1_048_576
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ERROR_WORDS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)

# openpyxl warns about parts of a workbook that it drops, quoting the value of a cell that is no date: neither
# belongs on the error stream. A filter, because catch_warnings is not safe among threads.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl(\.|$)")


def read_xlsx(data: bytes) -> Table:
    """The table on the first visible sheet that holds anything.

    Dates become ISO text (`2026-11-20`, `2026-11-20T10:30:00`), times `10:30:00`, whole numbers have no `.0`,
    a formula gives the value that Excel last stored (blank where it never calculated).
    Raises FileNotUnderstood, for a fault further down when reading comes to it.
    """
    sheets = _visible_sheets(data)
    for sheet in sheets:
        errors: list[tuple[int, int]] = []
        try:
            found = find_header(_lines(sheet, errors))
        except FileNotUnderstood as refusal:
            if refusal.reason != "empty":
                raise
            continue
        return Table(found.header, found.line, found.rows, sheet=sheet.title, error_cells=errors)
    raise FileNotUnderstood("empty", _("ファイルに行がありません。"))


def read_xlsx_lines(data: bytes) -> Iterator[tuple[str, Iterator[Line]]]:
    """(title, its lines as they stand) of each visible sheet. Raises as `read_xlsx`."""
    return ((str(sheet.title), _lines(sheet, [])) for sheet in _visible_sheets(data))


@dataclass(frozen=True)
class Span:
    """Cells that are one: first and last line and column, from 1. Its text stands in the first of them."""

    left: int
    top: int
    right: int
    bottom: int

    def covers(self, line: int, column: int) -> bool:
        return self.top <= line <= self.bottom and self.left <= column <= self.right


def read_spans(data: bytes) -> dict[str, list[Span]]:
    """The merged cells of each visible sheet, by its title. Raises as `read_xlsx`."""
    return {str(sheet.title): _spans(sheet) for sheet in _visible_sheets(data)}


def _spans(sheet: Any) -> list[Span]:
    """Read as a stream, without a tree: they stand behind all rows."""
    from openpyxl.utils import range_boundaries

    found: list[Span] = []

    def begin(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "mergeCell" and len(found) < MAX_SPANS:
            found.append(Span(*range_boundaries(given["ref"])))

    parser = ParserCreate()
    parser.StartElementHandler = begin
    try:
        with sheet.parent._archive.open(sheet._worksheet_path) as stream:  # no public way in a stream
            parser.ParseFile(stream)
    except Exception:
        raise _damaged() from None
    return found


def _visible_sheets(data: bytes) -> list[Any]:
    from openpyxl import load_workbook  # 8 MB, and most processes never read a workbook

    _judge_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception:
        raise _damaged() from None


def _judge_archive(data: bytes) -> None:
    """Refuse what must not be unpacked: other formats, encrypted parts, archives that swell.

    zipfile never yields more than the size that the directory declares, so declared sizes can be judged.
    """
    if data.startswith(_OLE_MARK):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _encrypted()
        raise FileNotUnderstood("kind", _("古いExcel形式(.xls)は読めません。.xlsxで保存し直してください。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 0x1 for part in parts):
                raise _encrypted()
            unpacked = sum(part.file_size for part in parts)
            swollen = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MAX_RATIO * len(data)
            if unpacked > MAX_UNPACKED_BYTES or swollen or len(parts) > MAX_PARTS:
                raise FileNotUnderstood(
                    "bomb", _("展開すると大きすぎるファイルです。行を分けて保存し直してください。")
                )
            for part in parts:
                _refuse_doctype(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise _damaged() from None


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Excel never writes a document type; entities declared in one can swell without end."""
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as stream:
            if b"<!DOCTYPE" in stream.read(4096):
                raise _damaged()


def _lines(sheet: Any, errors: list[tuple[int, int]]) -> Iterator[Line]:
    sheet.reset_dimensions()  # written by the program that saved the file, not always truly
    rows = sheet.iter_rows(values_only=True)
    line = cells_seen = 0
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except Exception:
            raise _damaged() from None
        line += 1
        cells_seen += len(values)
        if line > _LAST_LINE or cells_seen > MAX_ROWS * MAX_COLUMNS:
            raise _damaged()
        cells = [_text(value) for value in values]
        if not _ERROR_WORDS.isdisjoint(cells):
            errors.extend((line, at) for at, cell in enumerate(cells, start=1) if cell in _ERROR_WORDS)
        yield line, cells


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _number(value: float) -> str:
    """As Excel shows it: fifteen digits, no exponent, no `.0`."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def _moment(value: datetime) -> str:
    """A day, or a day and a time to the nearest second (Excel counts days in binary fractions)."""
    rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat()


def _damaged() -> FileNotUnderstood:
    return FileNotUnderstood(
        "damaged", _("Excelファイル(.xlsx)として読めません。壊れているか、別の形式です。")
    )


def _encrypted() -> FileNotUnderstood:
    return FileNotUnderstood(
        "encrypted", _("パスワードで保護されたファイルは読めません。保護を外してください。")
    )
