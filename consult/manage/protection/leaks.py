"""漏えい対応: the list, one leak with its clocks and numbers, its reports, and the lists of persons to tell."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.files import write_csv
from cases.law import calendar
from cases.law import leaks as law
from cases.law.leaks import Clocks, Duty
from cases.protection import office
from cases.protection.redaction import redact
from cases.records.case import new_uid
from cases.records.centre import Actor
from cases.records.leaks import LeakFinding, LeakIncident, LeakNotice, LeakReport
from cases.records.papers import OfficePaper
from cases.records.steps import steps_of
from cases.services import leak_notices, leaks, oversight, papers
from cases.services.leaks import LeakClosed
from consult.manage import audit_words
from consult.manage.protection import leak_words
from consult.manage.protection import papers as paper_job
from consult.manage.protection.leak_choices import scope_lines
from consult.manage.protection.leak_forms import (
    CloseForm,
    FactsForm,
    IncidentForm,
    PartForm,
    ReasonForm,
    ReportForm,
    SentForm,
    facts_initial,
)
from consult.shell import roles
from consult.shell.jobs import progress_of
from consult.shell.second_person import able
from consult.shell.web import StaffView

SHOWN = 200


@dataclass(frozen=True)
class Clock:
    """One due day as the page shows it."""

    label: str
    due: date
    left: int
    sent_on: date | None
    kind: str

    @property
    def tone(self) -> str:
        if self.sent_on:
            return "success"
        return "error" if self.left < 0 else ("warning" if self.left <= 2 else "")


def clocks_shown(incident: LeakIncident, clocks: Clocks) -> list[Clock]:
    day = calendar.today()
    final = _("確報(%(days)d日以内)") % {"days": clocks.final_days}
    preliminary = _("速報(目安は%(day)sまで、遅くとも)") % {
        "day": calendar.month_and_day(clocks.preliminary_wanted)
    }
    return [
        Clock(
            preliminary, clocks.preliminary, law.days_left(clocks.preliminary, day),
            incident.preliminary_sent_on, LeakReport.Kind.PRELIMINARY,
        ),
        Clock(
            final, clocks.final, law.days_left(clocks.final, day), incident.final_sent_on, LeakReport.Kind.FINAL
        ),
    ]  # fmt: skip


def next_clock(incident: LeakIncident) -> Clock | None:
    """The first report that is still to be sent; None where none is due."""
    if not incident.is_open or leaks.assessment_of(_latest(incident)).duty == Duty.NONE:
        return None
    assessment = leaks.assessment_of(_latest(incident))
    clocks = law.clocks(calendar.local_date(incident.found_at), assessment)
    return next((clock for clock in clocks_shown(incident, clocks) if clock.sent_on is None), None)


def _latest(incident: LeakIncident) -> LeakFinding | None:
    """Out of the prefetched findings, newest first."""
    return next((one for one in incident.findings.all() if one.finished_at), None)


def reason_ids(uid: uuid.UUID) -> str:
    """The ids of the controls of one list's form: several stand on the page."""
    return f"%s-{uid.hex[:8]}"


class Leaks(StaffView):
    permission = roles.RESPOND_TO_LEAKS

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = LeakIncident.objects.visible_to(self.actor).defer("summary", "closing_reason")
        found = list(rows.prefetch_related("findings")[:SHOWN])
        listed = [(one, leaks.assessment_of(_latest(one)), _latest(one), next_clock(one)) for one in found]
        return render(request, "manage/protection/leaks.html", {"rows": listed})


class ReportLeak(StaffView):
    permission = roles.RESPOND_TO_LEAKS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, IncidentForm(actor=self.actor, initial={"uid": new_uid()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = IncidentForm(request.POST, actor=self.actor)
        if not form.is_valid():
            return self._page(request, form, status=422)
        incident = leaks.report(form.entry(), centre=self.actor.centre, by=self.actor)
        messages.success(request, _("漏えいを記録しました。範囲を計算しています。"))
        return redirect("leak", uid=incident.uid)

    def _page(self, request: HttpRequest, form: IncidentForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound}
        return render(request, "manage/protection/leak_new.html", context, status=status)


class LeakView(StaffView):
    """One leak of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.RESPOND_TO_LEAKS

    def find(self, uid: uuid.UUID) -> LeakIncident:
        rows = LeakIncident.objects.visible_to(self.actor).select_related("centre", "job", "opened_by")
        incident = rows.prefetch_related("findings").filter(uid=uid).first()
        if incident is None:
            raise Http404
        return incident

    def page(
        self, request: HttpRequest, incident: LeakIncident, status: int = 200, **forms: Any
    ) -> HttpResponse:
        """The page of a leak; `forms` replace the empty ones where something was refused."""
        finding = _latest(incident)
        assessment = leaks.assessment_of(finding)
        clocks = law.clocks(calendar.local_date(incident.found_at), assessment)
        may_tell = self.actor.may(roles.KEEP_DISCLOSURES)
        context = {
            "incident": incident,
            "scope_lines": scope_lines(incident, self.actor),
            "is_export": incident.scope == LeakIncident.Scope.EXPORT,
            "summary": self._summary(incident),
            "finding": finding,
            "findings": [one for one in incident.findings.all() if one.finished_at],
            "duty": leak_words.duty_words(assessment),
            "has_duty": assessment.duty != Duty.NONE,
            "clocks": clocks_shown(incident, clocks),
            "fields": leak_words.field_words(finding) if finding else [],
            "unplaced": leak_words.unplaced_words(finding) if finding else [],
            "progress": progress_of(incident.job) if incident.job else None,
            "is_counted": incident.job is None or incident.job.is_finished,
            "may_tell": may_tell,
            "papers": papers.of(incident.uid) if may_tell else [],
            "notices": self._notices(finding, forms.get("reason_form")) if may_tell and finding else [],
            "parts": range(1, leak_notices.parts(finding) + 1) if may_tell and finding else [],
            "steps": [(step, audit_words.action_text(step.code)) for step in steps_of(incident.uid)],
            "facts_form": FactsForm(initial=facts_initial(incident)),
            "close_form": CloseForm(),
            "reason_form": ReasonForm(),
            "sent_form": SentForm(),
            "has_errors": bool(forms),
            **forms,
        }
        return render(request, "manage/protection/leak.html", context, status=status)

    def _summary(self, incident: LeakIncident) -> str:
        """As written; with names masked for those who may not read cases."""
        text = office.opened(
            "LEAK_OPENED", [(incident, "summary")], by=self.actor, centre=incident.centre, about=incident.uid
        )[0]
        return text if self.actor.may(roles.VIEW_CASES) else redact(text).masked

    def _notices(
        self, finding: LeakFinding, refused: ReasonForm | None
    ) -> list[tuple[LeakNotice, ReasonForm]]:
        """Each list with the form that takes it; the one that was refused with what was typed."""
        rows = finding.notices.select_related("asked_by", "approved_by", "exported_by")
        forms = [(row, ReasonForm(auto_id=reason_ids(row.uid))) for row in rows]
        if refused is None:
            return forms
        return [(row, refused if refused.auto_id == form.auto_id else form) for row, form in forms]


class LeakPage(LeakView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class ChangeFacts(LeakView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        form = FactsForm(request.POST)
        if not form.is_valid():
            return self.page(request, incident, status=422, facts_form=form)
        leaks.change_facts(uid, form.facts(), by=self.actor)
        messages.success(request, _("事実を保存しました。範囲を計算し直しています。"))
        return redirect("leak", uid=uid)


class MarkSent(LeakView):
    permission = roles.KEEP_DISCLOSURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        form = SentForm(
            request.POST, auto_id=f"%s-{'final' if request.POST.get('kind') == 'FINAL' else 'preliminary'}"
        )
        if not form.is_valid():
            return self.page(request, incident, status=422, sent_form=form)
        leaks.mark_sent(uid, form.cleaned_data["kind"], form.cleaned_data["sent_on"], by=self.actor)
        messages.success(request, _("報告した日を記録しました。"))
        return redirect("leak", uid=uid)


class CloseLeak(LeakView):
    permission = roles.KEEP_DISCLOSURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        form = CloseForm(request.POST)
        if form.is_valid():
            try:
                leaks.close(uid, form.cleaned_data["reason"], by=self.actor)
            except (leaks.LeakNotClosable, leaks.AssessmentRunning) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("漏えい対応を終了しました。"))
                return redirect("leak", uid=uid)
        return self.page(request, incident, status=422, close_form=form)


class LeakReportPage(LeakView):
    """A report as a draft of nine items; each saving is a version of its own."""

    permission = roles.KEEP_DISCLOSURES
    kind: ClassVar[LeakReport.Kind] = LeakReport.Kind.PRELIMINARY

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        items = leaks.report_items(incident, self.kind, by=self.actor)
        is_saved = items is not None
        if items is None:
            summary = self._summary(incident)
            items = leak_words.first_draft(incident, _latest(incident), summary)
        return self._page(request, incident, ReportForm(initial=items), is_saved=is_saved)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        form = ReportForm(request.POST)
        if not form.is_valid() or not any(form.cleaned_data.values()):
            if form.is_valid():
                form.add_error(None, _("少なくとも一つの項目を書いてください。"))
            return self._page(request, incident, form, status=422)
        try:
            leaks.keep_report(uid, self.kind, form.cleaned_data, by=self.actor)
        except LeakClosed as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, incident, form, status=409)
        if "pdf" in request.POST:
            paper_job.start(OfficePaper.Kind(f"LEAK_{self.kind}"), uid, centre=incident.centre, by=self.actor)
            messages.success(request, _("案を保存しました。PDFは、できると「書類」に並びます。"))
        else:
            messages.success(request, _("案を保存しました。"))
        return redirect("leak", uid=uid)

    def _page(
        self, request: HttpRequest, incident: LeakIncident, form: ReportForm, *, status: int = 200,
        is_saved: bool = False,
    ) -> HttpResponse:  # fmt: skip
        context = {
            "incident": incident,
            "form": form,
            "kind": self.kind,
            "is_saved": is_saved,
            "has_errors": form.is_bound,
        }
        return render(request, "manage/protection/leak_report.html", context, status=status)


class FinalReportPage(LeakReportPage):
    kind = LeakReport.Kind.FINAL


class AskNotice(LeakView):
    permission = roles.KEEP_DISCLOSURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.find(uid)
        form = PartForm(request.POST)
        if not form.is_valid():
            return self.page(request, incident, status=422, part_form=form)
        leak_notices.ask(uid, form.cleaned_data["part"], by=self.actor)
        messages.success(request, _("一覧を求めました。ほかの人が承認すると、一度だけ出力できます。"))
        return redirect("leak", uid=uid)


class NoticeView(LeakView):
    permission: ClassVar[str] = roles.KEEP_DISCLOSURES

    def incident_of(self, uid: uuid.UUID) -> LeakIncident:
        found = LeakNotice.objects.filter(uid=uid).values_list("finding__incident__uid", flat=True).first()
        if found is None:
            raise Http404
        return self.find(found)


class ApproveNotice(NoticeView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.incident_of(uid)
        try:
            leak_notices.approve(uid, by=self.actor, able=able(self.actor, self.permission))
        except oversight.SecondPersonNeeded as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("一覧の出力を承認しました。"))
        return redirect("leak", uid=incident.uid)


class TakeNotice(NoticeView):
    """The list as CSV, once. A role that does not see persons gives its reason; every look is logged."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        incident = self.incident_of(uid)
        form = ReasonForm(request.POST, auto_id=reason_ids(uid))
        may_open = self.actor.may(roles.REVEAL_CASES) or self.actor.may(roles.BREAK_GLASS)
        if not form.is_valid() or not may_open:
            if not may_open:
                form.add_error(None, _("個人情報を見られる役割が必要です。"))
            return self.page(request, incident, status=422, reason_form=form)
        told = leak_notices.export(uid, by=self.actor, reason=form.cleaned_data["reason"])
        head = [
            _("相談番号"), _("立場"), _("氏名"), _("カナ"), _("電話"), _("住所"), _("注意"),
        ]  # fmt: skip
        rows = [[one.number, one.role, *self._values(one), self._caution(one)] for one in told]
        response = HttpResponse(write_csv([head, *rows]).data, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="notice-{str(uid)[:8]}.csv"'
        return response

    def _values(self, one: leak_notices.ToTell) -> list[str]:
        return [one.values.get(name, "") for name in ("name", "kana", "phone", "address")]

    def _caution(self, one: leak_notices.ToTell) -> str:
        if one.is_readable:
            return _("連絡方法に注意(DV等支援措置)") if one.is_guarded else ""
        if one.is_guarded:
            return _("DV等支援措置の相談。担当者に頼むか、緊急の閲覧を開いて、連絡方法に注意して知らせます")
        return _("鍵がなく開けません")


def card(actor: Actor) -> today.Card | None:
    """今日: open leaks and the report that is due first."""
    rows = LeakIncident.objects.visible_to(actor).filter(closed_at__isnull=True)
    found = list(rows.defer("summary", "closing_reason").prefetch_related("findings"))
    if not found:
        return None
    title = ngettext(
        "漏えい対応が%(n)d件、終わっていません", "漏えい対応が%(n)d件、終わっていません", len(found)
    ) % {"n": len(found)}
    due = min(
        (clock for one in found if (clock := next_clock(one))), key=lambda clock: clock.due, default=None
    )
    body = ""
    if due is not None and due.left >= 0:
        body = _("次の期限は%(day)s、あと%(left)d日です。") % {
            "day": calendar.both(due.due),
            "left": due.left,
        }
    elif due is not None:
        body = _("期限を%(late)d日過ぎた報告があります。") % {"late": -due.left}
    level = today.Level.ERROR if due is not None and due.left <= 2 else today.Level.WARNING
    return today.Card(title, body, level, url_name="leaks", link=_("漏えい対応を開く"))


def register() -> None:
    """Called once when the app is ready."""
    today.register("leaks", roles.RESPOND_TO_LEAKS, card)
    for kind in LeakReport.Kind:
        paper_job.builder(
            OfficePaper.Kind(f"LEAK_{kind}"),
            lambda uid, by, kind=kind: leak_words.document_of(uid, kind, by),  # type: ignore[misc]
        )
