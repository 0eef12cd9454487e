"""The reports of a centre: one click to have one made, the tables on the page, issuing, files."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.reports.document import ReportData
from cases.figures.reports.models import Report, ReportFile
from cases.figures.tables import Grid, Placed
from cases.jobs.models import Job
from cases.protection import audit
from cases.services import editions, report_checks, reports
from consult.manage.report import book
from consult.manage.report.forms import IssueForm, ReportForm, title_of
from consult.manage.report.paper import document_of
from consult.manage.report.pictures import picture_of
from consult.manage.report.shown import numeric, shown
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE, attachment
from consult.shell.jobs import progress_of
from consult.shell.paper import charts
from consult.shell.paper.pdf import at_once
from consult.shell.web import StaffView

PER_PAGE: Final = 20
TYPES: Final = {"pdf": "application/pdf", "xlsx": XLSX_TYPE, "json": "application/json"}


class Reports(StaffView):
    """What there is, and the form for one more."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, ReportForm())

    def page(self, request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
        found = reports.visible_to(self.actor).filter(centre=self.actor.centre)
        page = Paginator(found.defer("data"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page": page,
            "reports": [(report, title_of(report), _state(report)) for report in page],
            "may_make": self.actor.may(roles.KEEP_REPORTS),
            "may_log": self.actor.may(roles.VIEW_CASES),
            "has_errors": form.is_bound,
        }
        return render(request, "manage/report/list.html", context, status=status)


def _state(report: Report) -> tuple[str, str]:
    """(words, kind of chip)."""
    if report.is_issued:
        return reports.numbered(report), "success"
    job = reports.unfinished(report)
    if job is not None:
        return str(Job.State(job.state).label), "key"
    return str(Report.State(report.state).label), ""


class StartReport(Reports):
    """Have one made, or the draft of that period made anew."""

    permission = roles.KEEP_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("reports")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        span, first = form.asked
        try:
            report = reports.start(
                self.actor.centre, span, first, until=form.cleaned_data["until"], by=self.actor
            )
        except CasesError as refusal:
            form.add_error(None, str(refusal))
            return self.page(request, form, status=refusal.status)
        return redirect("report", uid=report.uid)


class ReportView(StaffView):
    """One report of the actor's centres; others answer 404."""

    permission: ClassVar[str] = roles.VIEW_NUMBERS

    def find(self, uid: uuid.UUID) -> Report:
        report: Report | None = reports.visible_to(self.actor).filter(uid=uid).first()
        if report is None:
            raise Http404
        return report

    def page(self, request: HttpRequest, report: Report, form: IssueForm, status: int = 200) -> HttpResponse:
        job = reports.unfinished(report)
        context: dict[str, Any] = {
            "report": report,
            "title": title_of(report),
            "number": reports.numbered(report),
            "progress": progress_of(job) if job else None,
            "form": form,
            "newer": reports.newer_than(report),
            "may_keep": self.actor.may(roles.KEEP_REPORTS),
            "may_export": self.actor.may(roles.EXPORT_NUMBERS),
            "has_errors": form.is_bound,
        }
        if report.is_made:
            context |= page_of(reports.data_of(report))
            context["fresh"] = reports.fresh_of(report)
            context["public"] = editions.newest(editions.subject_of_report(report), report.centre)
            context |= {
                "files": _files(report),
                "check": report.check_job,
                "check_progress": _checking(report),
            }
        return render(request, "manage/report/report.html", context, status=status)


class ReportPage(ReportView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid), IssueForm())


def _files(report: Report) -> list[str]:
    """What can be taken: of an issued report what is kept, of a draft Excel and paper made at once."""
    if not report.is_issued:
        return ["pdf", "xlsx"]
    kept = set(report.files.values_list("form", flat=True))
    return [form for form in ReportFile.FORMS if form in kept]


def _checking(report: Report) -> dict[str, Any] | None:
    """The progress of a count that is not done."""
    job = report.check_job
    return progress_of(job) if job is not None and job.state != Job.State.DONE else None


@dataclass(frozen=True)
class ShownGrid:
    """A grid in words: (text, whether it is a number, whether there is no data) per cell."""

    caption: str
    note: str
    picture: charts.Chart | None
    head: Sequence[tuple[str, bool]]
    rows: Sequence[tuple[str, str, Sequence[tuple[str, bool, bool]]]]


@dataclass(frozen=True)
class ShownTable:
    number: int
    title: str
    sentences: Sequence[str]
    grids: Sequence[ShownGrid]
    definition: Sequence[str]


def page_of(data: ReportData) -> dict[str, Any]:
    """What the page shows of a report: in Japanese, whoever reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return {"head": data.head, "tables": [_shown_table(table) for table in data.tables]}


def _shown_table(table: Placed) -> ShownTable:
    data = table.data
    return ShownTable(
        table.number, table.title, data.sentences, [_shown_grid(grid) for grid in data.grids], data.definition
    )


def _shown_grid(grid: Grid) -> ShownGrid:
    right = set(numeric(grid))
    rows = [
        (
            row.role.value,
            str(row.cells[0]),
            [
                (shown(cell, grid.columns[n].unit), n in right, cell is None)
                for n, cell in enumerate(row.cells)
                if n
            ],
        )
        for row in grid.rows
    ]
    head = [(column.title, n in right) for n, column in enumerate(grid.columns)]
    return ShownGrid(grid.caption, grid.note, picture_of(grid), head, rows)


class IssueReport(ReportView):
    permission = roles.KEEP_REPORTS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.find(uid)
        form = IssueForm(request.POST)
        if not form.is_valid():
            return self.page(request, report, form, status=422)
        report = reports.issue(uid, by=self.actor)
        messages.success(request, _("%(number)sとして発行しました。") % {"number": reports.numbered(report)})
        return redirect("report", uid=uid)


class CheckReport(ReportView):
    """Count it anew at its cut."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.find(uid)
        report_checks.start(uid, by=self.actor)
        return redirect("report", uid=uid)


class DiscardReport(ReportView):
    permission = roles.KEEP_REPORTS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.find(uid)
        reports.discard(uid, by=self.actor)
        messages.success(request, _("案を破棄しました。"))
        return redirect("reports")


class ReportDownload(ReportView):
    """A file for the centre's own use, logged: of an issued report the very bytes that were kept."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID, form: str) -> HttpResponseBase:
        report = self.find(uid)
        if form not in TYPES or not report.is_made:
            raise Http404
        try:
            data = _bytes(report, form)
        except ReportFile.DoesNotExist:
            raise Http404 from None
        audit.record("REPORT_EXPORTED", by=self.actor, centre=report.centre, reason=f"{form} {report.uid}")
        name = f"{title_of(report)}_{_('庁内用')}_{reports.numbered(report)}".replace(" ", "_")
        return attachment(data, f"{name}.{form}", TYPES[form])


def _bytes(report: Report, form: str) -> bytes:
    if report.is_issued:
        return reports.file_of(report, form)
    data = reports.data_of(report)
    with translation.override(settings.LANGUAGE_CODE):
        if form == "xlsx":
            return book.to_xlsx(data)
        if form == "pdf":
            return at_once(document_of(data, issue=_("案")), made_at=timezone.now())
    raise ReportFile.DoesNotExist
