"""Why the count of a report is another one now: registered late, corrected, erased, to the last case."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.figures import code_maps, differences
from cases.figures.differences import Difference, Told
from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import EVERYTHING, Question
from cases.figures.reports.document import Head
from cases.figures.reports.models import Report
from cases.services import reports
from consult.manage.report.forms import title_of
from consult.manage.report.pages import ReportView
from consult.shell import roles


class SinceReport(ReportView):
    """The report's count by 相談区分 beside the same question now."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.find(uid)
        head = reports.data_of(report).head
        found = difference_of(report, head)
        context: dict[str, Any] = {
            "report": report,
            "title": title_of(report),
            "number": reports.numbered(report),
            "head": head,
            "found": found,
            "changed": _changed(found),
        }
        return render(request, "manage/report/since.html", context)


def difference_of(report: Report, head: Head) -> Difference:
    centre_ids = frozenset({report.centre_id})
    code_map = code_maps.numbered(centre_ids, head.code_map)
    question = Question(centre_ids, report.start, report.end, "kind", code_map=code_map)
    cells = {(code, EVERYTHING): n for code, n in head.kinds}
    return differences.since(question, Told(cells, head.as_of, head.erased))


def _changed(found: Difference) -> list[tuple[str, int, int]]:
    """(相談区分, as printed, now) of those that differ."""
    labels = DIMENSIONS["kind"].texts([row for row, _column in found.changed])
    return [(label, *counts) for label, counts in zip(labels, found.changed.values(), strict=True)]
