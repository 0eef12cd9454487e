"""The approver's card: redacted, with what changed since they last looked, and the decision."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, seen, watch
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redacted import RedactedText, redacted_comments, redacted_text
from cases.protection.reveal import COMMENTS, REVEALABLE
from cases.records import card, codes
from cases.records.approval import ApprovalStep
from cases.records.case import Case, new_uid
from cases.records.codes import Kind
from cases.services import approval
from cases.services.entry import EntryRefused
from consult.desk.approval import changes
from consult.desk.approval.forms import ApprovalRevealForm, DecideForm
from consult.desk.approval.lists import SHOWN, able_at
from consult.desk.card.facts import facts_of, personal_of
from consult.desk.case import CaseView
from consult.shell import roles
from consult.shell.fields import tell


class ApprovalView(CaseView):
    """Finds the case and draws its card."""

    permission = roles.APPROVE_CASES

    def card(
        self,
        request: HttpRequest,
        case: Case,
        *,
        status: int = 200,
        revealed: dict[str, str] | None = None,
        **more: Any,
    ) -> HttpResponse:
        """`more` may bring bound forms and refusals."""
        words = redacted_text([case.uid], by=self.actor, with_follow_ups=True).get(
            case.uid, RedactedText("", "")
        )
        comments = redacted_comments(case, by=self.actor)
        since = seen.compared(case, words, by=self.actor)
        shown = revealed or {}
        rows = card.rows_of(case)
        context = {
            "case": case,
            "standing": approval.standing_of(case),
            "facts": facts_of(case, rows),
            "outcome": codes.codes(Kind.OUTCOME).text(case.outcome),
            "subject": shown.get("subject", words.subject),
            "narrative": shown.get("narrative", words.narrative),
            "advice": shown.get("advice", words.advice),
            "follow_ups": [
                (
                    row,
                    shown.get(f"follow_up.{row.uid}", words.follow_ups.get(row.uid, "")),
                    since is not None and row.uid in since.new_follow_ups,
                )
                for row in case.follow_ups.select_related("counsellor")
            ],
            "steps": [
                (step, shown.get(f"approval.{step.uid}", comments.get(step.uid, "")))
                for step in ApprovalStep.objects.filter(case=case).select_related("account")
            ],
            "since": since,
            "coded_changes": changes.coded(case, since) if since is not None else [],
            "hidden_changes": changes.hidden(since) if since is not None else [],
            "text_changes": changes.texts(since) if since is not None else [],
            "revealed": revealed,
            "personal": personal_of(shown, rows),
            "decide_form": DecideForm(initial={"uid": new_uid(), "revision": case.revision}),
            "reveal_form": ApprovalRevealForm(),
            **more,
        }
        return render(request, "desk/approval/card.html", context, status=status)


class ApprovalCard(ApprovalView):
    permission = roles.APPROVE_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self.card(request, case)


class NoteSeen(ApprovalView):
    """The page says that it was looked at; what is other the next time is told from here on."""

    permission = roles.APPROVE_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        seen.keep(case.uid, revision=_number(request.POST.get("revision", "")), by=self.actor)
        return HttpResponse(status=204)


class Decide(ApprovalView):
    """承認 or 差戻し; then the next case that waits."""

    permission = roles.APPROVE_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = DecideForm(request.POST)
        if not form.is_valid():
            return self.card(request, case, status=422, decide_form=form, has_errors=True)
        try:
            done = self._decide(case, form, is_return=request.POST.get("do") == "return")
        except EntryRefused as refusal:
            tell(form, refusal)
        except CasesError as refusal:
            # What was typed stays; the form goes on from the case as it is now, which is on the page.
            again = DecideForm(
                initial={
                    "uid": new_uid(),
                    "revision": case.revision,
                    "comment": form.cleaned_data["comment"],
                }
            )
            return self.card(request, case, status=refusal.status, decide_form=again, refusal=str(refusal))
        else:
            seen.keep(case.uid, revision=form.cleaned_data["revision"], by=self.actor)
            messages.success(request, done)
            return self._next()
        return self.card(request, case, status=422, decide_form=form, has_errors=True)

    def _decide(self, case: Case, form: DecideForm, *, is_return: bool) -> str:
        if is_return:
            approval.send_back(case.uid, by=self.actor, **form.cleaned_data)
            return _("相談%(number)sを差し戻しました。") % {"number": case.number}
        approval.approve(case.uid, by=self.actor, able=able_at(case.centre), **form.cleaned_data)
        return _("相談%(number)sを承認しました。") % {"number": case.number}

    def _next(self) -> HttpResponse:
        for case, standing in approval.waiting(self.actor, most=SHOWN):
            asker = standing.step.account_id if standing.step is not None else None
            if asker != self.actor.pk and not case.has_been_with(self.actor.pk):
                return redirect("approval", uid=case.uid)
        return redirect("approvals")


class RevealForApproval(ApprovalView):
    """Names, numbers and words as spoken, with the purpose 決裁 and a reason; only while the case waits."""

    permission = roles.APPROVE_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = ApprovalRevealForm(request.POST)
        if not form.is_valid():
            return self.card(request, case, status=422, reveal_form=form, has_errors=True)
        fields = sorted({*REVEALABLE, COMMENTS})
        try:
            values = approval.reveal_for(case.uid, fields, by=self.actor, **form.cleaned_data)
        except (approval.NotAskedFor, BreakGlassNeeded) as refusal:
            return self.card(request, case, status=refusal.status, refusal=str(refusal))
        return self.card(request, case, revealed=values, unusual=watch.current(self.actor))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
