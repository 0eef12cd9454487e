"""The numbers page over many cases, asked as a browser would, without a network:

    python -m benchmarks.figures.pages 50000
    python -m benchmarks.figures.pages 1000000      # some four minutes, most of them to fill
    python -m benchmarks.figures.pages 50000 10     # each page ten times

A process of its own; the last line of standard output is JSON, milliseconds of each page (median and 95th of 100).
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    _folder = tempfile.TemporaryDirectory(prefix="madoguchi-pages-")
    Path(_folder.name, "data").mkdir(mode=0o700)
    django_alone.set_up(_folder.name)

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.figures import filling
from cases.figures import columns, differences
from cases.figures.measures import Question
from cases.records.centre import Centre
from consult.shell.accounts import Account

TIMES: Final = 100
A_YEAR: Final = "since=2025-04-01&until=2026-03-31"
PAGES: Final = {
    "a year, scam type × age": f"/numbers/?{A_YEAR}",
    "a year, nothing compared": f"/numbers/?{A_YEAR}&compare=none",
    "ten years, scam type × age": "/numbers/?since=2016-04-01&until=2026-03-31",
    "ten years by month": "/numbers/?since=2016-04-01&until=2026-03-31&rows=month&columns=none",
    "a year, three items": f"/numbers/?{A_YEAR}&rows=age_band&columns=sex&layers=channel",
    "a year, means of yen": f"/numbers/?{A_YEAR}&rows=age_band&columns=sex&measure=contract_yen",
    "the board, a year": f"/numbers/board/?{A_YEAR}",
    "cases behind a cell": f"/numbers/cases/?{A_YEAR}&row=INSPECTION&column=70S",
    "cases behind ten years": "/numbers/cases/?since=2016-04-01&until=2026-03-31&page=40",
}


def main(count: int, times: int = TIMES) -> dict[str, Any]:
    call_command("prepare", verbosity=0)
    filling.fill(count, Path(connection.settings_dict["NAME"]))
    while columns.extend():
        pass
    centre = Centre.objects.get(code="bench")
    account = Account.objects.create(
        username="manager", display_name="管理者", centre=centre, role_codes=["MANAGER"]
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    found: dict[str, Any] = {"cases": count}
    for name, url in PAGES.items():
        found[name] = _took(lambda url=url: client.get(url), times)
    found["why a year differs after a tenth of the log"] = _took(lambda: _explained(centre), 5)
    return found


def _explained(centre: Centre) -> None:
    question = Question(frozenset({centre.pk}), date(2025, 4, 1), date(2026, 4, 1), "scam_main", "age_band")
    last = columns.read().as_of
    differences.since(question, differences.Told({}, last - last // 10))


def _took(look: Callable[[], Any], times: int) -> dict[str, float]:
    took = []
    for _n in range(times + 1):
        started = time.perf_counter()
        answer = look()
        took.append((time.perf_counter() - started) * 1000)
        if getattr(answer, "status_code", 200) != 200:
            raise RuntimeError(f"a page answered {answer.status_code}")
    took = sorted(took[1:])  # the first opens files
    return {"median": round(took[len(took) // 2], 1), "p95": round(took[int(len(took) * 0.95)], 1)}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:])), ensure_ascii=False))
