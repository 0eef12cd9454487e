"""Ages, amounts and times as people type them, at the desk and in ledgers alike."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import ages

_UNKNOWN: Final = frozenset({"", "不明", "わからない", "分からない", "未確認", "?", "-", "―", "ー", "なし"})


class NotUnderstood(CasesError, ValueError):
    """The text says nothing that this field can hold; the message does not repeat it."""

    code: ClassVar[str] = "not_understood"


@dataclass(frozen=True)
class Age:
    """What was said about an age: whole years, or a birth date, or a band, or nothing."""

    years: int | None = None
    birth_date: date | None = None
    band: str = ages.UNKNOWN


_DECADE: Final = re.compile(r"(\d{1,3})(?:歳|才)?(代|以上|未満)(?:以上)?")
_DECADES: Final = {
    "10代": "UNDER_20", "20代": "20S", "30代": "30S", "40代": "40S", "50代": "50S", "60代": "60S", "70代": "70S",
    "80代": "80_OVER", "90代": "80_OVER", "70以上": "70_OVER", "80以上": "80_OVER", "85以上": "85_OVER",
    "20未満": "UNDER_20", "18未満": "UNDER_18",
}  # fmt: skip


_RANGE: Final = re.compile(r"(\d{1,3})(?:歳|才)?[-〜~～](\d{1,3})(?:歳|才)?")
_RANGES: Final = {
    (band.start, band.end - 1): band.code
    for band in ages.BANDS
    if band.start is not None and band.end is not None
}


_LONG_AGO: Final = date(1000, 1, 1)
_ENGLISH: Final = (
    (re.compile(r"unknown"), "不明"), (re.compile(r"organi[sz]ation|group"), "団体"),
    (re.compile(r"(\d{1,3})s"), r"\1代"), (re.compile(r"(\d{1,3})\+"), r"\1以上"),
    (re.compile(r"under(\d{1,3})"), r"\1未満"),
)  # fmt: skip


def _in_japanese(plain: str) -> str:
    """`70s` as 「70代」: the few English words of an age."""
    for pattern, words in _ENGLISH:
        if found := pattern.fullmatch(plain.lower()):
            return found.expand(words)
    return plain


def read_age(text: str, *, today: date) -> Age:
    """「72」「72歳」「70代」「65〜69」「S28.5.3」「不明」「団体」, `70s` `unknown`. Raises NotUnderstood."""
    plain = _in_japanese("".join(spelling.width(text).split()))
    if plain in _UNKNOWN:
        return Age()
    if plain in {"団体", "法人", "事業者"}:
        return Age(band=ages.GROUP)
    if years := re.fullmatch(r"(\d{1,3})(?:歳|才)?", plain):
        number = int(years[1])
        if number > ages.OLDEST:
            raise NotUnderstood(_("年齢は0から130までで入力してください。"))
        return Age(years=number)
    if (decade := _DECADE.fullmatch(plain)) and (band := _DECADES.get(decade[1] + decade[2])):
        return Age(band=band)
    if (ends := _RANGE.fullmatch(plain)) and (band := _RANGES.get((int(ends[1]), int(ends[2])))):
        return Age(band=band)
    try:
        born = _birth_date(plain, today)
    except calendar.DateNotUnderstood:
        raise NotUnderstood(
            _("年齢(例: 72)、生年月日(例: S28.5.3)、年代(例: 70代)、不明のどれかで入力してください。")
        ) from None
    if born > today or calendar.age_on(born, today) > ages.OLDEST:
        raise NotUnderstood(_("生年月日を確認してください。"))
    return Age(birth_date=born)


def write_band(code: str) -> str:
    """A band with two ends as `read_age` reads it back: 「65〜69歳」; empty for the others."""
    band = ages.BY_CODE[code]
    if band.start is None or band.end is None:
        return ""
    return _("%(first)s〜%(last)s歳") % {"first": band.start, "last": band.end - 1}


def _birth_date(plain: str, today: date) -> date:
    """Raises DateNotUnderstood, also for a day without a year (「11/20」「昨日」): that is nobody's birth date."""
    born = calendar.parse_date(plain, today=today)
    if born != calendar.parse_date(plain, today=_LONG_AGO):
        raise calendar.DateNotUnderstood
    return born


_AMOUNT: Final = re.compile(
    r"(?:約|およそ)?[¥\\]?(?:(?P<oku>[\d.]+)億)?(?:(?P<man>[\d.]+)万)?(?:(?P<sen>[\d.]+)千)?(?P<yen>\d+)?(?P<unit>円)?"
    r"(?:位|ぐらい|くらい|程度)?"
)
_UNITS: Final = {"oku": 10**8, "man": 10**4, "sen": 10**3, "yen": 1}
_THOUSANDS: Final = re.compile(r"(?<=\d)[,、](?=\d{3}(?!\d))")
_LONGEST_AMOUNT: Final = 25


def read_yen(text: str) -> int | None:
    """「1,500,000」「148万円」「1億2000万」「3千円」; None for an amount that nobody knows, which is not 0.

    What could be two amounts is refused: 「1万5」 is said for 15,000 and written for 10,005, 「3、5万」 for a range.
    Raises NotUnderstood.
    """
    plain = _THOUSANDS.sub("", re.sub(r"[\s_]", "", spelling.width(text)))
    plain = re.sub(r"(\d+)千(?=万)", r"\g<1>000", plain)  # 「2千万」 is 2000万
    if plain in _UNKNOWN:
        return None
    if plain.endswith(".0"):
        plain = plain[:-2]
    found = _AMOUNT.fullmatch(plain) if len(plain) <= _LONGEST_AMOUNT else None
    total = None if found is None else _total(found)
    if total is None:
        raise NotUnderstood(
            _("金額は「1500000」「150万円」のように入力してください。分からないときは空けておきます。")
        )
    return total


def _total(found: re.Match[str]) -> int | None:
    """The whole yen of an amount, or None where it has none, a fraction of one, or more than one reading."""
    given = {name: digits for name in _UNITS if (digits := found[name])}
    is_hanging = len(given) > 1 and len(given.get("yen", "000")) < 3 and not found["unit"]
    is_hanging = is_hanging or (given.keys() >= {"oku", "sen"} and "man" not in given)  # 「1億2千」
    if not given or is_hanging or any(d.count(".") > 1 or not d.strip(".") for d in given.values()):
        return None
    total = sum((Decimal(digits) * _UNITS[name] for name, digits in given.items()), Decimal(0))
    return int(total) if total == int(total) else None


_CLOCK: Final = re.compile(
    r"(?P<day>.*?)[\sT]*(?:(?P<pm>午後|午前)?(?<!\d)(?P<hour>\d{1,2})(?::|時)(?P<minute>\d{1,2})?(?::\d{2})?分?)?"
)


def read_moment(text: str, *, now: datetime) -> datetime:
    """A day with or without a time, in Tokyo; without a time it is noon of a past day, now for today.

    `now` is aware. Raises NotUnderstood.
    """
    plain = spelling.width(text).strip()
    today = calendar.local_date(now)
    found = _CLOCK.fullmatch(plain)
    if not plain or found is None:
        raise NotUnderstood(_("日時は「2026-11-20 14:30」のように入力してください。"))
    try:
        day = calendar.parse_date(found["day"], today=today) if found["day"].strip() else today
        if found["hour"] is None:
            return now if day == today else datetime.combine(day, time(12), tzinfo=calendar.TOKYO)
        return datetime.combine(day, time(_hour(found), int(found["minute"] or 0)), tzinfo=calendar.TOKYO)
    except ValueError:
        raise NotUnderstood(_("日時は「2026-11-20 14:30」のように入力してください。")) from None


def _hour(found: re.Match[str]) -> int:
    """0 to 23, or what `time` refuses. 12時 is noon with 午前 as with 午後: nobody calls at midnight."""
    hour = int(found["hour"])
    if found["pm"] == "午後" and hour < 12:
        return hour + 12
    return -1 if found["pm"] == "午前" and hour > 12 else hour


_HALVES: Final = {"午前": (time(9), time(12)), "午後": (time(13), time(17)), "夕方": (time(16), time(18))}
_CLOCK_ALONE: Final = re.compile(r"(?P<hour>\d{1,2})(?:[:時](?P<minute>\d{1,2})?分?|(?P<joined>\d{2}))?")


def read_band(text: str) -> tuple[time, time | None]:
    """The hours in which to call somebody: 「14-16」「14:00〜16:30」「14時から」「午前」; one time alone has no end.

    Raises NotUnderstood, also for hours that end before they begin.
    """
    plain = "".join(spelling.width(text).split()).replace("から", "-").replace("まで", "")
    if plain in _HALVES:
        return _HALVES[plain]
    first, *rest = re.split(r"[-〜~～]", plain)
    ends = [_clock(part) for part in (first, *rest) if part]
    if len(ends) in (1, 2) and len(rest) < 2 and first and None not in ends:
        start, end = ends[0], ends[1] if len(ends) == 2 else None
        if start is not None and (end is None or start < end):
            return start, end
    raise NotUnderstood(_("時間帯は「14-16」「14:30」「午前」のように入力してください。"))


def _clock(text: str) -> time | None:
    found = _CLOCK_ALONE.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found["hour"]), int(found["minute"] or found["joined"] or 0))
    except ValueError:
        return None
