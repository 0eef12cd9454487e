"""Days as a consumer centre writes and counts them: eras, fiscal years, holidays, ages.

Pure: no database, no clock except `today`. All days are calendar days in Japan.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import jpholiday
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.errors import CasesError

TOKYO = ZoneInfo("Asia/Tokyo")

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Era:
    """One 元号; `first` and `last` are its first and last day, `last` is None while it lasts."""

    name: str
    letter: str
    first: date
    last: date | None
    year_one: int


# 改元の詔書・政令 name the first day; the day of the change belongs to the new era (明治45年7月30日 and
# 大正15年12月25日 do not exist). 明治 begins here with the solar calendar (明治6年1月1日, 明治5年太政官布告
# 第337号): earlier 明治 dates are lunisolar, so their month and day are not those of the Western calendar.
ERAS: tuple[Era, ...] = (
    Era(gettext_noop("明治"), "M", date(1873, 1, 1), date(1912, 7, 29), 1868),
    Era(gettext_noop("大正"), "T", date(1912, 7, 30), date(1926, 12, 24), 1912),
    Era(gettext_noop("昭和"), "S", date(1926, 12, 25), date(1989, 1, 7), 1926),
    Era(gettext_noop("平成"), "H", date(1989, 1, 8), date(2019, 4, 30), 1989),
    Era(gettext_noop("令和"), "R", date(2019, 5, 1), None, 2019),
)


class DateNotUnderstood(CasesError, ValueError):
    """The text is no date, or a date that no calendar has. The message never repeats the text."""

    code: ClassVar[str] = "date_not_understood"


def today() -> date:
    """The date in Japan now, whatever the zone of the machine."""
    return datetime.now(TOKYO).date()


def local_date(moment: datetime) -> date:
    """The day in Tokyo of an aware moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(TOKYO).date()


def fiscal_year(day: date) -> int:
    """The 年度 of a day: 1 April to 31 March, named by the year in which it begins."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_range(year: int) -> tuple[date, date]:
    """The half-open period [1 April of `year`, 1 April of the next year)."""
    return date(year, 4, 1), date(year + 1, 4, 1)


def years_later(day: date, years: int) -> date:
    """The same day so many years later (earlier below 0); 1 March for a 29 February that there is not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def era_of(day: date) -> Era | None:
    """The era of a day, or None before 1873-01-01 (see ERAS)."""
    return next((era for era in reversed(ERAS) if day >= era.first), None)


def _era_year(era: Era, day: date) -> str:
    number = day.year - era.year_one + 1
    return _("%(era)s%(year)s年") % {"era": _(era.name), "year": _("元") if number == 1 else number}


def wareki_year(day: date) -> str:
    """`令和8年`; a day before 1873 has no era here and keeps its Western year."""
    era = era_of(day)
    return _era_year(era, day) if era else _("%(year)d年") % {"year": day.year}


def wareki_month(day: date) -> str:
    """`令和8年11月`."""
    return _("%(year)s%(month)s") % {"year": wareki_year(day), "month": date_format(day, "F")}


def wareki(day: date) -> str:
    """`令和8年11月20日`."""
    return _("%(year)s%(month_and_day)s") % {"year": wareki_year(day), "month_and_day": month_and_day(day)}


def month_and_day(day: date) -> str:
    """`11月20日`."""
    return date_format(day, "MONTH_DAY_FORMAT")


def both(day: date) -> str:
    """`2026年11月20日(令和8年) 金曜`: both years and the weekday, for a screen or a letter."""
    era = era_of(day)
    values = {"date": date_format(day, "DATE_FORMAT"), "weekday": weekday_letter(day)}
    if era is None:
        return _("%(date)s %(weekday)s曜") % values
    return _("%(date)s(%(era)s) %(weekday)s曜") % {**values, "era": _era_year(era, day)}


def weekday_letter(day: date) -> str:
    """`金` for a Friday."""
    return str(WEEKDAYS_ABBR[day.weekday()])


def is_holiday(day: date) -> bool:
    """Whether the day is a 国民の祝日 or 休日 (国民の祝日に関する法律); a plain Sunday is not one.

    Days before the law (1948-07-20) are never holidays. The two equinoxes of coming years are computed;
    the 官報 of the preceding February settles them.
    """
    return bool(jpholiday.is_holiday(day))


def is_post_office_closed(day: date) -> bool:
    """Whether the ordinary counters of post offices are closed: weekends, holidays, 31 Dec to 3 Jan.

    The night counter (ゆうゆう窓口) of a large office may still be open; this does not know it.
    """
    turn_of_the_year = (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3)
    return day.weekday() >= 5 or turn_of_the_year or is_holiday(day)


def last_counter_day(day: date) -> date:
    """The latest day up to and including `day` on which post office counters are open."""
    while is_post_office_closed(day):
        day -= _ONE_DAY
    return day


@dataclass(frozen=True)
class Closed:
    """Days that a centre closes and opens of its own, beside weekends, holidays and the turn of the year."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()


NOTHING_OF_ITS_OWN: Final = Closed()


def is_working_day(day: date, centre: Closed = NOTHING_OF_ITS_OWN) -> bool:
    """Whether a centre works: no weekend, no holiday, none of 29 Dec to 3 Jan, unless it says otherwise itself.

    The turn of the year: 行政機関の休日に関する法律1条1項3号, by which local ordinances go.
    """
    if day in centre.opened:
        return True
    turn_of_the_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not (day in centre.closed or day.weekday() >= 5 or turn_of_the_year or is_holiday(day))


def working_day_after(day: date, days: int = 1, centre: Closed = NOTHING_OF_ITS_OWN) -> date:
    """The `days`-th working day after `day`, which itself is not counted; `days` is 1 or more."""
    while days:
        day += _ONE_DAY
        days -= is_working_day(day, centre)
    return day


def last_working_day(day: date, centre: Closed = NOTHING_OF_ITS_OWN) -> date:
    """The latest working day up to and including `day`: until when something due on it can be done."""
    while not is_working_day(day, centre):
        day -= _ONE_DAY
    return day


def age_on(birth: date, day: date) -> int:
    """Completed years (満年齢) on a day, as statistics count it: one more from the birthday itself.

    By 年齢計算ニ関スル法律 and 民法143条 an age is reached when the day before the birthday ends, so a rule
    that asks for the day *to which* the age belongs (such as the school year) counts one day earlier.
    Born on 29 February: in a common year the age is reached when 28 February ends, so it counts from 1 March.
    Raises ValueError for a day before the birth.
    """
    if day < birth:
        raise ValueError("the day lies before the birth")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


# ---- reading ----

_WORDS = {
    "今日": 0, "本日": 0, "きょう": 0, "昨日": -1, "きのう": -1, "一昨日": -2, "おととい": -2,
    "明日": 1, "あした": 1, "TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1,
}  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_ERA_BY_MARK = {mark: era for era in ERAS for mark in (era.name, era.name[0], era.letter)}
_WESTERN = re.compile(
    r"(?P<year>[0-9]{4})\s*"
    r"(?:年\s*(?P<m1>[0-9]{1,2})\s*月\s*(?P<d1>[0-9]{1,2})\s*日?"
    r"|(?P<mark>[./-])\s*(?P<m2>[0-9]{1,2})\s*(?P=mark)\s*(?P<d2>[0-9]{1,2})"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
)
_JAPANESE = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR明大昭平令])\s*(?P<year>元|[0-9]{1,2})\s*"
    r"(?:年\s*(?P<m1>[0-9]{1,2})\s*月\s*(?P<d1>[0-9]{1,2})\s*日?"
    r"|(?P<mark>[./-])\s*(?P<m2>[0-9]{1,2})\s*(?P=mark)\s*(?P<d2>[0-9]{1,2}))"
)
_NO_YEAR = re.compile(r"(?P<m1>[0-9]{1,2})\s*(?:月\s*(?P<d1>[0-9]{1,2})\s*日?|[/-]\s*(?P<d2>[0-9]{1,2}))")


def parse_date(text: str, *, today: date) -> date:
    """The day that a counsellor wrote, with an era, a Western year, no year, or a word.

    Reads `昭和28年5月3日` `S28.5.3` `R8/11/20` `2026年11月20日` `1953-05-03` `1953/5/3` `20261120` `11/20`
    `11月20日` `今日` `昨日`; full-width digits, marks and blanks too. Without a year it is the year that
    brings the day nearest to `today` (of two equally near, the past one). A two-digit Western year is
    refused as ambiguous.
    Raises DateNotUnderstood, also for a day outside its era (昭和64年1月8日, 令和1年4月30日).
    """
    written = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    if written in _WORDS:
        return today + _WORDS[written] * _ONE_DAY
    if match := _WESTERN.fullmatch(written):
        return _day(int(match["year"]), *_month_and_day(match))
    if match := _JAPANESE.fullmatch(written):
        era = _ERA_BY_MARK[match["era"]]
        number = 1 if match["year"] == "元" else int(match["year"])
        return _day_of_era(era, number, *_month_and_day(match))
    if match := _NO_YEAR.fullmatch(written):
        return _nearest(*_month_and_day(match), today=today)
    raise DateNotUnderstood(_("日付として読めません。例: 2026年11月20日、令和8年11月20日、R8.11.20、11/20"))


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    found = match.groupdict()
    month = found["m1"] or found.get("m2") or found.get("m3")
    day = found["d1"] or found.get("d2") or found.get("d3")
    return int(month or 0), int(day or 0)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateNotUnderstood(_("暦にない日付です。")) from None


def _day_of_era(era: Era, number: int, month: int, day: int) -> date:
    if number < 1:
        raise DateNotUnderstood(_("暦にない日付です。"))
    found = _day(era.year_one + number - 1, month, day)
    if found < era.first or (era.last is not None and found > era.last):
        if era.last is None:
            span = _("%(first)sから") % {"first": wareki(era.first)}
        else:
            span = _("%(first)sから%(last)sまで") % {"first": wareki(era.first), "last": wareki(era.last)}
        raise DateNotUnderstood(_("その元号にない日付です。その元号は%(span)sです。") % {"span": span})
    return found


def _nearest(month: int, day: int, *, today: date) -> date:
    """The nearest day of that name; 29 February may lie up to eight years away (1896 to 1904)."""
    days = []
    for year in range(max(1, today.year - 8), min(9999, today.year + 8) + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    if not days:
        raise DateNotUnderstood(_("暦にない日付です。"))
    return min(days, key=lambda candidate: (abs(candidate - today), candidate > today))
