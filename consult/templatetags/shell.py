"""Template tags that every page shares: fields, error summary, pages, money, dates, bars."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records import ages, codes

register = template.Library()


@dataclass(frozen=True)
class FieldFault:
    """One line of the error summary; `target` is the id of the control that takes the focus."""

    target: str
    label: str
    message: str


def _target(bound: BoundField) -> str:
    """The id to focus: a group of choices has no control of its own, its first choice stands for it."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label or bound.auto_id)


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str, own: dict[str, Any]) -> SafeString:
    """A part of a page that a room brought: its template with the page's context and its own on top."""
    return render_to_string(name, {**cast("dict[str, Any]", context.flatten()), **own})


@register.inclusion_tag("shell/components/field.html")
def field(bound: BoundField, *, size: str = "", echo: bool = False, **attrs: str) -> dict[str, Any]:
    """Label, ※必須, help, error and control of one form field, tied together for screen readers.

    `size` is "", "short", "medium" or "num"; `echo` adds an empty status line `<id>_echo` for htmx to fill.
    Other keywords become attributes of the control, underscores as hyphens: `inputmode="numeric" data_x="…"`.
    """
    given: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    parts = (attrs.get("aria_describedby"), bound.aria_describedby, f"{bound.auto_id}_echo" if echo else "")
    described_by = " ".join(part for part in parts if part)
    group = bound.use_fieldset
    if described_by and not group:
        given["aria-describedby"] = described_by
    return {
        "field": bound,
        "label": bound.label,
        "required": bound.field.required,
        "group": group,
        "check": isinstance(bound.field.widget, CheckboxInput),
        "described_by": described_by,
        "target": _target(bound),
        "control": bound.as_widget(attrs=given),
        "size": size,
        "echo": echo,
    }


@register.inclusion_tag("shell/components/error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """What is wrong in these forms, each line a link to its field; None for a form that the page does not have."""
    shown = [form for form in forms if form is not None]
    general = [str(error) for form in shown for error in form.non_field_errors()]
    faults = [
        FieldFault(_target(bound), str(bound.label), str(error))
        for form in shown
        for bound in form
        for error in bound.errors
    ]
    return {"general": general, "faults": faults, "count": len(general) + len(faults)}


@register.inclusion_tag("shell/components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the pages of a list, at `?page=n`; the rest of the query string stays as it is."""
    query: QueryDict = context["request"].GET.copy()

    def link(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "numbers": [(number, link(number) if isinstance(number, int) else "") for number in numbers],
        "previous_url": link(page.previous_page_number()) if page.has_previous() else "",
        "next_url": link(page.next_page_number()) if page.has_next() else "",
    }


@register.filter
def yen(amount: int | None) -> str:
    """1500000 → "1,500,000円"; None → 不明 (an unknown amount is not 0円)."""
    return _("不明") if amount is None else _("%(amount)s円") % {"amount": f"{amount:,}"}


@register.filter
def wareki_date(day: date | None) -> str:
    """`令和8年11月20日`; None → 不明."""
    return _("不明") if day is None else calendar.wareki(day)


@register.filter
def both_date(day: date | None) -> str:
    """`2026年11月20日(令和8年) 金曜`; None → 不明."""
    return _("不明") if day is None else calendar.both(day)


@register.filter
def quarter(percent: float) -> int:
    """Progress rounded down to 0, 25, 50, 75 or 100: a screen reader hears four steps and not fifty."""
    return int(percent) // 25 * 25


@register.simple_tag
def bar(value: float | None, most: float | None, kind: str = "") -> SafeString:
    """A bar of `value` against `most` (the longest of its column), beside the number in the same row.

    Hidden from screen readers: the number says it. Nothing is drawn for an unknown or suppressed value.
    """
    if value is None or not most:
        return SafeString("")
    width = f"{min(max(value / most, 0), 1) * 100:.1f}"
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar__track" width="100" height="8"/>'
        '<rect class="bar__fill" width="{}" height="8"/></svg>',
        f" bar--{kind}" if kind else "",
        width,
    )


@register.simple_tag
def code_text(kind: str, code: str) -> str:
    """The label of a code in the reader's language, 「—」 for none."""
    return codes.codes(kind).text(code) or "—"


@register.filter
def age_band(code: str) -> str:
    """The words for a band of ages."""
    return str(ages.BY_CODE[code].label) if code in ages.BY_CODE else code
