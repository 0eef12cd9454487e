"""The list of cases, narrowed by codes and days: nothing personal, so all of it may stand in the address."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases import spelling
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.case import Case, CaseQuerySet
from cases.records.codes import Kind
from consult.desk.choices import numbered, numbered_products
from consult.desk.forms import plain_words
from consult.desk.searching.forms import FindForm
from consult.desk.typed import shown
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, day_field, offer
from consult.shell.web import StaffView

PAGE: Final = 50


class FilterForm(forms.Form):
    """What a list is narrowed by: nothing personal, so it can stand in the address."""

    number = forms.CharField(label=gettext_lazy("相談番号"), max_length=16, required=False)
    since = day_field(gettext_lazy("受付日(から)"))
    until = day_field(gettext_lazy("受付日(まで)"))
    scam = forms.ChoiceField(label=gettext_lazy("手口"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("商品・役務"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("処理結果"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状態"),
        required=False,
        choices=[
            ("", gettext_lazy("すべて")),
            ("open", gettext_lazy("対応中")),
            ("mine", gettext_lazy("自分の対応中")),
            ("closed", pgettext_lazy("case", "終了")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        offer(self, "scam", [*NOT_CHOSEN, *numbered(Kind.SCAM_TYPE, today)])
        offer(self, "product", [*NOT_CHOSEN, *numbered_products(today)])
        offer(self, "outcome", [*NOT_CHOSEN, *numbered(Kind.OUTCOME, today)])
        plain_words(self)


def numbered_like(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    """Cases by 相談番号: whole (2026-000123) or its last digits (123) of any year."""
    plain = spelling.width(text).strip()
    digits = re.fullmatch(r"(?:(\d{4})-)?(\d{1,6})", plain)
    if digits is None:
        return cases.filter(number=plain)
    ending = f"-{int(digits[2]):06d}"
    return cases.filter(number=digits[1] + ending) if digits[1] else cases.filter(number__endswith=ending)


def narrowed(cases: CaseQuerySet, wanted: dict[str, Any], actor_pk: int) -> CaseQuerySet:
    """The cases that fit the filter; both days of the period are included."""
    if number := wanted.get("number"):
        cases = numbered_like(cases, number)
    if since := wanted.get("since"):
        cases = cases.filter(received_on__gte=since)
    if until := wanted.get("until"):
        cases = cases.filter(received_on__lte=until)
    if scam := wanted.get("scam"):
        cases = cases.of_scam(scam)
    if product := wanted.get("product"):
        known = codes.codes(Kind.PRODUCT).by_code
        below = [code for code, row in known.items() if product in (code, row.parent)]
        cases = cases.filter(product__in=below)
    if outcome := wanted.get("outcome"):
        cases = cases.filter(outcome=outcome)
    match wanted.get("state"):
        case "open":
            cases = cases.open()
        case "mine":
            cases = cases.open().in_hands_of(actor_pk)
        case "closed":
            cases = cases.filter(closed_on__isnull=False)
    return cases


@dataclass(frozen=True)
class Chip:
    """One active condition, and the list without it."""

    label: str
    remove_url: str


def wanted_scam(form: FilterForm) -> str:
    """The 手口 that the list is narrowed to, so that one more of it can be recorded from here."""
    return str(form.cleaned_data.get("scam", "")) if form.is_bound and form.is_valid() else ""


def chips(form: FilterForm) -> list[Chip]:
    """The conditions of a valid filter in words; a day is written as it was understood."""
    active = [(bound.name, str(bound.value())) for bound in form if str(bound.value() or "").strip()]
    found = []
    for name, _value in active:
        rest = urlencode([(other, value) for other, value in active if other != name])
        understood = form.cleaned_data[name]
        text = understood.isoformat() if isinstance(understood, date) else shown(form, name)
        label = _("%(field)s: %(value)s") % {"field": form.fields[name].label, "value": text}
        found.append(Chip(label, f"{reverse('cases')}?{rest}" if rest else reverse("cases")))
    return found


class CaseList(StaffView):
    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET or None)
        is_asked = form.is_bound and form.is_valid()
        cases = narrowed(
            Case.objects.visible_to(self.actor), form.cleaned_data if is_asked else {}, self.actor.pk
        )
        page: Page[Case] = Paginator(cases.for_list().newest_first(), PAGE).get_page(request.GET.get("page"))
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(page))
        context = {
            "page": page,
            "filter": form,
            "chips": chips(form) if is_asked else [],
            "of_scam": wanted_scam(form),
            "may_notify": self.actor.may(roles.NOTIFY_ACCIDENTS),
            "may_share": self.actor.may(roles.SHARE_WATCH),
            "find": FindForm(),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/cases.html", context)
