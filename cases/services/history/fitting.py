"""Years and values that a published figure cannot have: a year that nobody printed yet, fewer than no cases."""

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.years import Year

# Nobody counted consultations of consumers before.
EARLIEST: Final = 1950
_COUNTED: Final = frozenset({"件", "人", "回", "世帯"})
# What says that a number is a difference.
_DIFFERENCES: Final = ("増減", "差", "減", "比")


def year_fault(year: Year) -> str:
    """What is wrong with the year; empty where nothing is. Plans and budgets are printed for the next year."""
    latest = calendar.fiscal_year(calendar.today()) + 1
    if EARLIEST <= year.number <= latest:
        return ""
    return _("年・年度は%(first)d年から%(last)d年までにしてください。") % {"first": EARLIEST, "last": latest}


def value_fault(value: Decimal, *, unit: str, about: str) -> str:
    """What is wrong with the value of what `about` names (項目, 区分); empty where nothing is."""
    if value >= 0 or unit not in _COUNTED or any(word in about for word in _DIFFERENCES):
        return ""
    return _("0より小さい%(unit)s数になっています。増減のときは、項目か区分に「増減」と書いてください。") % {
        "unit": unit
    }
