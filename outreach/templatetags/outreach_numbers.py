"""Template tags of outreach."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def plain_number(value: Decimal) -> str:
    """1681.00 → "1,681", 21.70 → "21.7"."""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")
