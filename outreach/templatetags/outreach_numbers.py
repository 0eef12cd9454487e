"""Template tags of outreach."""

from decimal import Decimal

from django import template

from outreach.years import fiscal_year_name

register = template.Library()
register.filter("fiscal_year", fiscal_year_name)


@register.filter
def plain_number(value: Decimal) -> str:
    """1681.00 → "1,681", 21.70 → "21.7"."""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")
