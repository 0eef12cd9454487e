"""`python -m benchmarks.protection.audit_append`: what a chained entry costs beside a plain row in the same table.

With `--postgres`, eight processes; each transaction updates a case of the process's own choice among 2,000, then logs
it: nothing, a plain row as the ORM writes one, a bare row by one fixed statement, or a chained entry. Rounds of all
kinds alternate, so that a busy minute meets them all. A second set has 5 ms of other work inside the transaction.
Without it, SQLite (`synchronous=FULL`): one process, the same kinds, and a whole save of a consultation with 700
characters at the service call.
"""

import os
import subprocess
import sys

if __name__ == "__main__" and "--postgres" in sys.argv and not os.environ.get("MADOGUCHI_MEASURE_DATABASE"):
    from tests import services

    server = services.start_postgres()
    again = [sys.executable, "-m", "benchmarks.protection.audit_append", *sys.argv[1:]]
    try:
        code = subprocess.run(
            again, env={**os.environ, "MADOGUCHI_MEASURE_DATABASE": server.url}, check=False
        )
    finally:
        server.stop()
    sys.exit(code.returncode)

from benchmarks.protection import place  # isort: skip

import argparse
import multiprocessing
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection, transaction

from benchmarks import timing
from cases.law.calendar import TOKYO
from cases.protection import audit
from cases.protection.audit import storing
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.services import intake
from cases.services.entry import CaseEntry, PersonEntry

RECEIVED_AT = datetime(2026, 11, 20, 10, 30, tzinfo=TOKYO)
CASES = 2_000
WRITERS = 8
Log = Callable[[Case], object]


def plain(case: Case) -> None:
    AuditEntry.objects.bulk_create([audit.entry("CASE_VIEWED", by=SYSTEM, case=case)])


def bare(case: Case) -> None:
    """A plain row by one fixed statement, without the ORM: the least that a log can cost."""
    row = audit.entry("CASE_VIEWED", by=SYSTEM, case=case)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in storing.FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(storing.insert(), values)


def chained(case: Case) -> None:
    audit.record("CASE_VIEWED", by=SYSTEM, case=case)


KINDS: dict[str, Log] = {"nothing": lambda _case: None, "plain": plain, "bare": bare, "chained": chained}


def entry(number: int) -> CaseEntry:
    words = "無料の屋根点検だと言われ、その場で契約を急かされて148万円の工事を契約したという。" * 20
    return CaseEntry(
        uid=uuid.uuid4(),
        received_at=RECEIVED_AT,
        channel="PHONE",
        kind="COMPLAINT",
        narrative=words[:700],
        scam_main="INSPECTION",
        caller=PersonEntry(name="山田 花子", kana="ヤマダ ハナコ", phone=f"0901234{number % 10000:04d}"),
    )


def write(given: tuple[str, float, float, int]) -> list[float]:
    """Transactions of one process for so many seconds; how long each took."""
    kind, seconds, busy, seed = given
    random, log = Random(seed), KINDS[kind]
    cases = list(Case.objects.select_related("centre").only("uid", "centre"))
    took = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        case = random.choice(cases)
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(is_provisional=random.random() < 0.5)
            log(case)
            if busy:
                time.sleep(busy)
        took.append(time.perf_counter() - start)
    return took


def together(kind: str, seconds: float, busy: float, writers: int, seed: int) -> list[float]:
    connection.close()
    with multiprocessing.get_context("fork").Pool(writers) as pool:
        work = [(kind, seconds, busy, seed * 100 + number) for number in range(writers)]
        return [took for each in pool.map(write, work, chunksize=1) for took in each]


def measured(seconds: float, rounds: int, busy: float, writers: int) -> dict[str, Any]:
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS:
            took[kind] += together(kind, seconds, busy, writers, number)
    found: dict[str, Any] = {
        kind: {"per_second": round(len(times) / seconds / rounds), **timing.percentiles(times)}
        for kind, times in took.items()
    }
    for other in ("plain", "bare"):
        found[f"chained / {other}"] = {
            "throughput": round(found["chained"]["per_second"] / found[other]["per_second"], 2),
            "p95": round(found["chained"]["p95_ms"] / found[other]["p95_ms"], 2),
        }
    place.say(str(found))
    return found


def saves(count: int, centre: Centre) -> dict[str, float]:
    took = []
    for number in range(count):
        one = entry(number)
        start = time.perf_counter()
        intake.record_case(one, centre=centre, by=SYSTEM)
        took.append(time.perf_counter() - start)
    return timing.percentiles(took[count // 10 :])


def imports(count: int, centre: Centre) -> int:
    """Cases a second in batches of 500: one new chain each."""
    start = time.perf_counter()
    for first in range(0, count, 500):
        intake.record_cases([entry(first + n) for n in range(500)], centre=centre, by=SYSTEM)
    return round(count / (time.perf_counter() - start))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument(
        "--postgres", action="store_true", help="a PostgreSQL server of its own, eight processes"
    )
    given.add_argument("--seconds", type=float, default=4.0)
    given.add_argument("--rounds", type=int, default=3)
    options = given.parse_args()
    place.prepare()
    centre = Centre.objects.create(code="measure", name="計測センター")
    is_postgres = connection.vendor == "postgresql"
    writers = WRITERS if is_postgres else 1
    found: dict[str, Any] = {
        "load_before": round(os.getloadavg()[0], 1),
        "processors": os.cpu_count(),
        "writers": writers,
        "import_cases_per_second": imports(CASES, centre),
        "update and log": measured(options.seconds, options.rounds, 0, writers),
        "with 5 ms of other work": measured(options.seconds, options.rounds, 0.005, writers),
    }
    if not is_postgres:
        found["save at the service call"] = saves(300, centre)
    found["chains"] = AuditHead.objects.count()
    place.write("protection-audit-append" + ("-postgres" if is_postgres else ""), found)


if __name__ == "__main__":
    main()
