"""The job that makes the files of an issued report, each once."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases.figures.reports.models import Report
from cases.jobs import registry
from cases.jobs.running import Running
from cases.services import reports
from consult.manage.report.book import to_xlsx
from consult.manage.report.paper import document_of


def make_files(running: Running) -> None:
    """Data, Excel and paper, from the one stored report; a second run finds what is kept and leaves it."""
    from consult.shell.paper.pdf import to_pdf  # loads typst: in the worker only

    by = running.job.created_by
    if by is None:
        raise LookupError("a report is issued by a person")
    report = Report.objects.select_related("centre").get(uid=uuid.UUID(running.arguments["report"]))
    data = reports.data_of(report)
    made: dict[str, Callable[[], bytes]] = {
        "json": lambda: report.data.encode("utf-8"),
        "xlsx": lambda: to_xlsx(data),
        "pdf": lambda: to_pdf(document_of(data, issue=reports.numbered(report)), made_at=report.issued_at),
    }
    kept = set(report.files.values_list("form", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        for done, (form, make) in enumerate(made.items()):
            running.advance(done, len(made))
            running.stop_if_cancelled()
            if form not in kept:
                reports.keep_file(report, form, make(), by=by)
    running.result = {"report": str(report.uid)}


def register() -> None:
    registry.handler(reports.FILES, label=_("年報・月報のファイル"))(make_files)
