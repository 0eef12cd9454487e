"""外部提供の台帳: inquiries, what was decided by whom, what was given, and the ledger as a file."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.files import Sheet, write_csv, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case, new_uid
from cases.records.centre import Actor
from cases.records.disclosures import OutsideDisclosure
from cases.records.papers import OfficePaper
from cases.records.steps import steps_of
from cases.services import disclosures, oversight, papers
from cases.services.disclosures import DisclosureRefused
from consult.manage import audit_words
from consult.manage.protection import disclosure_papers
from consult.manage.protection import papers as paper_job
from consult.manage.protection.disclosure_forms import AnsweredForm, DecisionForm, InquiryForm
from consult.shell import roles
from consult.shell.attached import CSV_TYPE, XLSX_TYPE, attachment
from consult.shell.jobs import progress_of
from consult.shell.second_person import able
from consult.shell.web import StaffView

SHOWN: Final = 300


class Disclosures(StaffView):
    permission = roles.KEEP_DISCLOSURES

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = OutsideDisclosure.objects.visible_to(self.actor).defer(*disclosures.SEALED)
        found = list(rows.prefetch_related("disclosed")[:SHOWN])
        listed = [(row, disclosure_papers.ground_text(row.ground), due_of(row)) for row in found]
        context = {"rows": listed, "today": calendar.today()}
        return render(request, "manage/protection/disclosures.html", context)


def due_of(row: OutsideDisclosure) -> Any:
    """The day by which an answer is expected: as asked, else two weeks after it arrived."""
    return row.answer_by or row.received_on + timedelta(days=disclosures.REMIND_DAYS)


class LedgerFile(StaffView):
    """The whole ledger as Excel or CSV, without a person's value; taking it is logged."""

    permission = roles.KEEP_DISCLOSURES
    kind: ClassVar[str] = "xlsx"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = OutsideDisclosure.objects.visible_to(self.actor).defer(*disclosures.SEALED)
        rows = list(found.select_related("decided_by").prefetch_related("disclosed"))
        columns, lines = disclosure_papers.ledger_columns(), disclosure_papers.ledger_rows(rows)
        audit.record("LEDGER_EXPORTED", by=self.actor, centre=self.actor.centre, count=len(rows))
        if self.kind == "csv":
            data = write_csv([[column.title for column in columns], *lines]).data
            return attachment(data, "disclosures.csv", CSV_TYPE)
        return attachment(
            write_xlsx([Sheet(_("外部提供の台帳"), columns, lines)]), "disclosures.xlsx", XLSX_TYPE
        )


class EnterInquiry(StaffView):
    permission = roles.KEEP_DISCLOSURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, InquiryForm(actor=self.actor, initial={"uid": new_uid()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InquiryForm(request.POST, actor=self.actor)
        if form.is_valid():
            try:
                row = disclosures.enter(form.entry(), centre=self.actor.centre, by=self.actor)
            except DisclosureRefused as refusal:
                form.add_error("ground", str(refusal))
            else:
                messages.success(request, _("照会を台帳に載せました。"))
                return redirect("disclosure", uid=row.uid)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: InquiryForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound}
        return render(request, "manage/protection/disclosure_new.html", context, status=status)


class DisclosureView(StaffView):
    """One inquiry of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.KEEP_DISCLOSURES

    def find(self, uid: uuid.UUID) -> OutsideDisclosure:
        rows = OutsideDisclosure.objects.visible_to(self.actor)
        row = rows.select_related("centre", "job", "decided_by", "proposed_by").filter(uid=uid).first()
        if row is None:
            raise Http404
        return row

    def page(
        self, request: HttpRequest, row: OutsideDisclosure, status: int = 200, **forms: Any
    ) -> HttpResponse:
        """The page of an inquiry; `forms` replace the empty ones where something was refused."""
        uids = list(row.disclosed.values_list("case_uid", flat=True))
        cases = Case.objects.visible_to(self.actor).of_uids(uids).values_list("number", flat=True)
        initial = {"decision": row.decision, "given_fields": row.given_fields or row.asked_fields}
        context = {
            "row": row,
            "words": disclosures.words_of(row, by=self.actor),
            "ground": disclosure_papers.ground_text(row.ground),
            "due": due_of(row),
            "numbers": sorted(cases),
            "gone": len(uids) - len(cases),
            "asked": [audit_words.field_text(name) for name in row.asked_fields],
            "given": [audit_words.field_text(name) for name in row.given_fields],
            "progress": progress_of(row.job) if row.job and not row.job.is_finished else None,
            "papers": papers.of(row.uid),
            "may_copy": row.is_decided and row.decision != "REFUSE" and self.may_open,
            "steps": [(step, audit_words.action_text(step.code)) for step in steps_of(row.uid)],
            "decision_form": DecisionForm(asked=row.asked_fields, initial=initial),
            "answered_form": AnsweredForm(),
            "has_errors": bool(forms),
            **forms,
        }
        return render(request, "manage/protection/disclosure.html", context, status=status)

    @property
    def may_open(self) -> bool:
        return self.actor.may(roles.REVEAL_CASES) or self.actor.may(roles.BREAK_GLASS)


class DisclosurePage(DisclosureView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class ProposeDecision(DisclosureView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = DecisionForm(request.POST, asked=row.asked_fields)
        if form.is_valid():
            data = form.cleaned_data
            try:
                disclosures.propose(
                    uid,
                    data["decision"],
                    given_fields=data["given_fields"],
                    reason=data["reason"],
                    by=self.actor,
                )
            except DisclosureRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("決定の案を保存しました。ほかの人が確かめると決まります。"))
                return redirect("disclosure", uid=uid)
        return self.page(request, row, status=422, decision_form=form)


class ConfirmDecision(DisclosureView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        try:
            disclosures.confirm(row.uid, by=self.actor, able=able(self.actor, self.permission))
        except oversight.SecondPersonNeeded as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("決定しました。"))
        return redirect("disclosure", uid=uid)


class MakeCopy(DisclosureView):
    """The copy out of the values of this moment, kept as it was made."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        if not row.is_decided or row.decision == OutsideDisclosure.Decision.REFUSE or not self.may_open:
            raise disclosures.DisclosureNotReady
        row.job = paper_job.start(OfficePaper.Kind.GIVEN, uid, centre=row.centre, by=self.actor)
        row.save(update_fields=["job"])
        messages.success(request, _("写しを作っています。できると「書類」に並びます。"))
        return redirect("disclosure", uid=uid)


class NoteAnswer(DisclosureView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = AnsweredForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, status=422, answered_form=form)
        data = form.cleaned_data
        disclosures.answered(uid, on=data["answered_on"], means=data["means"], by=self.actor)
        messages.success(request, _("回答した日を記録しました。"))
        return redirect("disclosure", uid=uid)


def card(actor: Actor) -> today.Card | None:
    """今日: inquiries whose answer is due within a week, or late."""
    day = calendar.today()
    waiting = OutsideDisclosure.objects.visible_to(actor).unanswered().defer(*disclosures.SEALED)
    due = [due_of(row) for row in waiting if due_of(row) <= day + timedelta(days=7)]
    if not due:
        return None
    title = ngettext(
        "外部からの照会が%(n)d件、回答を待っています", "外部からの照会が%(n)d件、回答を待っています", len(due)
    ) % {"n": len(due)}
    level = today.Level.ERROR if min(due) < day else today.Level.WARNING
    body = _("いちばん早い期限は%(day)sです。") % {"day": calendar.both(min(due))}
    return today.Card(title, body, level, url_name="disclosures", link=_("台帳を開く"))


def register() -> None:
    """Called once when the app is ready."""
    today.register("disclosures", roles.KEEP_DISCLOSURES, card)
    paper_job.builder(OfficePaper.Kind.GIVEN, disclosure_papers.document_of)
