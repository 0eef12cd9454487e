"""Counting a made report anew at its cut, and holding every number against what is printed."""

import uuid
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.figures import code_maps, measures
from cases.figures.reports import document, erased_yen
from cases.figures.reports.comparing import Difference, compared
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Scope, Span, scope_of
from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.plain import LONGEST
from cases.jobs.running import Running
from cases.protection import audit
from cases.records.centre import Actor
from cases.services import reports

CHECK: Final = "report.check"
SHOWN: Final = 30


@transaction.atomic
def start(uid: uuid.UUID, *, by: Actor) -> Job:
    """Queue the count. Raises Report.DoesNotExist, ReportNotMade, ReportBusy."""
    rows = Report.objects.filter(centre_id__in=by.centre_ids).select_for_update(of=("self",))
    report = rows.select_related("centre", "check_job").get(uid=uid)
    if not report.is_made:
        raise reports.ReportNotMade
    if report.check_job is not None and not report.check_job.is_finished:
        raise reports.ReportBusy
    report.check_job = jobs.start(CHECK, {"report": str(uid)}, by=by, centre=report.centre)
    report.save(update_fields=["check_job"])
    audit.record("REPORT_CHECKED", by=by, centre=report.centre, reason=str(uid))
    return report.check_job


def check(running: Running) -> None:
    """`result`: numbers compared, how many differ, the first of them in words, and erased cases among the counted."""
    report = Report.objects.select_related("centre").get(uid=uuid.UUID(running.arguments["report"]))
    data = reports.data_of(report)
    printed = {table.number: table for table in data.tables}
    numbers, differing = 0, list[Difference]()
    with translation.override(settings.LANGUAGE_CODE):
        scope = scope_of(
            report.centre,
            Span(report.span),
            report.start,
            report.end,
            as_of=report.as_of,
            limits=data.head.limits,
            taken=erased_yen.taken_from(report),
            code_map=code_maps.numbered({report.centre_id}, data.head.code_map),
        )
        tables = [one for one in document.tables_for(scope.span) if one.of_cut and one.number in printed]
        for done, table in enumerate(tables):
            running.advance(done, len(tables))
            running.stop_if_cancelled()
            found = compared(printed[table.number], document.built(table, scope))
            numbers += found.numbers
            differing += found.differing
        running.result = {
            "numbers": numbers,
            "differing": len(differing),
            "first": [_told(one) for one in differing[:SHOWN]],
            "erased": _erased(scope),
        }


def _told(one: Difference) -> str:
    """「表3 職業別 無職 件数: 120 → 119」, at most as long as a job may carry."""
    told = _("表%(table)d %(grid)s %(row)s %(column)s: %(printed)s → %(counted)s") % {
        "table": one.table,
        "grid": one.grid,
        "row": one.row,
        "column": one.column,
        "printed": _shown(one.printed),
        "counted": _shown(one.counted),
    }
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"


def _shown(cell: Any) -> str:
    return "—" if cell is None else f"{cell:,}"


def _erased(scope: Scope) -> int:
    return measures.erased_among(scope.question("kind"))


def register() -> None:
    registry.handler(CHECK, label=gettext_lazy("報告の数え直し"))(check)
