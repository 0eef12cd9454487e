"""One size: fill, copy into columns, what a save costs. `python -m benchmarks.figures.measured FOLDER CASES`

A process of its own; the last line of standard output is JSON. Without a number of cases: what an earlier run filled is
brought up to the tables and columns of today.
"""

import json
import statistics
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.figures import filling
from benchmarks.timing import timed
from cases.figures import column_files, columns, facts
from cases.figures.facts import Coded, Contact
from cases.records.case import SEALED, Case, new_uid
from cases.records.centre import Centre

SAVES: Final = 200
CONTACTS: Final = 5


def brought_up_to_date() -> dict[str, Any]:
    call_command("prepare", verbosity=0)
    _copied()
    return {}


def main(count: int) -> dict[str, Any]:
    found: dict[str, Any]
    call_command("prepare", verbosity=0)
    took, found = timed(lambda: filling.fill(count, Path(connection.settings_dict["NAME"])))
    found["filled_s"] = round(took.wall, 1)
    found["columns_made_s"] = round(timed(_copied)[0].wall, 1)
    files = [path for path in column_files.root().rglob("*") if path.is_file()]
    found["columns_mb"] = round(sum(path.stat().st_size for path in files) / 1e6, 1)
    found |= _saves()
    columns.extend()
    return found


def _copied() -> None:
    while columns.extend():
        pass


def _saves() -> dict[str, float]:
    """What the facts add to a save, without its commit: of a new case, and of the closing of one with five 経過."""
    cases = list(Case.objects.defer(*SEALED).filter(closed_on=None)[:SAVES])
    elsewhere = Centre.objects.create(code="saves", name="保存の計測")
    stated, restated = [], []
    for case in cases:
        new = Coded(
            Case(
                **{name: getattr(case, name) for name in _COLUMNS}
                | {"uid": new_uid(), "centre_id": elsewhere.pk}
            ),
            "INSPECTION",
        )
        calls = [Contact(new_uid(), date(2026, 4, 1), "TO_CALLER", 5) for _n in range(CONTACTS)]
        stated.append(_took(lambda new=new: facts.record([new])))
        facts.restate(new, calls)
        new.case.outcome, new.case.closed_on = "ADVICE", date(2026, 4, 1)
        restated.append(_took(lambda new=new, calls=calls: facts.restate(new, calls)))
    return {
        "state_ms": round(statistics.median(stated), 3),
        "restate_ms": round(statistics.median(restated), 3),
    }


_COLUMNS: Final = tuple(
    field.attname for field in Case._meta.concrete_fields if field.name not in {*SEALED, "id"}
)


def _took(save: Any) -> float:
    """Milliseconds, without the commit."""
    with transaction.atomic():
        return timed(save)[0].wall * 1000


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[2])) if len(sys.argv) > 2 else brought_up_to_date()))
