"""起案 and 取下げ by the counsellor."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.protection.redacted import redacted_comments
from cases.records.approval import ApprovalStep
from cases.records.case import Case, new_uid
from cases.services import approval
from cases.services.approval import State
from cases.services.entry import EntryRefused
from consult.desk.approval.forms import AskForm
from consult.desk.case import CaseView
from consult.shell import roles
from consult.shell.fields import tell


class AskForApproval(CaseView):
    """The page of 起案: what was said so far, and the comment."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self._page(request, case, AskForm(initial={"uid": new_uid()}))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = AskForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form, status=422)
        try:
            approval.ask(case.uid, by=self.actor, **form.cleaned_data)
        except EntryRefused as refusal:
            tell(form, refusal)
        except CasesError as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, case, form, status=refusal.status)
        else:
            messages.success(request, _("起案しました。決裁者の一覧に載りました。"))
            return redirect("case", uid=uid)
        return self._page(request, case, form, status=422)

    def _page(self, request: HttpRequest, case: Case, form: AskForm, *, status: int = 200) -> HttpResponse:
        comments = redacted_comments(case, by=self.actor)
        standing = approval.standing_of(case)
        context = {
            "case": case,
            "form": form,
            "may_ask": not case.is_open and standing.state not in (State.ASKED, State.APPROVED),
            "standing": standing,
            "steps": [
                (step, comments.get(step.uid, ""))
                for step in ApprovalStep.objects.filter(case=case).select_related("account")
            ],
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "desk/approval/ask.html", context, status=status)


class WithdrawApproval(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            approval.withdraw(case.uid, uid=_uid(request.POST.get("uid", "")), by=self.actor)
        except CasesError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("起案を取り下げました。"))
        return redirect("case", uid=uid)


def _uid(text: str) -> uuid.UUID:
    """The uid that was minted with the button, or one of this sending's own."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_uid()
