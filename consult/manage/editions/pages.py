"""公表版: what is proposed and released, one edition as it is read outside, its files, and the proposals."""

import uuid
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.releases.models import Release
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span, name_of
from cases.law import calendar
from cases.protection import audit
from cases.records.answers import PublishedAnswer
from cases.services import editions, reports
from consult.manage.editions import open_data
from consult.manage.editions.printing import document_of, workbook_of
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE, attachment
from consult.shell.fields import offer
from consult.shell.jobs import progress_of
from consult.shell.paper import to_html
from consult.shell.paper.pdf import at_once
from consult.shell.web import StaffView

PER_PAGE: Final = 20
YEARS: Final = 10
STATE_KINDS: Final = {"JUDGED": "warning", "REFUSED": "error", "RELEASED": "success", "WITHDRAWN": ""}
PDF, XLSX, CSV, SCHEMA = "pdf", "xlsx", "csv", "schema"
FORMS: Final = (PDF, XLSX, CSV, SCHEMA)


class YearForm(forms.Form):
    year = forms.ChoiceField(label=gettext_lazy("年度"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = calendar.fiscal_year(calendar.today())
        years = range(this_year - 1, this_year - YEARS, -1)
        offer(
            self,
            "year",
            [(str(year), name_of(Span.YEAR, calendar.fiscal_year_range(year)[0])) for year in years],
        )


class Editions(StaffView):
    """What there is, and the form for open data of a 年度 that is over."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, YearForm())

    def page(self, request: HttpRequest, form: YearForm, status: int = 200) -> HttpResponse:
        page = Paginator(editions.editions_of(self.actor), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page": page,
            "kinds": STATE_KINDS,
            "may_propose": self.actor.may(roles.KEEP_REPORTS),
            "has_errors": form.is_bound,
        }
        return render(request, "manage/editions/list.html", context, status=status)


class ProposeOpenData(Editions):
    permission = roles.KEEP_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("editions")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = YearForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        try:
            release = editions.propose_open_data(
                self.actor.centre, int(form.cleaned_data["year"]), by=self.actor
            )
        except CasesError as refusal:
            form.add_error(None, str(refusal))
            return self.page(request, form, status=refusal.status)
        return redirect("edition", uid=release.uid)


class ProposeReport(StaffView):
    """The public edition of a report of the actor's centres."""

    permission = roles.KEEP_REPORTS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report: Report | None = reports.visible_to(self.actor).filter(uid=uid).first()
        if report is None:
            raise Http404
        try:
            release = editions.propose_report(report, by=self.actor)
        except CasesError as refusal:
            messages.error(request, str(refusal))
            return redirect("report", uid=uid)
        return redirect("edition", uid=release.uid)


class ReleaseActivity(StaffView):
    """Table 16 of a report of the actor's centres: what the centre did, published at once and on record."""

    permission = roles.APPROVE_RELEASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report: Report | None = reports.visible_to(self.actor).filter(uid=uid).first()
        if report is None:
            raise Http404
        try:
            release = editions.release_activity(report, by=self.actor)
        except CasesError as refusal:
            messages.error(request, str(refusal))
            edition = editions.newest(editions.subject_of_report(report), report.centre)
            return (
                redirect("edition", uid=edition.uid) if edition is not None else redirect("report", uid=uid)
            )
        told = _("表16を%(number)sとして公表しました。")
        messages.success(request, told % {"number": release.numbered})
        return redirect("release", uid=release.uid)


class ProposeAnswer(StaffView):
    """The paper for the council that goes with an answer of the actor's centres."""

    permission = roles.PUBLISH_ANSWERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        answer = (
            PublishedAnswer.objects.visible_to(self.actor).select_related("centre").filter(uid=uid).first()
        )
        if answer is None:
            raise Http404
        try:
            release = editions.propose_answer(answer, by=self.actor)
        except CasesError as refusal:
            messages.error(request, str(refusal))
            return redirect("answer", uid=uid)
        return redirect("edition", uid=release.uid)


class EditionView(StaffView):
    """One edition of the actor's centres; others answer 404."""

    permission: ClassVar[str] = roles.VIEW_NUMBERS

    def find(self, uid: uuid.UUID) -> Release:
        try:
            return editions.find(uid, by=self.actor)
        except Release.DoesNotExist:
            raise Http404 from None


class EditionPage(EditionView):
    """Before it is out: where it stands. Then: the paper, as it is read outside."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        release = self.find(uid)
        job = release.job
        context = {
            "release": release,
            "state_kind": STATE_KINDS.get(release.state, "key"),
            "progress": progress_of(job) if job is not None and not release.is_judged else None,
            "files": FORMS if release.is_released and self.actor.may(roles.EXPORT_NUMBERS) else (),
            "report": editions.report_of(release),
            "activity": editions.activity_of(release),
            "may_approve": self.actor.may(roles.APPROVE_RELEASES),
            "paper": to_html(document_of(release)) if release.is_released else "",
        }
        return render(request, "manage/editions/edition.html", context)


class EditionFile(EditionView):
    """The edition as a file to be handed out. It is made of what was released, the same bytes every time."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID, form: str) -> HttpResponseBase:
        release = self.find(uid)
        if form not in FORMS or not release.is_released:
            raise Http404
        name, content_type, data = file_of(release, form)
        audit.record("EDITION_TAKEN", by=self.actor, centre=release.centre, reason=f"{form} {release.uid}")
        return attachment(data, name, content_type)


def file_of(release: Release, form: str) -> tuple[str, str, bytes]:
    """(name, content type, bytes). Raises NotReleased."""
    with translation.override(settings.LANGUAGE_CODE):
        name = f"{release.title}_{release.numbered}".replace(" ", "_")
    if form == PDF:
        return f"{name}.pdf", "application/pdf", at_once(document_of(release), made_at=release.released_at)
    if form == XLSX:
        return f"{name}.xlsx", XLSX_TYPE, workbook_of(release)
    if form == CSV:
        return f"{name}.csv", "text/csv; charset=utf-8", open_data.csv_of(release)
    schema = open_data.schema_of(release, f"{name}.csv")
    return f"{name}.csv-metadata.json", "application/csvm+json", schema
