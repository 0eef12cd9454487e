"""あっせん: both sides' offers side by side, the time line, and the 処理結果 that its end proposes."""

import uuid
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.law.states import MEDIATION, Event
from cases.protection import audit
from cases.protection.redacted import redacted_text
from cases.records import codes
from cases.records.case import Case, new_uid
from cases.records.codes import Kind
from cases.records.follow_up import MOST_MINUTES
from cases.services import mediation
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpTaken
from cases.services.mediation import Mediation, Step, StepTaken
from cases.services.reading import read_moment
from consult.desk.case import CaseView
from consult.desk.forms import WordsField, plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import ReadField, offer, tell, yen_field


class StepForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label=gettext_lazy("できごと"))
    happened_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()), label=gettext_lazy("日時"), required=True
    )
    yen = yen_field(
        gettext_lazy("金額"),
        help_text=gettext_lazy("返金や請求取下げの額。合意では被害回復額になります。不明は空欄"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("対応時間(分)"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    text = WordsField(
        label=gettext_lazy("内容"), rows=4, required=False, help_text=gettext_lazy("経過として残ります。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "code", [(event.value, f"{n} {event.label}") for n, event in enumerate(_EVENTS, 1)])
        plain_words(self)


_EVENTS: Final = [event for event in Event if event in MEDIATION]


def _now() -> str:
    return timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%Y-%m-%d %H:%M")


class MediationPage(CaseView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self._page(request, case)

    def _page(
        self, request: HttpRequest, case: Case, form: StepForm | None = None, status: int = 200
    ) -> HttpResponse:
        found = mediation.of(case)
        words = redacted_text([case.uid], by=self.actor, with_follow_ups=True).get(case.uid)
        texts = words.follow_ups if words else {}
        first = Event.OFFER_BY_CONSUMER if found.steps else Event.MEDIATION_STARTED
        start = {"uid": new_uid(), "happened_at": _now(), "code": first}
        context = {
            "case": case,
            "mediation": found,
            "steps": [(one, texts.get(one.follow_up, "") if one.follow_up else "") for one in found.steps],
            "outcome_text": codes.codes(Kind.OUTCOME).text(found.outcome) if found.outcome else "",
            "today": calendar.today(),
            "form": form or StepForm(initial=start),
            "may_record": self.actor.may(roles.RECORD_CASES),
            "has_errors": form is not None,
        }
        return render(request, "desk/day/mediation.html", context, status=status)


class RecordStep(MediationPage):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = StepForm(request.POST)
        if form.is_valid():
            try:
                mediation.record(case.uid, Step(**form.cleaned_data), by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            except (StepTaken, FollowUpTaken) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("あっせんの記録を残しました。"))
                return redirect("case-mediation", uid=uid)
        return self._page(request, case, form, status=422)


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    """That a closed mediation has no record, or where the one under way stands; nothing for other cases."""
    if mediation.lacks_record(case):
        return {"lacks_record": True}
    if not case.is_open or not case.events.filter(code__in=MEDIATION).exists():
        return None
    found: Mediation = mediation.of(case)
    outcome = codes.codes(Kind.OUTCOME).text(found.outcome) if found.outcome else ""
    return {"mediation": found, "outcome_text": outcome}
