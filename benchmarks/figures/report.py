"""The annual report over many cases: the tables, the counting anew, the files, and its page without a network.

    python -m benchmarks.figures.report 50000
    python -m benchmarks.figures.report 1000000      # some four minutes, most of them to fill

A process of its own; the last line of standard output is JSON, seconds of processor time except where named.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    _folder = tempfile.TemporaryDirectory(prefix="madoguchi-report-")
    Path(_folder.name, "data").mkdir(mode=0o700)
    django_alone.set_up(_folder.name)

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation

from benchmarks.figures import filling
from cases.figures import columns
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


def main(count: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    filling.fill(count, Path(connection.settings_dict["NAME"]))
    while columns.extend():
        pass
    centre = Centre.objects.get(code="bench")
    found: dict[str, Any] = {"cases": count}
    with translation.override("ja"):
        data = _timed(found, "tables", lambda: _made(centre))
        _timed(found, "tables again", lambda: _made(centre, data.head.as_of))
        _timed(found, "tables as of half the log", lambda: _made(centre, data.head.as_of // 2))
        _timed(found, "workbook", lambda: to_xlsx(data))
        _timed(found, "paper", lambda: to_pdf(document_of(data, issue="案"), made_at=datetime.now(UTC)))
    found |= {"cases in the year": data.head.total, "characters": len(document.dumped(data))}
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
    account = Account.objects.create(
        username="manager", display_name="管理者", centre=centre, role_codes=["MANAGER"]
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    return {name: _median_ms(client, url + end) for name, end in (("page_ms", ""), ("since_ms", "since"))}


def _median_ms(client: Client, url: str) -> float:
    took = []
    for _n in range(LOOKS):
        started = time.perf_counter()
        answer = client.get(url)
        took.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
    return round(sorted(took)[LOOKS // 2] * 1000, 1)


def _timed(found: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    started = time.process_time()
    made = work()
    found[name] = round(time.process_time() - started, 2)
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1])), ensure_ascii=False))
