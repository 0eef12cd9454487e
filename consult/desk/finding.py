"""Lists and finding. Codes and dates may stand in the address; names, numbers and words never do (they are posted)."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.protection import audit, match
from cases.records import codes
from cases.records.case import Case, CaseQuerySet
from cases.records.codes import Kind
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field, grouped_choices
from consult.shell.web import StaffView
from search import words
from search.errors import SearchUnavailable

PAGE: Final = 50
FOUND: Final = 200


class FilterForm(forms.Form):
    """What a list is narrowed by: nothing personal, so it can stand in the address."""

    number = forms.CharField(label=_("相談番号"), max_length=16, required=False)
    since = day_field(_("受付日(から)"))
    until = day_field(_("受付日(まで)"))
    scam = forms.ChoiceField(label=_("手口"), required=False)
    product = forms.ChoiceField(label=_("商品・役務"), required=False)
    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[
            ("", _("すべて")),
            ("open", _("対応中")),
            ("mine", _("自分の対応中")),
            ("closed", _("終了")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        for name, choices in (
            ("scam", code_choices(Kind.SCAM_TYPE, today)),
            ("product", grouped_choices(Kind.PRODUCT, today)),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [*NOT_CHOSEN, *choices]


def narrowed(cases: CaseQuerySet, wanted: dict[str, Any], actor_pk: int) -> CaseQuerySet:
    """The cases that fit the filter; both days of the period are included."""
    if number := wanted.get("number"):
        cases = cases.filter(number__endswith=number.strip())
    if since := wanted.get("since"):
        cases = cases.filter(received_on__gte=since)
    if until := wanted.get("until"):
        cases = cases.filter(received_on__lte=until)
    if scam := wanted.get("scam"):
        cases = cases.of_scam(scam)
    if product := wanted.get("product"):
        below = [
            code for code, row in codes.codes(Kind.PRODUCT).by_code.items() if product in (code, row.parent)
        ]
        cases = cases.filter(product__in=below)
    match wanted.get("state"):
        case "open":
            cases = cases.open()
        case "mine":
            cases = cases.open().filter(counsellor_id=actor_pk)
        case "closed":
            cases = cases.filter(closed_on__isnull=False)
    return cases


class CaseList(StaffView):
    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET or None)
        wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
        cases = narrowed(Case.objects.visible_to(self.actor), wanted, self.actor.pk)
        page: Page[Case] = Paginator(cases.for_list().newest_first(), PAGE).get_page(request.GET.get("page"))
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(page))
        return render(request, "desk/cases.html", list_context(page, form, has_errors=bool(form.errors)))


def list_context(page: object, form: forms.Form, **more: Any) -> dict[str, Any]:
    return {
        "page": page,
        "filter": form,
        "find": FindForm(),
        "scam_types": codes.codes(Kind.SCAM_TYPE),
        "products": codes.codes(Kind.PRODUCT),
        "outcomes": codes.codes(Kind.OUTCOME),
        **more,
    }


class FindForm(forms.Form):
    """One box: a case number, a phone number, a surname or plain words; what it is decides `kind`."""

    KINDS: Final = [("words", _("言葉")), ("phone", _("電話番号")), ("surname", _("名字"))]

    text = forms.CharField(label=_("探す"), max_length=200)
    kind = forms.ChoiceField(label=_("何で探すか"), choices=KINDS, initial="words", required=False)


@dataclass(frozen=True)
class Result:
    """Cases found, in order, and what to tell about how they were found."""

    cases: list[Case]
    total: int
    note: str = ""


class FindCases(StaffView):
    """Posted, so that names and numbers stay out of addresses, history and logs."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("cases")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            context = list_context(None, FilterForm(), find=form, has_errors=True)
            return render(request, "desk/found.html", context, status=422)
        text, kind = form.cleaned_data["text"].strip(), form.cleaned_data["kind"] or "words"
        if kind != "words" and not self.actor.may(roles.REVEAL_CASES):
            form.add_error("kind", _("電話番号と名字で探せるのは相談員だけです。"))
            context = list_context(None, FilterForm(), find=form, has_errors=True)
            return render(request, "desk/found.html", context, status=403)
        numbered = Case.objects.visible_to(self.actor).filter(number=text).first()
        if numbered:
            return redirect("case", uid=numbered.uid)
        unavailable = ""
        result = Result([], 0)
        try:
            result = self._find(text, kind)
        except SearchUnavailable as refusal:
            unavailable = str(refusal)
        context = list_context(None, FilterForm(), find=form, result=result, unavailable=unavailable)
        return render(request, "desk/found.html", context, status=503 if unavailable else 200)

    def _find(self, text: str, kind: str) -> Result:
        mine = Case.objects.visible_to(self.actor).for_list()
        if kind == "phone":
            pks = match.same_phone(text, by=self.actor)
            cases = list(mine.filter(pk__in=pks).newest_first()[:FOUND])
            return Result(cases, len(pks))
        if kind == "surname":
            names = match.surname(text, by=self.actor)
            cases = list(mine.filter(pk__in=names.case_pks).newest_first()[:FOUND])
            note = _("対応中か90日以内に動きのあった%(n)s件から探しました。") % {"n": names.compared}
            if names.is_cut:
                note = _("新しい方から%(n)s件だけを調べました。") % {"n": names.compared}
            return Result(cases, len(names.case_pks), str(note))
        found = words.find(text, by=self.actor, limit=FOUND)
        by_uid = {case.uid: case for case in mine.filter(uid__in=found.uids)}
        audit.record("WORDS_LOOKED_UP", by=self.actor, centre=self.actor.centre, count=found.total)
        return Result([by_uid[uid] for uid in found.uids if uid in by_uid], found.total)
