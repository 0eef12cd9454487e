"""After the server has stopped: queries per request, sizes on disk, and a breakdown without HTTP."""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.bench.asked import Given, Question, Request, questions
from cases.figures import measures
from cases.figures.measures import Question as Breakdown
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Centre
from consult.shell.accounts import Account

READS = ("SELECT",)
WRITES = ("INSERT", "UPDATE", "DELETE")
COUNTED = 1  # the second of its kind: the first also fills what a process keeps in memory
BREAKDOWNS = 20


def main() -> None:
    given: Given = json.load(sys.stdin)["given"]
    found = {"storage": _storage(), "breakdown_ms": _breakdown_ms(), "queries": _queries(given)}
    print(json.dumps(found))


def _storage() -> dict[str, Any]:
    """Bytes, all and per case."""
    cases = Case.objects.count()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            database = int(cursor.fetchone()[0])
    else:
        database = _size(Path(settings.DATABASES["default"]["NAME"]))
    sizes = {
        "database": database,
        "search_file": _size(Path(settings.SEARCH_FILE)),
        "columns": sum(
            file.stat().st_size for file in Path(settings.COLUMNS_DIR).rglob("*") if file.is_file()
        ),
    }
    return {
        "cases": cases,
        **{f"{name}_bytes": size for name, size in sizes.items()},
        **{f"{name}_bytes_per_case": round(size / cases, 1) for name, size in sizes.items()},
    }


def _size(file: Path) -> int:
    """With its write-ahead log."""
    return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))


def _breakdown_ms() -> float:
    """年代×手口 over all years, the median of 20."""
    question = Breakdown(
        centre_ids=frozenset(Centre.objects.values_list("pk", flat=True)),
        start=calendar.today().replace(year=2000),
        end=calendar.today().replace(year=2090),
        rows="scam_main",
        columns="age_band",
    )
    took = []
    for _n in range(BREAKDOWNS):
        started = time.perf_counter()
        measures.breakdown(question)
        took.append(time.perf_counter() - started)
    return round(statistics.median(took) * 1000, 2)


def _queries(given: Given) -> dict[str, dict[str, int]]:
    """SELECTs and changing statements of one request. Those of the search file are not among them."""
    clients = {role: Client(SERVER_NAME="localhost") for role in ("", *given["accounts"])}
    for role, username in given["accounts"].items():
        clients[role].force_login(Account.objects.get(username=username))
    return {name: _count(clients[kind.role], kind) for name, kind in questions(given, "counted").items()}


def _count(client: Client, question: Question) -> dict[str, int]:
    for n in range(COUNTED):
        for request in (*question.before(n), question.nth(n)):
            _ask(client, request)
    for request in question.before(COUNTED):
        _ask(client, request)
    with CaptureQueriesContext(connection) as captured:
        _ask(client, question.nth(COUNTED))
    first_words = [query["sql"].split(None, 1)[0].upper() for query in captured.captured_queries]
    return {
        "selects": sum(word in READS for word in first_words),
        "writes": sum(word in WRITES for word in first_words),
    }


def _ask(client: Client, request: Request) -> None:
    response = client.get(request.path) if request.form is None else client.post(request.path, request.form)
    if response.status_code != request.status:
        raise RuntimeError(f"{request.path} answered {response.status_code} instead of {request.status}")


if __name__ == "__main__":
    main()
