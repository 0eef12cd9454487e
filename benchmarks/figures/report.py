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

from django.test import Client
from django.utils import translation

from benchmarks.timing import median_ms, repeated, timed
from cases.figures.reports import document
from cases.figures.reports.document import ReportData
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span, scope_of
from cases.records.centre import Centre
from consult.manage.report.book import to_xlsx
from consult.manage.report.paper import document_of
from consult.shell.accounts import Account
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
    account, _is_new = Account.objects.get_or_create(
        username="manager", defaults={"display_name": "管理者", "centre": centre, "role_codes": ["MANAGER"]}
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)

    def look(address: str) -> float:
        def ask() -> None:
            if (answer := client.get(address)).status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")

        return median_ms(repeated(ask, LOOKS))

    return {"page_ms": look(url), "since_ms": look(f"{url}since")}


def _timed(found: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    took, made = timed(work)
    found[name] = round(took.cpu, 2)
    return made


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False))
