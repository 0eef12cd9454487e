"""Numbers as the managers' pages write them."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def thousands(count: int) -> str:
    """2655 → 2,655 in every language."""
    return f"{count:,}"


@register.filter
def signed(number: Decimal) -> str:
    """+245, −12, ±0: with a real minus sign, and a sign even for nothing."""
    if not number:
        return f"±{abs(number):,}"
    return f"{number:+,}".replace("-", "−")


@register.simple_tag
def share(percent: Decimal | None, part: int, whole: int) -> SafeString:
    """`21.7% (580/2,655)`; a dash for the share of nothing."""
    if percent is None:
        return SafeString("—")
    return format_html(
        '{}% <span class="numbers__basis">({}/{})</span>', percent, thousands(part), thousands(whole)
    )


@register.simple_tag
def people(count: int | None) -> SafeString:
    """12,345; a grey dash where nobody knows, which is not 0."""
    if count is None:
        return format_html('<span class="soft" title="{}">—</span>', _("データなし"))
    return SafeString(thousands(count))


@register.filter
def published(value: Decimal) -> str:
    """2655.0000 → 2,655; 21.7000 → 21.7."""
    return f"{Decimal(f'{value.normalize():f}'):,}"
