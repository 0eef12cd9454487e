"""重大事故等: the wizard of a case, its notice, and the list of what is still to be told."""

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.law import accidents as law
from cases.law import calendar
from cases.law.accidents import Duty, Verdict
from cases.protection import audit
from cases.protection.purpose import BreakGlassNeeded
from cases.records.accidents import AccidentDecision
from cases.records.case import Case, new_uid
from cases.records.centre import Actor
from cases.services import accidents
from cases.services.accidents import AlreadyNotified, NotTheNewest, State
from cases.services.entry import EntryRefused
from consult.desk.accidents import paper
from consult.desk.accidents.forms import ITEM_LABELS, DecideForm, NoticeForm
from consult.desk.case import CaseView
from consult.desk.letters import papers
from consult.desk.panels import Panel, Place, Step, add_panel, add_step
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView

KINDS = {Verdict.SERIOUS: "error", Verdict.UNCLEAR: "warning", Verdict.OTHER: "key"}


class Accidents(StaffView):
    """What is still to be decided or told at the actor's centres: at once first."""

    permission = roles.NOTIFY_ACCIDENTS

    def get(self, request: HttpRequest) -> HttpResponse:
        found = accidents.unfinished(self.actor)
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(found))
        context = {
            "at_once": [state for state in found if state.duty == Duty.AT_ONCE],
            "others": [state for state in found if state.duty != Duty.AT_ONCE],
        }
        return render(request, "desk/accidents/list.html", context)


class CaseAccident(CaseView):
    """The wizard. Answers are codes; the items of the form come only by POST."""

    permission = roles.NOTIFY_ACCIDENTS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self._page(request, case, DecideForm(initial=self._initial(case)))

    def _initial(self, case: Case) -> dict[str, Any]:
        state = accidents.state_of(case)
        known = state.decision.answers if state.decision else law.suggested(case.harm, case.harm_degree)
        return {"uid": new_uid(), **known}

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = DecideForm(request.POST)
        if form.is_valid():
            try:
                row = accidents.decide(
                    case.uid,
                    uid=form.cleaned_data["uid"],
                    answers=form.answers,
                    items=form.items,
                    by=self.actor,
                )
            except EntryRefused as refusal:
                tell(form, refusal)
            except NotTheNewest as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("判定を記録しました。"))
                return redirect("accident", uid=row.uid)
        return self._page(request, case, form, status=422, has_errors=True)

    def _page(
        self, request: HttpRequest, case: Case, form: DecideForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {"case": case, "form": form, "state": accidents.state_of(case), **more}
        return render(request, "desk/accidents/decide.html", context, status=status)


class AccidentView(StaffView):
    """One decision about a case in scope; others answer 404."""

    permission: ClassVar[str] = roles.NOTIFY_ACCIDENTS

    def find(self, uid: uuid.UUID) -> AccidentDecision:
        try:
            return accidents.find(uid, by=self.actor)
        except AccidentDecision.DoesNotExist:
            raise Http404 from None

    def page(
        self, request: HttpRequest, row: AccidentDecision, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        state = accidents.state_of(row.case)
        finding = law.judge(row.answers)
        context = {
            "row": row,
            "case": row.case,
            "state": state,
            "is_newest": state.decision is not None and state.decision.uid == row.uid,
            "finding": finding,
            "kind": KINDS.get(Verdict(row.verdict), ""),
            "because": [law.BY_NAME[name] for name in finding.because],
            "missing": [law.BY_NAME[name].label for name in finding.missing],
            "notice_form": NoticeForm(initial={"notified_at": _now()}),
            "may_open": self.actor.may(roles.REVEAL_CASES),
            "progress": progress_of(row.job) if row.job and not row.job.is_finished else None,
            "job": row.job,
            **more,
        }
        return render(request, "desk/accidents/decision.html", context, status=status)


class AccidentPage(AccidentView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class AccidentItems(AccidentView):
    """The items of the form, to read out or copy; opening them is logged."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("accident", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        try:
            held = accidents.items_of(row, by=self.actor)
        except BreakGlassNeeded as refusal:
            return self.page(request, row, status=refusal.status, refusal=str(refusal))
        return self.page(
            request, row, items=[(ITEM_LABELS[name], held.get(name, "")) for name in ITEM_LABELS]
        )


class NoteNotice(AccidentView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("accident", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = NoticeForm(request.POST)
        if form.is_valid():
            try:
                accidents.note_notice(row.uid, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            except (AlreadyNotified, NotTheNewest) as refusal:
                return self.page(request, self.find(uid), status=refusal.status, refusal=str(refusal))
            else:
                messages.success(request, _("通知を記録しました。"))
                return redirect("accident", uid=uid)
        return self.page(request, row, status=422, notice_form=form, has_errors=True)


class AccidentPdf(AccidentView):
    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("accident", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        with transaction.atomic():
            row.job = papers.start(paper.ACCIDENT, row.uid, centre=row.case.centre, by=self.actor)
            row.save(update_fields=["job"])
        messages.success(request, _("PDFを作っています。できると相談の添付ファイルに並びます。"))
        return redirect("accident", uid=uid)


def _now() -> str:
    return timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%Y-%m-%d %H:%M")


def card(actor: Actor) -> today.Card | None:
    """今日: red as long as a 重大事故等 is not told, else what is still to be cleared or told."""
    found = accidents.unfinished(actor)
    if not found:
        return None
    at_once = [state for state in found if state.duty == Duty.AT_ONCE]
    if at_once:
        title = ngettext(
            "重大事故等が%(n)d件、まだ通知されていません。直ちに通知します。",
            "重大事故等が%(n)d件、まだ通知されていません。直ちに通知します。",
            len(at_once),
        ) % {"n": len(at_once)}
    else:
        title = ngettext(
            "危害・危険の相談が%(n)d件、判定か通知を待っています",
            "危害・危険の相談が%(n)d件、判定か通知を待っています",
            len(found),
        ) % {"n": len(found)}
    level = today.Level.ERROR if at_once else today.Level.WARNING
    body = _("、").join(state.case.number for state in (at_once or found)[:5])
    return today.Card(title, body, level, url_name="accidents", link=_("一覧を開く"))


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    """The decision that counts; a card with harm that nobody has decided about asks for one."""
    if not accidents.is_asked_for(case) and not AccidentDecision.objects.filter(case=case).exists():
        return None
    state: State = accidents.state_of(case)
    return {"accident": state, "accident_is_urgent": state.duty == Duty.AT_ONCE}


def register() -> None:
    """Called once when the app is ready."""
    today.register("accidents", roles.NOTIFY_ACCIDENTS, card)
    papers.builder(paper.ACCIDENT, paper.paper_of)
    add_panel(Panel("accidents", Place.TOP, roles.VIEW_CASES, "desk/accidents/panel.html", panel))
    add_step(
        Step("accidents", roles.NOTIFY_ACCIDENTS, "case-accident", gettext_lazy("重大事故等か判定する"),
             is_wanted=accidents.is_asked_for)
    )  # fmt: skip
