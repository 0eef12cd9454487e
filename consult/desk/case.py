"""One case: what is coded, the redacted words, 経過; showing what is sealed; closing and reopening."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.protection import audit
from cases.protection.redacted import RedactedText, redacted_text
from cases.records import card, codes
from cases.records.case import Case, new_uid
from cases.records.codes import Kind
from cases.records.follow_up import MOST_MINUTES
from cases.records.people import CasePerson
from cases.services import followup
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry
from cases.services.reading import read_moment
from cases.services.retention.due import keeping_of
from consult.desk import file_list, panels
from consult.desk.card.facts import facts_of, personal_of
from consult.desk.choices import numbered
from consult.desk.forms import WordsField, plain_words
from consult.desk.hands import HandOverForm, LinkForm, hands_of
from consult.desk.looks import GlassForm, Part, RevealForm, look_at
from consult.desk.snippets import models as snippets
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, ReadField, day_field, offer, tell, yen_field
from consult.shell.web import StaffView

_AT_ONCE = (Case.Source.DESK, Case.Source.API)
"""Where a case from normally comes in on its own day."""


class FollowUpForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    happened_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()), label=_("日時"), required=True
    )
    kind = forms.ChoiceField(label=_("種類"))
    minutes = forms.IntegerField(
        label=_("対応時間(分)"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    text = WordsField(label=_("経過"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", numbered(Kind.CONTACT_KIND, calendar.today()))
        plain_words(self)


class CloseForm(forms.Form):
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("処理結果"))
    closed_on = day_field(_("終了日"), required=True)
    recovered_yen = yen_field(_("被害回復額"), help_text=_("不明は空欄"))
    advice = WordsField(label=_("助言・処理概要(書き換えるときだけ)"), rows=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "outcome", [*NOT_CHOSEN, *numbered(Kind.OUTCOME, calendar.today())])
        plain_words(self)


def may(actor: Account) -> dict[str, bool]:
    """What the reader may do on the page of a case."""
    return {"may_reveal": actor.may(roles.REVEAL_CASES), "may_record": actor.may(roles.RECORD_CASES)}


class CaseView(StaffView):
    """Finds the case in the actor's scope, or answers 404 as if it did not exist."""

    permission = roles.VIEW_CASES

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.uid: uuid.UUID = kwargs["uid"]

    def find(self) -> Case:
        case = (
            Case.objects.visible_to(self.actor)
            .select_related("centre", "counsellor", "in_charge")
            .filter(uid=self.uid)
            .first()
        )
        if case is None:
            raise Http404
        return case

    def page(
        self,
        request: HttpRequest,
        case: Case,
        *,
        status: int = 200,
        revealed: dict[str, str] | None = None,
        part: Part = Part.CONTACT,
        **more: Any,
    ) -> HttpResponse:
        """The case's page; `more` may bring bound forms or revealed values."""
        prefetch_related_objects([case], "scam_types")  # asked for by three of its parts
        words = redacted_text([case.uid], by=self.actor, with_follow_ups=True).get(
            case.uid, RedactedText("", "")
        )
        today = calendar.today()
        look = look_at(case, self.actor)
        follow_ups = list(case.follow_ups.select_related("counsellor"))
        rows = card.rows_of(case)
        context = {
            "case": case,
            "facts": facts_of(case, rows),
            "words": words,
            "people": list(CasePerson.objects.filter(case=case).defer("address").order_by("role")),
            "follow_ups": [
                (row, (revealed or {}).get(f"follow_up.{row.uid}", words.follow_ups.get(row.uid, "")))
                for row in follow_ups
            ],
            "spent": sum(row.minutes or 0 for row in follow_ups),
            "revealed": revealed,
            "shows_words": revealed is not None and part is Part.WORDS,
            "personal": personal_of(revealed or {}, rows),
            "entered_late": calendar.local_date(case.entered_at) > case.received_on
            and case.source in _AT_ONCE,
            "outcome": codes.codes(Kind.OUTCOME).text(case.outcome),
            "follow_up_form": FollowUpForm(initial={"uid": new_uid(), "happened_at": _now()}),
            "close_form": CloseForm(initial={"closed_on": today.isoformat(), "revision": case.revision}),
            "reveal_form": RevealForm(),
            "glass_form": GlassForm(),
            "look": look,
            "may_correct": look.opens and all(may(self.actor).values()),
            "keeping": keeping_of(case),
            "may_keep": self.actor.may(roles.KEEP_RETENTION),
            "hands": hands_of(case, self.actor, look),
            "hand_over_form": more.get("hand_over_form") or HandOverForm(case=case, actor=self.actor),
            "link_form": LinkForm(),
            **may(self.actor),
            "may_see_looks": self.actor.may(roles.VIEW_AUDIT)
            or (
                self.actor.may(roles.VIEW_PROTECTION)
                and self.actor.pk in (case.counsellor_id, case.holder_id)
            ),
            **file_list.section(case, look, revealed),
            "panels": panels.panels_of(case, self.actor),
            "snippets": snippets.texts(self.actor) if self.actor.may(roles.RECORD_CASES) else {},
            "next_steps": panels.steps_of(case, self.actor),
            **more,
        }
        return render(request, "desk/case.html", context, status=status)


def _now() -> str:
    return timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%Y-%m-%d %H:%M")


class CasePage(CaseView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self.page(request, case)


class AddFollowUp(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = FollowUpForm(request.POST)
        if form.is_valid():
            try:
                followup.add_follow_up(case.uid, FollowUpEntry(**form.cleaned_data), by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            except followup.FollowUpTaken as refusal:
                form.add_error(None, str(refusal))
        if form.errors:
            return self.page(request, case, status=422, follow_up_form=form, has_errors=True)
        return HttpResponseRedirect(reverse("case", args=[case.uid]) + "?added=1#follow-ups")


class CloseCase(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = CloseForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                followup.close_case(case.uid, by=self.actor, **{**data, "advice": data["advice"] or None})
            except EntryRefused as refusal:
                tell(form, refusal)
            except followup.CaseAlreadyClosed as refusal:
                return self._closed_meanwhile(request, form, str(refusal))
            except followup.ChangedMeanwhile as refusal:
                return self._changed_meanwhile(request, str(refusal))
        if form.errors:
            return self.page(request, case, status=422, close_form=form, has_errors=True)
        return HttpResponseRedirect(reverse("case", args=[case.uid]) + "?closed=1")

    def _changed_meanwhile(self, request: HttpRequest, reason: str) -> HttpResponse:
        """The page as the case is now, with what was typed; sent again from there it closes."""
        case = self.find()
        given = request.POST.dict() | {"revision": case.revision}
        return self.page(request, case, status=412, close_form=CloseForm(initial=given), refusal=reason)

    def _closed_meanwhile(self, request: HttpRequest, form: CloseForm, reason: str) -> HttpResponse:
        """Somebody else closed it first. The words typed here are offered as a 経過, so that they are not lost."""
        words = form.cleaned_data["advice"]
        follow_up = FollowUpForm(
            initial={"uid": new_uid(), "happened_at": _now(), "kind": "NOTE", "text": words}
        )
        form.add_error(None, reason)
        return self.page(
            request, self.find(), status=409, close_form=form, follow_up_form=follow_up, has_errors=True
        )


class ReopenCase(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        with suppress(followup.CaseStillOpen):  # somebody else reopened it: what was wanted is so
            followup.reopen_case(self.find().uid, by=self.actor)
        return redirect("case", uid=uid)
