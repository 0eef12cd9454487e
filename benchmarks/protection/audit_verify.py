"""`python -m benchmarks.protection.audit_verify --rows 200000`: how fast the verifier reads, and what memory it takes.

The log is written as the product writes it, in batches: entries of cases (five each) and of a centre. Then the whole
verification runs as `manage.py audit_verify` does it.
"""

from benchmarks.protection import place  # isort: skip

import argparse
import os
import resource
import time
import uuid
from random import Random
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from cases.protection import audit
from cases.protection.audit import beginning, checking, checkpoints
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM, Centre

BATCH = 5_000
PER_CASE = 5


def fill(rows: int, centre: Centre) -> None:
    random = Random(rows)
    for _start in range(0, rows, BATCH):
        uids = [uuid.UUID(int=random.getrandbits(128), version=4) for _n in range(BATCH // PER_CASE)]
        cases: list[Any] = [SimpleNamespace(uid=uid, centre=centre) for uid in uids]
        with transaction.atomic():
            audit.record_all(
                audit.entry(
                    "REVEALED", by=SYSTEM, case=cases[n // PER_CASE] if n % 10 else None, centre=centre,
                    fields=["caller.name", "caller.phone"], purpose="CONSULTATION",
                )
                for n in range(BATCH)
            )  # fmt: skip


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rows", type=int, nargs="+", default=[100_000, 400_000])
    options = given.parse_args()
    place.prepare()
    centre = Centre.objects.create(code="measure", name="計測センター")
    beginning.begin()
    sizes: list[dict[str, Any]] = []
    found = {"load_before": round(os.getloadavg()[0], 1), "processors": os.cpu_count(), "sizes": sizes}
    for rows in options.rows:
        new = rows - AuditEntry.objects.count()
        start = time.perf_counter()
        fill(new, centre)
        filled = time.perf_counter() - start
        while checkpoints.make():
            pass
        held = AuditEntry.objects.count()
        start, cpu = time.perf_counter(), time.process_time()
        faults = list(checking.everything(advance=lambda _n: None))
        took = time.perf_counter() - start
        sizes.append(
            {
                "entries": held,
                "faults": len(faults),
                "seconds": round(took, 1),
                "rows_per_second": round(held / took),
                "rows_per_cpu_second": round(held / (time.process_time() - cpu)),
                "written_per_second": round(new / filled),
                "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
        place.say(str(sizes[-1]))
    place.write("protection-audit-verify", found)


if __name__ == "__main__":
    main()
