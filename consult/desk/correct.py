"""訂正: the intake page again, filled with what is stored."""

import uuid
from contextlib import suppress
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.protection import audit
from cases.protection.purpose import Purpose, PurposeNeeded, ReasonNeeded
from cases.protection.reveal import REVEALABLE, Rule, reveal, rule_for
from cases.records.case import Case, new_uid
from cases.services import followup, viewing
from cases.services.entry import EntryRefused
from consult.desk import versions
from consult.desk.card.form import IntakeForm
from consult.desk.card.groups import rules
from consult.desk.card.stored import stored
from consult.desk.case import CaseView
from consult.desk.keeping import kept
from consult.desk.looks import RevealForm
from consult.desk.snippets import models as snippets
from consult.desk.typed import initial, more_wanted, typed
from consult.desk.viewing import told
from consult.shell import drafts, roles
from consult.shell.drafts import Draft

# What the page sends beside the fields: the state that it was opened with.
_OF_PAGE: Final = ("revision", "opened")
_BEFORE_ANY: Final = 0  # a revision that no case is at


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
        audit.record("CORRECTION_OPENED", by=self.actor, case=case)
        now = self._now(case, values)
        draft = drafts.of_correction(case, by=self.actor)
        if draft is not None:
            return self._restored(request, case, now, draft)
        return self._form(
            request,
            case,
            now,
            revision=case.revision,
            opened=versions.opened_with(case, now),
        )

    def _now(self, case: Case, values: dict[str, str]) -> IntakeForm:
        """The form as the case is stored."""
        return IntakeForm(initial=stored(case, values), centre=case.centre, on=case.received_on)

    def _restored(self, request: HttpRequest, case: Case, now: IntakeForm, draft: uuid.UUID) -> HttpResponse:
        """What was typed before and never saved; where the case is another one by now, beside what is stored."""
        fields, _sequence = drafts.restore(draft, by=self.actor)
        form = IntakeForm(initial=initial(fields), centre=case.centre, on=case.received_on)
        revision, opened = (fields.get(name, [""])[0] for name in _OF_PAGE)
        more: dict[str, Any] = {"draft": draft, "opened": opened, "is_restored": True}
        if int(revision or _BEFORE_ANY) != case.revision:
            picked = versions.picks({name: values[-1] for name, values in fields.items() if values})
            more |= {"choices": versions.choices(case, form, now, opened, picked), "is_stale": True}
        return self._form(request, case, form, revision=case.revision, **more)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        revision = _revision(request)
        if more := more_wanted(request.POST):
            held = initial(typed(request.POST))
            form = IntakeForm(initial=held, centre=case.centre, on=case.received_on, more=more)
            if versions.are_chosen_in(request.POST):
                return self._side_by_side(request, case, form, status=200)
            page: dict[str, Any] = {name: request.POST.get(name, "") for name in ("opened", "draft")}
            return self._form(request, case, form, revision=revision, **page)
        data, open_fields = versions.resolved(request.POST)
        form = IntakeForm(data, centre=case.centre, on=case.received_on)
        if open_fields and case.revision == revision:
            form.add_error(None, _("両方の人が変えた項目があります。どちらにするか選んでください。"))
            return self._side_by_side(request, case, form, status=422)
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
                return self._side_by_side(request, self.find(), form, status=412)
        if form.errors:
            return self._form(
                request, case, form, revision=revision, status=422, draft=self._keep(request, case),
                opened=request.POST.get("opened", ""),
            )  # fmt: skip
        self._done(request, case)
        return HttpResponseRedirect(reverse("case", args=[case.uid]) + "?corrected=1")

    def _side_by_side(
        self, request: HttpRequest, case: Case, form: IntakeForm, *, status: int
    ) -> HttpResponse:
        """What was typed stays in the fields; above it both versions of what differs, for those who may see it.

        The page goes on from the newest revision: saving it again is a decision taken with both in view.
        """
        draft, opened = self._keep(request, case), request.POST.get("opened", "")
        kept: dict[str, Any] = {"draft": draft, "opened": opened, "status": status}
        if not self.actor.may(roles.REVEAL_CASES) or rule_for(case, self.actor) is Rule.GUARDED:
            # Nothing may be shown to them, and what they have not seen they do not overwrite.
            return self._form(request, case, form, revision=_revision(request), **kept)
        values = reveal(case.uid, sorted(REVEALABLE), by=self.actor, purpose=Purpose.CONSULTATION)
        found = versions.choices(case, form, self._now(case, values), opened, versions.picks(request.POST))
        return self._form(request, case, form, revision=case.revision, choices=found, is_stale=True, **kept)

    def _keep(self, request: HttpRequest, case: Case) -> uuid.UUID:
        """What was typed and not saved is kept on the server, too: the page may be closed."""
        draft = _uid(request.POST.get("draft", ""))
        with suppress(drafts.DraftTooLong, Draft.DoesNotExist):  # the page still shows every character
            drafts.save(
                draft,
                _held(request),
                sequence=drafts.held_sequence(draft, by=self.actor) + 1,
                by=self.actor,
                case=case,
            )
        return draft

    def _done(self, request: HttpRequest, case: Case) -> None:
        drafts.discard(_uid(request.POST.get("draft", "")), by=self.actor)
        viewing.leave(case, by=self.actor)

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
        draft = more.get("draft") or new_uid()
        context = {
            "case": case,
            "form": form,
            "revision": revision,
            "draft": draft,
            "sequence": drafts.held_sequence(_uid(str(draft)), by=self.actor),
            "rules": rules(form),
            "snippets": snippets.texts(self.actor),
            "has_errors": form.is_bound and bool(form.errors),
            "viewing": told(case, self.actor),
            "is_editing": True,
            **more,
        }
        return render(request, "desk/correct.html", context, status=status)


class KeepCorrection(CaseView):
    """Called by the page a second after the last key. Tells whether somebody else changed the case meanwhile."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        is_changed = not versions.are_chosen_in(request.POST) and case.revision != _revision(request)
        return kept(
            request,
            _uid(request.POST.get("draft", "")),
            _held(request),
            by=self.actor,
            case=case,
            changed=is_changed,
        )


class DiscardCorrection(CaseView):
    """Throws the half-typed correction away."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if (draft := drafts.of_correction(case, by=self.actor)) is not None:
            drafts.discard(draft, by=self.actor)
        return redirect("case", uid=uid)


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


def _held(request: HttpRequest) -> dict[str, list[str]]:
    """What the draft of a correction holds: the fields, the state that they began from, and what was chosen.

    A page that shows both versions does not begin from what is stored: gone on with, it shows them again.
    """
    of_page = {name: [request.POST.get(name, "")] for name in _OF_PAGE}
    if versions.are_chosen_in(request.POST):
        of_page["revision"] = [str(_BEFORE_ANY)]
    chosen = {f"take.{name}": [value] for name, value in versions.picks(request.POST).items()}
    return typed(request.POST) | of_page | chosen


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _uid(text: str) -> uuid.UUID:
    """The uid that the page minted for its draft, or a new one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_uid()
