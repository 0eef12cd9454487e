"""Lists and finding. Codes and dates may stand in the address; names, numbers and words never do (they are posted)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases import spelling
from cases.law import calendar
from cases.protection import audit, match
from cases.records import codes
from cases.records.case import Case, CaseQuerySet
from cases.records.codes import Kind
from consult.desk.choices import numbered, numbered_products
from consult.desk.forms import plain_words
from consult.desk.typed import shown
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, day_field, offer
from consult.shell.web import StaffView
from search import words
from search.errors import SearchUnavailable

PAGE: Final = 50
# Shown to all but the counsellor of such a case: that there is one, and nothing of it.
GUARDED: Final = gettext_lazy(
    "ほかに、支援措置のある相談があります。内容は、担当者か責任者に確かめてください。"
)
MOST_PAGES: Final = 200


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


class FindForm(forms.Form):
    """One box: a case number, a phone number, a date, a surname or plain words."""

    KINDS: Final = [
        ("", gettext_lazy("自動(番号・電話・日付・言葉)")),
        ("surname", gettext_lazy("名前(名字・カナ)")),
        ("phone", gettext_lazy("電話番号")),
        ("words", gettext_lazy("言葉")),
    ]

    text = forms.CharField(label=gettext_lazy("番号・電話・日付・言葉・名字"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("探し方"), choices=KINDS, required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)
        self.fields["text"].error_messages["required"] = _("探す言葉か番号を入力してください。")


@dataclass(frozen=True)
class Result:
    """A page of the cases found, in order, and what to tell about how they were found."""

    kind: str
    how: str
    cases: list[Case]
    total: int
    note: str = ""
    is_more: bool = False

    def next_page(self, page: int) -> int | None:
        return page + 1 if page * PAGE < self.total and page < MOST_PAGES else None


class FindCases(StaffView):
    """Posted, so that names and numbers stay out of addresses, history and logs."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("cases")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        text, kind = form.cleaned_data["text"].strip(), form.cleaned_data["kind"]
        if kind in ("phone", "surname") and not self.actor.may(roles.REVEAL_CASES):
            form.add_error("kind", _("電話番号と名字で探せるのは相談員だけです。"))
            return self._page(request, form, status=403)
        if not kind and (answer := self._elsewhere(text)):
            return answer
        number = form.cleaned_data["page"] or 1
        try:
            result = self._find(text, kind or self._kind_of(text), number)
        except SearchUnavailable as refusal:
            return self._page(request, form, status=503, unavailable=str(refusal))
        return self._page(
            request, form, result=result, number=number, first=(number - 1) * PAGE + 1,
            next_page=result.next_page(number),
        )  # fmt: skip

    def _page(self, request: HttpRequest, form: FindForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "find": form,
            "text": request.POST.get("text", ""),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "has_errors": bool(form.errors),
            **more,
        }
        return render(request, "desk/found.html", context, status=status)

    def _elsewhere(self, text: str) -> HttpResponse | None:
        """A number of one case leads to it; a number of several and a day lead to the list. Nothing personal in it."""
        if re.fullmatch(r"(?:\d{4}-)?\d{1,6}", spelling.width(text)):
            found = list(numbered_like(Case.objects.visible_to(self.actor), text)[:2])
            if len(found) == 1:
                return redirect("case", uid=found[0].uid)
            if found:
                return HttpResponseRedirect(f"{reverse('cases')}?{urlencode({'number': text})}")
        try:
            day = calendar.parse_date(text, today=calendar.today()).isoformat()
        except calendar.DateNotUnderstood:
            return None
        return HttpResponseRedirect(f"{reverse('cases')}?{urlencode({'since': day, 'until': day})}")

    def _kind_of(self, text: str) -> str:
        is_phone = spelling.phone_digits(text) is not None and self.actor.may(roles.REVEAL_CASES)
        return "phone" if is_phone else "words"

    def _find(self, text: str, kind: str, number: int) -> Result:
        start = (number - 1) * PAGE
        mine = Case.objects.visible_to(self.actor).for_list()
        if kind == "phone":
            matches = match.same_phone(text, by=self.actor)
            cases = list(mine.filter(pk__in=matches.case_pks).newest_first()[start : start + PAGE])
            note = GUARDED if matches.guarded else ""
            return Result(kind, _("電話番号"), cases, len(matches.case_pks), str(note))
        if kind == "surname":
            return self._by_name(text, start)
        return self._by_words(text, start)

    def _by_name(self, text: str, start: int) -> Result:
        """A part of a name among the recent cases, and a whole reading among all."""
        names = match.surname(text, by=self.actor)
        whole = match.same_kana(text, by=self.actor, loosely=True)
        pks = list(dict.fromkeys([*names.case_pks, *whole]))
        cases = Case.objects.visible_to(self.actor).for_list().filter(pk__in=pks).newest_first()
        note = _("対応中か90日以内に動きのあった%(n)s件から探しました。") % {"n": names.compared}
        if names.is_cut:
            note = _("新しい方から%(n)s件だけを調べました。") % {"n": names.compared}
        note += _("カナで氏名をすべて入れると、古い相談も探します。支援措置のある相談は出ません。")
        return Result("surname", _("名前"), list(cases[start : start + PAGE]), len(pks), note)

    def _by_words(self, text: str, start: int) -> Result:
        found = words.find(text, by=self.actor, limit=PAGE, offset=start)
        mine = Case.objects.visible_to(self.actor).for_list()
        by_uid = {case.uid: case for case in mine.of_uids(found.uids)}
        audit.record("WORDS_LOOKED_UP", by=self.actor, centre=self.actor.centre, count=found.total)
        note = (
            _("次の言葉は探していません: %(words)s") % {"words": _("、").join(found.ignored)}
            if found.ignored
            else ""
        )
        ordered = [by_uid[uid] for uid in found.uids if uid in by_uid]
        return Result("words", _("言葉"), ordered, found.total, note, found.is_more)
