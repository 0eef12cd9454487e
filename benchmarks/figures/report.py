"""The annual report: its tables, the counting anew, the files, and its page without a network.

`python -m benchmarks.figures.report FOLDER`, over what `measured` left there. The last line of standard output is JSON,
seconds of processor time except where named.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

from django.utils import translation

from benchmarks.figures.visiting import looking, manager_of
from benchmarks.timing import median_ms, repeated, timed
from cases.figures.reports import document
from cases.figures.reports.document import ReportData
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span, scope_of
from cases.records.centre import Centre
from consult.manage.report.book import to_xlsx
from consult.manage.report.paper import document_of
from consult.shell.paper.pdf import to_pdf

YEAR: Final = date(2025, 4, 1), date(2026, 4, 1)
LOOKS: Final = 20


def main() -> dict[str, Any]:
    centre = Centre.objects.get(code="bench")
    found: dict[str, Any] = {}
    with translation.override("ja"):
        data = _timed(found, "tables_cpu_s", lambda: _made(centre))
        _timed(found, "tables_again_cpu_s", lambda: _made(centre, data.head.as_of))
        _timed(found, "tables_as_of_half_cpu_s", lambda: _made(centre, data.head.as_of // 2))
        _timed(found, "workbook_cpu_s", lambda: to_xlsx(data))
        _timed(found, "paper_cpu_s", lambda: to_pdf(document_of(data, issue="案"), made_at=datetime.now(UTC)))
    found |= {"cases_in_the_year": data.head.total, "characters": len(document.dumped(data))}
    report = Report.objects.create(
        centre=centre, span="YEAR", start=YEAR[0], end=YEAR[1], as_of=data.head.as_of, is_made=True,
        data=document.dumped(data),
    )  # fmt: skip
    return found | _pages(centre, f"/reports/{report.uid}/")


def _made(centre: Centre, as_of: int | None = None) -> ReportData:
    scope = scope_of(centre, Span.YEAR, *YEAR, as_of=as_of)
    tables = tuple(document.built(table, scope) for table in document.tables_for(Span.YEAR))
    return ReportData(document.head_of(scope), tables)


def _pages(centre: Centre, url: str) -> dict[str, Any]:
    client = manager_of(centre)
    return {
        name: median_ms(repeated(looking(client, url + end), LOOKS))
        for name, end in (("page_ms", ""), ("since_ms", "since"))
    }


def _timed(found: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    took, made = timed(work)
    found[name] = round(took.cpu, 2)
    return made


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False))
