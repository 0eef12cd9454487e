"""保存期限と廃棄: what falls due, the years of each class, holds; batches and receipts have pages of their own."""

import uuid
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.errors import CasesError
from cases.law import calendar
from cases.records.case import SEALED, Case
from cases.records.centre import Actor, Centre
from cases.services.retention import disposal, due, holds
from cases.services.retention.models import Disposal, LegalHold
from cases.services.retention.rules import (
    LEAST_YEARS,
    MOST_YEARS,
    OTHER_RECORDS,
    RecordClass,
    due_on,
)
from consult.shell import roles
from consult.shell.fields import day_field
from consult.shell.web import StaffView

PER_PAGE: Final = 50
SHOWN: Final = 20
AHEAD: Final = timedelta(days=183)
CARD_AHEAD: Final = timedelta(days=92)
REFERENCE: Final = gettext_lazy("文書番号だけを書き、人の名前は書かないでください")


class Retention(StaffView):
    """What is due now and in six months, and the batches."""

    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        centre, day = self.actor.centre, calendar.today()
        periods = due.periods_of(centre)
        cases = due.due_by(centre, day, periods).order_by("closed_on", "pk").defer(*SEALED)
        page = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
        falling = due.falling_due(centre, day + AHEAD)
        context = {
            "falling": falling,
            "page": page,
            "rows": [
                (
                    case,
                    RecordClass(case.record_class).label,
                    due_on(calendar.fiscal_year(case.closed_on), periods[case.record_class], day),
                )
                for case in page
            ],
            "today": day,
            "disposals": Disposal.objects.filter(centre=centre)
            .select_related("proposed_by", "decided_by")
            .order_by("-proposed_at", "-pk")[:SHOWN],
            "can_propose": sum(row.count - row.held for row in falling if row.day <= day) > 0,
        }
        return render(request, "manage/protection/retention.html", context)


class ProposeDisposal(StaffView):
    permission = roles.KEEP_RETENTION

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            made = disposal.propose_due(self.actor.centre, by=self.actor)
        except disposal.NothingDue as refusal:
            messages.error(request, str(refusal))
            return redirect("retention")
        return redirect("disposal", uid=made.uid)


def card(actor: Actor) -> today.Card | None:
    """今日: what waits for this person's approval; else what falls due within three months."""
    waiting = Disposal.objects.filter(centre_id__in=actor.centre_ids, state=Disposal.State.PROPOSED)
    if waiting.exclude(proposed_by_id=actor.pk).exists():
        return today.Card(
            _("廃棄の案が承認を待っています"),
            level=today.Level.WARNING,
            url_name="retention",
            link=_("保存期限と廃棄を開く"),
        )
    until = calendar.today() + CARD_AHEAD
    falling = [
        row
        for centre in Centre.objects.filter(pk__in=actor.centre_ids)
        for row in due.falling_due(centre, until)
        if row.count > row.held
    ]
    if not falling:
        return None
    count = sum(row.count - row.held for row in falling)
    title = ngettext("保存期限が来る相談が%(n)d件あります", "保存期限が来る相談が%(n)d件あります", count) % {
        "n": count
    }
    first = min(row.day for row in falling)
    return today.Card(
        title,
        _("最も早いものは%(day)sから廃棄できます。残すものには保存停止を付けてください。")
        % {"day": calendar.wareki(first)},
        url_name="retention",
        link=_("保存期限と廃棄を開く"),
    )


# --- Classes ----------------------------------------------------------------------------------------------------
class YearsForm(forms.Form):
    """From which day a class is kept for how many years."""

    record_class = forms.ChoiceField(label=gettext_lazy("記録の種類"), choices=RecordClass.choices)
    years = forms.IntegerField(
        label=gettext_lazy("年数"), min_value=LEAST_YEARS, max_value=MOST_YEARS,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )  # fmt: skip
    from_on = day_field(gettext_lazy("適用日"), required=True, help_text=gettext_lazy("今日以降"))


class Classes(StaffView):
    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, YearsForm(initial={"from_on": calendar.today().isoformat()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = YearsForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            chosen = RecordClass(data["record_class"])
            try:
                due.set_years(
                    self.actor.centre, chosen, years=data["years"], from_on=data["from_on"], by=self.actor
                )
            except due.YearsRefused as refusal:
                form.add_error("from_on", str(refusal))
            else:
                messages.success(request, _("%(name)sの年数を定めました。") % {"name": chosen.label})
                return redirect("retention-classes")
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: YearsForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "has_errors": form.is_bound,
            "rows": _class_rows(self.actor.centre),
            "others": OTHER_RECORDS,
        }
        return render(request, "manage/protection/retention_classes.html", context, status=status)


_DERIVED: Final = {
    RecordClass.CONSULTATION: gettext_lazy("下のどれにも当たらない相談"),
    RecordClass.INFORMATION: gettext_lazy(
        "相談区分が問合せ・要望のもの、処理結果がその他情報提供・処理不要のもの"
    ),
    RecordClass.SERIOUS: gettext_lazy("人が相談ごとに選ぶ"),
    RecordClass.LITIGATION: gettext_lazy("人が相談ごとに選ぶ"),
}


def _class_rows(centre: Centre) -> list[dict[str, Any]]:
    """Each class: how a case comes into it, its years now, and what is set for later."""
    day, periods = calendar.today(), due.periods_of(centre)
    rows = []
    for one in RecordClass:
        now = [period for period in periods[one] if period.from_on <= day][-1]
        rows.append(
            {
                "label": one.label,
                "derived": _DERIVED[one],
                "years": now.years,
                "since": None if now.from_on == date.min else now.from_on,
                "later": [period for period in periods[one] if period.from_on > day],
            }
        )
    return rows


# --- Holds ------------------------------------------------------------------------------------------------------
class HoldForm(forms.Form):
    ground = forms.ChoiceField(label=gettext_lazy("理由"), choices=LegalHold.Ground.choices)
    reference = forms.CharField(
        label=gettext_lazy("文書番号"), max_length=40, required=False, help_text=REFERENCE
    )


class HoldByNumberForm(HoldForm):
    number = forms.CharField(
        label=gettext_lazy("相談番号"), max_length=16, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("number", "ground", "reference")


class Holds(StaffView):
    """Which cases are held, and the form that holds another by its number."""

    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, HoldByNumberForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = HoldByNumberForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            case = Case.objects.visible_to(self.actor).filter(number=data["number"].strip()).first()
            if case is not None:
                place_hold(request, case, data, self.actor)
                return redirect("retention-holds")
            form.add_error("number", _("この番号の相談はありません。"))
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: HoldByNumberForm, status: int = 200) -> HttpResponse:
        rows = LegalHold.objects.filter(case__centre=self.actor.centre).select_related(
            "case", "placed_by", "lifted_by"
        )
        context = {
            "form": form,
            "has_errors": form.is_bound,
            "in_force": rows.filter(lifted_at__isnull=True)[:200],
            "lifted": rows.filter(lifted_at__isnull=False).order_by("-lifted_at")[:SHOWN],
        }
        return render(request, "manage/protection/retention_holds.html", context, status=status)


def place_hold(request: HttpRequest, case: Case, data: dict[str, Any], actor: Actor) -> None:
    holds.place(
        case.uid, ground=LegalHold.Ground(data["ground"]), by=actor, reference=data["reference"].strip()
    )
    messages.success(request, _("相談番号%(number)sの保存停止を始めました。") % {"number": case.number})


class LiftHold(StaffView):
    permission = roles.KEEP_RETENTION

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            hold = holds.lift(uid, by=self.actor)
        except LegalHold.DoesNotExist:
            raise Http404 from None
        messages.success(
            request, _("相談番号%(number)sの保存停止を解きました。") % {"number": hold.case.number}
        )
        return redirect("retention-case", uid=hold.case.uid)


# --- One case ---------------------------------------------------------------------------------------------------
class ClassForm(forms.Form):
    record_class = forms.ChoiceField(
        label=gettext_lazy("記録の種類"),
        required=False,
        choices=[("", gettext_lazy("区分から決める")), *RecordClass.choices],
    )


# Beside the form of holds on one page: the same names, ids of its own.
_ERASURE_IDS: Final = "id_erase_%s"


class ErasureForm(forms.Form):
    """個別の消去: why, and the number typed once more, so that nobody asks for it by a slip."""

    ground = forms.ChoiceField(
        label=gettext_lazy("理由"),
        choices=[
            (one.value, one.label)
            for one in (Disposal.Ground.REQUEST, Disposal.Ground.ORDER, Disposal.Ground.MISTAKE)
        ],
    )
    reference = forms.CharField(
        label=gettext_lazy("文書番号"), max_length=40, required=False, help_text=REFERENCE
    )
    number = forms.CharField(
        label=gettext_lazy("確認のため、相談番号を入力"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._number = case.number

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        if number != self._number:
            raise forms.ValidationError(_("この相談の番号と違います。"))
        return number


class KeptView(StaffView):
    """How one case is kept: its class, its holds, its erasure before time. No word of it is shown."""

    permission = roles.KEEP_RETENTION

    def find(self, uid: uuid.UUID) -> Case:
        case = Case.objects.visible_to(self.actor).select_related("centre").filter(uid=uid).first()
        if case is None:
            raise Http404
        return case

    def page(
        self, request: HttpRequest, case: Case, *, status: int = 200, **shown: forms.Form
    ) -> HttpResponse:
        keeping = due.keeping_of(case)
        given = keeping.record_class if keeping.is_given else ""
        context: dict[str, Any] = {
            "case": case,
            "keeping": keeping,
            "class_form": ClassForm(initial={"record_class": given}),
            "hold_form": HoldForm(),
            "erasure_form": ErasureForm(case=case, auto_id=_ERASURE_IDS),
            "proposed": Disposal.objects.filter(items__case=case, state__in=Disposal.OPEN).first(),
            "has_errors": bool(shown),
            **shown,
        }
        return render(request, "manage/protection/retention_case.html", context, status=status)


class KeptCase(KeptView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class SetClass(KeptView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find(uid)
        form = ClassForm(request.POST)
        if not form.is_valid():
            return self.page(request, case, status=422, class_form=form)
        chosen = form.cleaned_data["record_class"]
        due.set_class(case, RecordClass(chosen) if chosen else None, by=self.actor)
        messages.success(request, _("記録の種類を変えました。"))
        return redirect("retention-case", uid=case.uid)


class PlaceHold(KeptView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find(uid)
        form = HoldForm(request.POST)
        if not form.is_valid():
            return self.page(request, case, status=422, hold_form=form)
        place_hold(request, case, form.cleaned_data, self.actor)
        return redirect("retention-case", uid=case.uid)


class AskErasure(KeptView):
    """Proposes one case; another person approves it on the page that this leads to."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find(uid)
        form = ErasureForm(request.POST, case=case, auto_id=_ERASURE_IDS)
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = disposal.propose_one(
                    case.uid,
                    ground=Disposal.Ground(data["ground"]),
                    by=self.actor,
                    reference=data["reference"].strip(),
                )
            except CasesError as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("disposal", uid=made.uid)
        return self.page(request, case, status=422, erasure_form=form)
