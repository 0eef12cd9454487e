"""Periods that move with the calendar: 今年度, 先月, 直近12か月. Each stands for days only on the day it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.comparing import Days, months_on
from cases.figures.questions import QuestionNotUnderstood
from cases.law import calendar

THIS_FISCAL_YEAR: Final = "this_fiscal_year"
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
