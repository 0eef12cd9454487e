"""Periods that move with the calendar: 今年度, 先月, 直近12か月. Each stands for days only on the day it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import comparing
from cases.figures.comparing import Days, months_on
from cases.figures.questions import QuestionNotUnderstood
from cases.law import calendar

THIS_FISCAL_YEAR: Final = "this_fiscal_year"
# What a period is compared with, beside the moving periods and days of one's own.
A_YEAR_BEFORE: Final = "year"
JUST_BEFORE: Final = "previous"
COMPARED: Final[Mapping[str, str | Promise]] = {
    A_YEAR_BEFORE: gettext_lazy("前年同期"),
    JUST_BEFORE: gettext_lazy("直前の期間"),
}
# Earlier there is nothing to compare, and no year before year 1.
_EARLIEST: Final = date(1900, 1, 1)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Moving:
    """`days_on` gives the days that the name stands for on a day."""

    label: str | Promise
    days_on: Callable[[date], Days]


def _this_fiscal_year(today: date) -> Days:
    return Days(calendar.fiscal_year_range(calendar.fiscal_year(today))[0], today + _ONE_DAY)


def _last_fiscal_year(today: date) -> Days:
    return Days(*calendar.fiscal_year_range(calendar.fiscal_year(today) - 1))


def _this_calendar_year(today: date) -> Days:
    return Days(date(today.year, 1, 1), today + _ONE_DAY)


def _last_calendar_year(today: date) -> Days:
    return Days(date(today.year - 1, 1, 1), date(today.year, 1, 1))


def _this_month(today: date) -> Days:
    return Days(today.replace(day=1), today + _ONE_DAY)


def _months_before(months: int) -> Callable[[date], Days]:
    """So many whole months, the last of which is the one before this: comparable with a year before, day for day."""

    def days_on(today: date) -> Days:
        return Days(months_on(today, -months), today.replace(day=1))

    return days_on


MOVING: Final[Mapping[str, Moving]] = {
    THIS_FISCAL_YEAR: Moving(gettext_lazy("今年度"), _this_fiscal_year),
    "last_fiscal_year": Moving(gettext_lazy("前年度"), _last_fiscal_year),
    "this_month": Moving(gettext_lazy("今月"), _this_month),
    "last_month": Moving(gettext_lazy("先月"), _months_before(1)),
    "last_3_months": Moving(gettext_lazy("直近3か月(先月まで)"), _months_before(3)),
    "last_12_months": Moving(gettext_lazy("直近12か月(先月まで)"), _months_before(12)),
    "this_calendar_year": Moving(gettext_lazy("今年(1月から)"), _this_calendar_year),
    "last_calendar_year": Moving(gettext_lazy("昨年(1月から12月)"), _last_calendar_year),
}
"""In the order in which they are offered; the names stand in addresses and stay."""


def days_of(name: str, today: date) -> Days:
    """What the name stands for on that day. Raises QuestionNotUnderstood for a name that there is not."""
    if name not in MOVING:
        raise QuestionNotUnderstood(_("その期間はありません: %(name)s") % {"name": name})
    return MOVING[name].days_on(today)


def asked_days(name: str | None, start: date | None, end: date | None, today: date) -> Days:
    """What a moving period stands for, or [start, end); one of both is given. Raises QuestionNotUnderstood."""
    if name:
        if start is not None or end is not None:
            raise QuestionNotUnderstood(_("期間は、名前か日付のどちらか一方で指定してください。"))
        return days_of(name, today)
    if start is None or end is None:
        raise QuestionNotUnderstood(_("期間の始まりと終わりの日付か、期間の名前を指定してください。"))
    return Days(start, end)


def compared_days(
    name: str | None, start: date | None, end: date | None, days: Days, today: date
) -> Days | None:
    """What `days` are compared with: 前年同期, 直前の期間, a moving period, or [start, end); None where none is asked.

    Raises QuestionNotUnderstood.
    """
    if not name and start is None and end is None:
        return None
    if not (days.start >= _EARLIEST and days.end <= date.max - timedelta(days=366)):
        raise QuestionNotUnderstood(_("この期間には、比べる期間がありません。"))
    if name == A_YEAR_BEFORE and start is end is None:
        return comparing.a_year_before(days)
    if name == JUST_BEFORE and start is end is None:
        return comparing.just_before(days)
    return asked_days(name, start, end, today)
