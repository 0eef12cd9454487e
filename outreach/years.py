"""年度 in the words of an office."""

from django.utils.translation import gettext as _

from cases.law import calendar


def fiscal_year_name(fiscal_year: int) -> str:
    """`令和8年度` for 2026: the era that holds on 1 April names it."""
    first = calendar.fiscal_year_range(fiscal_year)[0]
    return _("%(year)s度") % {"year": calendar.wareki_year(first)}
