"""Single cells of a ledger: days with their year, ages, amounts, and the form in which rows are compared."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from cases import spelling
from cases.law import calendar
from cases.records import ages
from cases.services.entry import MOST_YEN
from cases.services.reading import Age, NotUnderstood, read_age, read_yen

OLDEST_YEAR: Final = 1950
ERROR_WORDS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_NOTHING: Final = (
    frozenset({"", "-", "―", "ー", "－", "—", "?", "？", "…", "*", "／", "/", "〃", "''", "."}) | ERROR_WORDS
)
_WEEKDAY = re.compile(r"\(\s*[月火水木金土日](?:曜日?)?(?:[・,]祝)?\s*\)")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NO_YEAR = re.compile(r"\d{1,2}\s*(?:[-/.]|月)\s*\d{1,2}\s*日?")
_CLOCK = re.compile(r"(午後|午前|PM|AM)?\s*(\d{1,2})\s*(?::|時)\s*(?:(\d{1,2})(?::\d{2})?\s*分?)?")
_MOMENT = re.compile(r"(?P<day>.+?)(?:[\sT]+(?P<clock>(?:午後|午前)?\s*\d{1,2}\s*(?::|時).*))?")
_MONEY = re.compile(r"[¥\\]?[\d,]+(?:\.0+)?円?")
_NEGATIVE = re.compile(r"[-−△▲¥]*[-−△▲]¥?\d")
_LIKE_A_DAY = re.compile(r"(?:[0-9]{4}|[MTSHR明大昭平令])")
_BLANKS = re.compile(r"\s+")


def says_nothing(text: str) -> bool:
    return text in _NOTHING


def _moment(text: str) -> tuple[date | None, str]:
    """(the day with its year, what stands behind it as a time)."""
    plain = _WEEKDAY.sub("", spelling.width(text)).strip()
    found = _MOMENT.fullmatch(plain)
    return (_day(found["day"].strip()), found["clock"] or "") if found else (None, "")


def has_no_year(text: str) -> bool:
    return _NO_YEAR.fullmatch(_WEEKDAY.sub("", spelling.width(text)).strip()) is not None


def read_day(text: str) -> date | None:
    """A day with its year, a time behind it left out; None where there is none or the calendar lacks it."""
    return _moment(text)[0]


def _day(text: str) -> date | None:
    if found := _ISO.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    if not _LIKE_A_DAY.match(text.upper()):
        return None  # 今日, 11/20: what they mean depends on when somebody wrote them
    try:
        return calendar.parse_date(text, today=date.max)
    except calendar.DateNotUnderstood:
        return None


def read_received(text: str, clock: str, *, now: datetime) -> tuple[datetime | None, str]:
    """(moment, reason why there is none). Without a time it is noon, or now for today."""
    day, behind = _moment(text)
    if day is None:
        return None, "date_without_year" if has_no_year(text) else "date_unreadable"
    today = calendar.local_date(now)
    if day > today:
        return None, "date_ahead"
    if day.year < OLDEST_YEAR:
        return None, "date_too_old"
    at = _time(behind) or _time(clock)
    if at is None:
        return (now if day == today else datetime.combine(day, time(12), tzinfo=calendar.TOKYO)), ""
    return datetime.combine(day, at, tzinfo=calendar.TOKYO), ""


def _time(text: str) -> time | None:
    found = _CLOCK.fullmatch(spelling.width(text).strip().upper())
    if found is None:
        return None
    hour = int(found[2])
    if found[1] in {"午後", "PM"} and hour < 12:
        hour += 12
    try:
        return time(hour, int(found[3] or 0))
    except ValueError:
        return None


def read_age_cell(text: str, *, day: date, is_band: bool) -> Age | None:
    """「70」 under 年代 is a decade, under 年齢 a number of years. None where it says no age."""
    plain = "".join(spelling.width(text).split())
    if is_band and plain.isascii() and plain.isdigit() and int(plain) % 10 == 0:
        plain += "代"
    if has_no_year(plain):
        return None
    try:
        return read_age(plain.replace("~", "〜").removesuffix("前半").removesuffix("後半"), today=day)
    except NotUnderstood:
        return None


def more_exact(one: Age, other: Age) -> Age:
    """What both say together: a birth date and an age go before a band."""
    return Age(
        years=one.years if one.years is not None else other.years,
        birth_date=one.birth_date or other.birth_date,
        band=one.band if one.band != ages.UNKNOWN else other.band,
    )


def read_amount(text: str) -> tuple[int | None, str]:
    """(yen or None for unknown, reason why it was not understood)."""
    plain = _BLANKS.sub("", spelling.width(text))
    if _NEGATIVE.match(plain):
        return None, "yen_out_of_range"
    try:
        amount = read_yen(text)
    except NotUnderstood:
        return None, "yen_unreadable"
    if amount is not None and amount > MOST_YEN:
        return None, "yen_out_of_range"
    return amount, ""


def canonical(row: Sequence[str]) -> bytes:
    """Everything that a row says, whatever the order of its columns and the spelling of days and numbers."""
    said = sorted(_comparable(cell) for cell in row if cell.strip())
    return "\x1f".join(said).encode("utf-8", "surrogatepass")


def _comparable(cell: str) -> str:
    plain = _BLANKS.sub("", spelling.width(cell)) if not cell.isascii() else _BLANKS.sub("", cell)
    if len(plain) <= 24:
        if _MONEY.fullmatch(plain):
            return re.sub(r"[¥\\,円]|\.0+$", "", plain)
        if _LIKE_A_DAY.match(plain):
            day, behind = _moment(cell)
            if day is not None:
                return f"{day.isoformat()}{_time(behind) or ''}"
    return plain
