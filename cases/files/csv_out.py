"""The one safe writer of CSV files: no cell becomes a formula, no character is lost uncounted."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from cases.law.calendar import TOKYO

Cell = str | int | float | Decimal | date | datetime | bool | None
CsvEncoding = Literal["utf-8-sig", "cp932"]

UNWRITABLE = "〓"
"""The geta mark: what Japanese type sets where a character is wanting."""

_RISKY = re.compile(r"[=+\-@＝＋－＠\t\r]|[\s\u3000]+[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?%?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Twins that Windows-31J has for the eye; the codec itself maps the others (〜 − ‖ ¢ £ ¬).
_CP932_TWINS = str.maketrans("—¥", "―￥")
_VARIANT = re.compile(r"(.)[\ufe00-\ufe0f\U000e0100-\U000e01ef]", re.DOTALL)


@dataclass(frozen=True)
class CsvFile:
    """`unwritable` counts the characters that the encoding lacks; each stands in `data` as 〓."""

    data: bytes
    unwritable: int


def write_csv(rows: Iterable[Sequence[Cell]], *, encoding: CsvEncoding = "utf-8-sig") -> CsvFile:
    """Comma-separated, CRLF, quotes where needed; dates as ISO text, None as an empty cell.

    A text cell that a spreadsheet could take for a formula (= + - @ in either width, tab, carriage return at
    its start) gets an apostrophe in front, unless it is a number. The first row is written like any other.
    Control characters other than tab and line breaks are dropped.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([_safe(cell) for cell in row] for row in rows)
    text = out.getvalue()
    if encoding == "cp932":
        text = unicodedata.normalize("NFC", text).translate(_CP932_TWINS)
    try:
        return CsvFile(text.encode(encoding), 0)
    except UnicodeEncodeError:
        return _with_marks(text, encoding)


def _safe(cell: Cell) -> str | int | float | Decimal:
    if isinstance(cell, str):
        text = _CONTROL.sub("", cell)
        risky = _RISKY.match(text) and not _NUMBER.fullmatch(text)
        return f"'{text}" if risky else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        local = cell.astimezone(TOKYO) if cell.tzinfo else cell
        return local.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell


def _with_marks(text: str, encoding: CsvEncoding) -> CsvFile:
    """Replace what the encoding lacks; a character with a variation selector counts once."""
    count = 0
    if encoding == "cp932":
        text, count = _VARIANT.subn(UNWRITABLE, text)
    lacking = {char for char in set(text) if not _writable(char, encoding)}
    count += sum(text.count(char) for char in lacking)
    text = text.translate({ord(char): UNWRITABLE for char in lacking})
    return CsvFile(text.encode(encoding), count)


def _writable(char: str, encoding: CsvEncoding) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
