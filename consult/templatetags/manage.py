"""Numbers as the managers' pages write them."""

from decimal import Decimal

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consult.manage.measured import MeasuredRow
from consult.manage.shown import AnyShown
from consult.manage.tables import Row, Table, key_of
from consult.templatetags.shell import bar

register = template.Library()
NO_DATA = SafeString('<span class="numbers__none">—</span>')


@register.filter
def thousands(count: int | Decimal) -> str:
    """2655 → 2,655 in every language."""
    return f"{count:,}"


@register.filter
def signed(number: int | Decimal) -> str:
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


@register.simple_tag
def figure(value: int | Decimal | None) -> SafeString:
    """A number as it is read, a grey dash where there is none: never 0 for what is not known."""
    return NO_DATA if value is None else SafeString(thousands(value))


@register.simple_tag
def drilled(
    value: int | Decimal | None, drill: str, key: str, column: str = "", layer: str = ""
) -> SafeString:
    """The number as a link to its cases; without a link where there is nothing to list or the reader may not.

    `drill` is the address of the whole table's cases; the keys narrow it to a row, a column, a layer.
    """
    return SafeString(_drilled(value, escape(drill), key, column, layer))


def _drilled(value: int | Decimal | None, drill: str, key: str, column: str, layer: str) -> str:
    """`drill` is escaped, and keys are as they stand in an address: there is nothing left to escape."""
    if not drill or value is None or (value == 0 and isinstance(value, int)):
        return figure(value)
    at = "".join(_at(name, of) for name, of in (("row", key), ("column", column), ("layer", layer)))
    return f'<a href="{drill}{at}">{value:,}</a>'


def _at(name: str, key: str) -> str:
    return f"&amp;{name}={key}" if key else ""


@register.simple_tag
def cells(row: Row | MeasuredRow, table: AnyShown, drill: str, layer: str = "") -> SafeString:
    """The total and the cells of a row; a count of 0 is left empty.

    Written here and not in a template, which would take four times as long.
    """
    drill = escape(drill)
    keys = [key_of(code) for code in table.column_codes] if table.columns else []
    found = [
        f'<td class="table__num">{_drilled(value, drill, row.key, key, layer)}</td>'
        if value or table.is_measured
        else '<td class="table__num"></td>'
        for value, key in zip(row.cells if table.columns else (), keys, strict=True)
    ]
    total = _drilled(row.total, drill, row.key, "", layer)
    return SafeString(f'<td class="table__num numbers__total">{total}</td>{"".join(found)}')


@register.simple_tag
def beside(row: Row, table: Table, drill: str) -> SafeString:
    """The count of a row with its bar, what it is compared with, and the shares of 65 and over.

    Written here for the same reason.
    """
    total = _drilled(row.total, escape(drill), row.key, "", "")
    drawn = "" if row.is_total else bar(row.total, table.most)
    found = [f'<td class="table__num numbers__total">{total}</td><td class="table__bar">{drawn}</td>']
    if table.is_compared:
        change = NO_DATA if row.change is None else f"{signed(row.change)}%"
        found += _numbers(thousands(row.before or 0), signed(row.difference or 0), change)
    if table.has_shares:
        held = row.seniors
        found += _numbers(
            thousands(held.seniors),
            share(row.share_of_known, held.seniors, held.age_known),
            share(row.share_of_all, held.seniors, held.all),
        )
    return SafeString("".join(found))


def _numbers(*written: str) -> list[str]:
    return [f'<td class="table__num">{one}</td>' for one in written]
