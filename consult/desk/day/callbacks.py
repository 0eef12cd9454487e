"""次の連絡: planned from the case's page, done from there, and the list of all that wait."""

import uuid
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import audit
from cases.records.callbacks import Callback
from cases.records.case import SEALED, Case, new_uid
from cases.records.closed_days import closed_of
from cases.services import callbacks
from cases.services.callbacks import CallbackEntry, CallbackTaken
from cases.services.entry import EntryRefused
from cases.services.reading import read_band
from consult.desk.case import CaseView
from consult.desk.day.blocks import when
from consult.desk.forms import WordsField, plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import ReadField, day_field, offer, tell
from consult.shell.web import StaffView

PAGE: Final = 50
ANY_TIME: Final = time(9)


def _band_or_morning(text: str) -> tuple[time, time | None]:
    return read_band(text) if text.strip() else (ANY_TIME, None)


class CallbackForm(forms.Form):
    """Day and hours as they are spoken; the next working day unless another is typed."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    due_on = day_field(gettext_lazy("次に連絡する日"), required=True)
    band = ReadField(
        _band_or_morning,
        label=gettext_lazy("時間帯"),
        help_text=gettext_lazy("14-16、14:30、午前。決めていなければ空欄"),
    )
    whom = forms.ChoiceField(label=gettext_lazy("相手"), choices=Callback.Whom.choices)
    kind = forms.ChoiceField(label=gettext_lazy("用件"), choices=Callback.Kind.choices)
    for_account = forms.ChoiceField(label=gettext_lazy("連絡する人"), required=False)
    note = WordsField(
        label=gettext_lazy("気をつけること"),
        rows=2,
        required=False,
        help_text=gettext_lazy("経過として残ります。例: 夫のいない時間に。留守電に残さない"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_callback_%s", **kwargs})
        colleagues = Account.objects.holding(case.centre, roles.RECORD_CASES)
        choices = [(str(account.uid), str(account)) for account in colleagues]
        offer(self, "for_account", [("", _("相談の担当")), *choices])
        plain_words(self)

    def entry(self) -> CallbackEntry:
        """What the valid form says."""
        data = self.cleaned_data
        first, last = data["band"]
        return CallbackEntry(
            uid=data["uid"],
            kind=data["kind"],
            whom=data["whom"],
            due_at=_at(data["due_on"], first),
            until_at=_at(data["due_on"], last) if last else None,
            note=data["note"],
            for_uid=uuid.UUID(data["for_account"]) if data["for_account"] else None,
        )


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=calendar.TOKYO)


def _next_day(case: Case) -> str:
    today = calendar.today()
    return calendar.working_day_after(today, 1, closed_of(case.centre_id, today)).isoformat()


def panel(case: Case, actor: Account) -> dict[str, Any]:
    """What is planned for the case, and the form for the next; after the closing, the looks that may follow."""
    now = timezone.now()
    return {
        "planned": [(row, *when(row, now)) for row in callbacks.waiting_of(case)],
        "results": Callback.Result.choices,
        "callback_form": CallbackForm(case=case, initial={"uid": new_uid(), "due_on": _next_day(case)}),
        "weeks": callbacks.AFTERCARE_WEEKS if not case.is_open else (),
        "aftercare_uid": new_uid(),
        "may_plan": actor.may(roles.RECORD_CASES),
    }


def _tell_closed_day(request: HttpRequest, row: Callback) -> None:
    day = calendar.local_date(row.due_at)
    words = {"day": calendar.month_and_day(day), "weekday": calendar.weekday_letter(day)}
    if calendar.is_working_day(day, closed_of(row.case.centre_id, day)):
        messages.success(request, _("%(day)s(%(weekday)s)の連絡を予定しました。") % words)
    else:
        messages.warning(
            request,
            _("%(day)s(%(weekday)s)の連絡を予定しました。この日は休みなので、前の開所日の「今日」に出ます。")
            % words,
        )


def _to_case(uid: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("case", args=[uid]) + "#callbacks")


class PlanCallback(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = CallbackForm(request.POST, case=case)
        if form.is_valid():
            try:
                row = callbacks.plan(case.uid, form.entry(), by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            except CallbackTaken as refusal:
                form.add_error(None, str(refusal))
            else:
                _tell_closed_day(request, row)
                return _to_case(uid)
        # The part's own context comes on top of the page's, so the refused form goes in by another name.
        return self.page(request, case, status=422, refused_callback_form=form, has_errors=True)


class PlanAftercare(CaseView):
    """A look after the closing, one press: `weeks` is one of those offered."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            weeks, own_uid = int(request.POST.get("weeks", "")), uuid.UUID(request.POST.get("uid", ""))
        except ValueError:
            return _to_case(uid)
        if weeks in callbacks.AFTERCARE_WEEKS:
            entry = callbacks.aftercare(case, weeks, uid=own_uid)
            _tell_closed_day(request, callbacks.plan(case.uid, entry, by=self.actor))
        return _to_case(uid)


class EndCallback(StaffView):
    """Posts what became of it. Who got through goes on to write the 経過."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        visible = Case.objects.visible_to(self.actor)
        row = Callback.objects.filter(uid=uid, case__in=visible).select_related("case").first()
        if row is None:
            raise Http404
        result = request.POST.get("result", "")
        if result in Callback.Result.values:
            callbacks.finish(uid, result=result, by=self.actor)
        if result == Callback.Result.REACHED:
            messages.success(request, _("連絡済みにしました。話した内容を経過に残してください。"))
            return HttpResponseRedirect(reverse("case", args=[row.case.uid]) + "#follow-ups")
        if result == Callback.Result.NO_ANSWER:
            messages.info(request, _("「出なかった」にしました。次に連絡する日を決めてください。"))
        return _to_case(row.case.uid)


class Callbacks(StaffView):
    """All that wait at the centre, the next first; `mine` narrows to one's own."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = Callback.objects.filter(case__centre__in=self.actor.centre_ids).waiting()
        is_mine = request.GET.get("whose") != "all" and self.actor.may(roles.RECORD_CASES)
        if is_mine:
            waiting = waiting.of(self.actor)
        rows = waiting.select_related("case__counsellor", "case__in_charge", "for_account").defer(
            *(f"case__{name}" for name in SEALED)
        )
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        now = timezone.now()
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(page))
        context = {
            "page": page,
            "rows": [(row, *when(row, now)) for row in page],
            "is_mine": is_mine,
            "may_record": self.actor.may(roles.RECORD_CASES),
            "may_mark_days": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/day/callbacks.html", context)
