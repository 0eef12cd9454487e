"""訂正: the intake page again, filled with what is stored."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.protection.purpose import Purpose, PurposeNeeded, ReasonNeeded
from cases.protection.reveal import REVEALABLE, Rule, reveal, rule_for
from cases.records.case import Case
from cases.services import followup
from cases.services.entry import EntryRefused
from consult.desk.card.facts import Fact
from consult.desk.card.form import IntakeForm
from consult.desk.card.groups import rules
from consult.desk.card.stored import stored
from consult.desk.case import CaseView
from consult.desk.looks import RevealForm
from consult.desk.snippets import models as snippets
from consult.desk.typed import initial, more_wanted, shown, typed
from consult.shell import roles


class CorrectCase(CaseView):
    """訂正: the intake page again, filled with what is stored. Opening it shows what is sealed, so it is logged."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        rule = rule_for(case, self.actor)
        if not self.actor.may(roles.REVEAL_CASES) or rule is Rule.GUARDED:
            return redirect("case", uid=uid)
        if rule is Rule.ASKED:
            return self._ask(request, case, RevealForm())
        return self._filled(request, case, purpose="", reason="")

    def _ask(self, request: HttpRequest, case: Case, form: RevealForm) -> HttpResponse:
        """Others', old and closed cases: first why."""
        context = {"case": case, "reveal_form": form, "has_errors": form.is_bound}
        return render(request, "desk/correct_why.html", context, status=422 if form.is_bound else 200)

    def _filled(self, request: HttpRequest, case: Case, *, purpose: str, reason: str) -> HttpResponse:
        values = reveal(case.uid, sorted(REVEALABLE), by=self.actor, purpose=purpose, reason=reason)
        form = IntakeForm(initial=stored(case, values), centre=case.centre, on=case.received_on)
        return self._form(request, case, form, revision=case.revision)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        revision = _revision(request)
        if more := more_wanted(request.POST):
            held = initial(typed(request.POST))
            form = IntakeForm(initial=held, centre=case.centre, on=case.received_on, more=more)
            return self._form(request, case, form, revision=revision)
        form = IntakeForm(request.POST, centre=case.centre, on=case.received_on)
        if form.is_valid():
            try:
                followup.correct_case(
                    form.entry(case.uid, source=case.source, is_made_up=case.is_made_up),
                    revision=revision,
                    by=self.actor,
                )
            except EntryRefused as refusal:
                form.refuse(refusal)
            except followup.ChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                return self._changed_meanwhile(request, form)
        if form.errors:
            return self._form(request, case, form, revision=revision, status=422)
        return HttpResponseRedirect(reverse("case", args=[case.uid]) + "?corrected=1")

    def _changed_meanwhile(self, request: HttpRequest, form: IntakeForm) -> HttpResponse:
        """What was typed stays in the fields; beside it what is stored now, for those who may see it.

        The page goes on from the newest revision: saving it again is a decision taken with both in view.
        """
        case = self.find()
        differences: list[Fact] = []
        if self.actor.may(roles.REVEAL_CASES) and rule_for(case, self.actor) is not Rule.GUARDED:
            values = reveal(case.uid, sorted(REVEALABLE), by=self.actor, purpose=Purpose.CONSULTATION)
            differences = different(form, IntakeForm(initial=stored(case, values), centre=case.centre))
        return self._form(
            request, case, form, revision=case.revision, status=412, differences=differences, is_stale=True
        )

    def _form(
        self,
        request: HttpRequest,
        case: Case,
        form: IntakeForm,
        *,
        revision: int,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            "case": case,
            "form": form,
            "revision": revision,
            "rules": rules(form),
            "snippets": snippets.texts(self.actor),
            "has_errors": form.is_bound and bool(form.errors),
            **more,
        }
        return render(request, "desk/correct.html", context, status=status)


class OpenForCorrection(CorrectCase):
    """The form, once the purpose has been said."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("case-correct", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if not self.actor.may(roles.REVEAL_CASES) or rule_for(case, self.actor) is Rule.GUARDED:
            return redirect("case", uid=uid)
        form = RevealForm(request.POST)
        if form.is_valid():
            try:
                return self._filled(request, case, **form.cleaned_data)
            except PurposeNeeded as refusal:
                form.add_error("purpose", str(refusal))
            except ReasonNeeded as refusal:
                form.add_error("reason", str(refusal))
        return self._ask(request, case, form)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def different(typed: IntakeForm, now: IntakeForm) -> list[Fact]:
    """The fields that are stored otherwise than they are typed, with what is stored."""
    names = dict.fromkeys([*now.fields, *typed.fields])
    pairs = [
        (now if name in now.fields else typed, name, _words(now, name), _words(typed, name)) for name in names
    ]
    return [Fact(form[name].label, held or _("(空欄)")) for form, name, held, mine in pairs if held != mine]


def _words(form: IntakeForm, name: str) -> str:
    return "" if name not in form.fields or form[name].is_hidden else shown(form, name)
