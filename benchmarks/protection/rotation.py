"""A new KEK for 10,000 to 1,000,000 data keys; and against sealing every value anew, at 50,000 cases of one run.

`python -m benchmarks.protection.rotation [--database postgres] [--rows 10000 100000 1000000]`. Seconds are of the
clock: a rotation waits for the disk. The exponent is the slope of log seconds over log rows (1 is linear).
"""

import argparse
import math
import os
import uuid
from pathlib import Path
from typing import Any, Final

from benchmarks.bench.machine import about
from benchmarks.protection import own, reading

RATIO_BAR: Final = 6.0
_BATCH: Final = 1000


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given.add_argument(
        "--cases", type=int, default=50_000, help="for the ratio to sealing anew; 0 leaves it out"
    )
    given.add_argument("--results", type=Path, default=own.RESULTS)
    options = given.parse_args()
    conditions = about(options.database, 1, 1)
    with own.machine(options.database):
        figures: dict[str, Any] = {"seconds": {}}
        if options.cases:
            figures["against"] = _against(options.cases)
        for rows in options.rows:
            figures["seconds"][rows] = round(_rotated(rows), 2)
    figures["exponent"] = _exponent(figures["seconds"])
    figures["about"] = conditions | {"load_after": round(os.getloadavg()[0], 2)}
    name = "protection-rotation" + ("" if options.database == "sqlite" else f"-{options.database}")
    own.keep(name, figures, _table(figures), options.results)


def _rotated(rows: int) -> float:
    """Seconds of one rotation of a table with this many wrapped keys."""
    from cases.protection.keys.rotation import Cohort, rotate

    centre_uid = uuid.uuid4()
    own.say(f"{rows:,} data keys")
    _fill(centre_uid, rows)
    own.say("rotating")
    taken = own.seconds(lambda: rotate(Cohort("case", centre_uid, 2026)))
    own.say(f"{taken:.1f} s")
    return taken


def _fill(centre_uid: uuid.UUID, rows: int) -> None:
    """An otherwise empty table: what an earlier size left would be read over."""
    from cases.protection import keys
    from cases.protection.models import DataKey
    from cases.protection.sealed import Owner

    DataKey.objects.all().delete()
    for start in range(0, rows, 10_000):
        owners = [Owner("case", uuid.uuid4()) for _number in range(min(10_000, rows - start))]
        made = [keys.create(owner, centre_uid=centre_uid, cohort=2026)[0] for owner in owners]
        DataKey.objects.bulk_create(made, batch_size=5000)


def _against(cases: int) -> dict[str, float]:
    """Seconds of a rotation and of sealing eight fields anew under new data keys, for the same cases."""
    from cases.protection.keys.rotation import Cohort, rotate

    _plain, _fernet, sealed = reading.models()
    own.say(f"{cases:,} cases of eight sealed fields")
    reading.fill_sealed(sealed, [uuid.uuid4() for _number in range(cases)])
    own.say("wrapping keys again")
    wrapped = own.seconds(lambda: rotate(Cohort("case", reading.CENTRE, 2026)))
    own.say(f"{wrapped:.1f} s; sealing values anew")
    anew = own.seconds(lambda: _seal_anew(sealed))
    own.say(f"{anew:.1f} s")
    return {
        "cases": cases,
        "wrap": round(wrapped, 2),
        "seal_anew": round(anew, 2),
        "ratio": round(anew / wrapped, 1),
    }


def _seal_anew(sealed: Any) -> None:
    """What a rotation would be without wrapped keys: every value opened, sealed and written, in the same batches."""
    from django.db import connection, transaction

    from cases.protection import keys
    from cases.protection.models import DataKey
    from cases.protection.sealed import Owner

    after = 0
    columns = ", ".join(f"{field} = %s" for field in reading.FIELDS)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            rows = list(sealed.objects.filter(pk__gt=after).order_by("pk")[:_BATCH])
            if not rows:
                return
            sealers, values, wrapped = keys.sealers("case", [row.uid for row in rows]), [], []
            for row in rows:
                key, fresh = keys.create(Owner("case", row.uid), centre_uid=reading.CENTRE, cohort=2026)
                for field in reading.FIELDS:
                    fresh.seal(row, field, sealers[row.uid].open(row, field))
                values.append([*(getattr(row, field).envelope for field in reading.FIELDS), row.pk])
                wrapped.append(key)
            cursor.executemany(f"UPDATE {sealed._meta.db_table} SET {columns} WHERE id = %s", values)  # noqa: S608
            DataKey.objects.filter(owner_kind="case", owner_uid__in=[row.uid for row in rows]).delete()
            DataKey.objects.bulk_create(wrapped)
            after = rows[-1].pk


def _exponent(taken: dict[int, float]) -> float | None:
    if len(taken) < 2:
        return None
    points = [(math.log(rows), math.log(seconds)) for rows, seconds in taken.items()]
    across = sum(x for x, _y in points) / len(points)
    up = sum(y for _x, y in points) / len(points)
    slope = sum((x - across) * (y - up) for x, y in points) / sum((x - across) ** 2 for x, _y in points)
    return round(slope, 2)


def _table(figures: dict[str, Any]) -> list[str]:
    conditions = figures["about"]
    lines = [
        "# Rotation of wrapped data keys",
        "",
        f"{conditions['measured_on']}, {conditions['database']}, Python {conditions['python']}, "
        f"{conditions['processors']} processors (load {conditions['busy_before']} before, "
        f"{conditions['load_after']} after).",
        "",
        "| data keys | seconds |",
        "| ---: | ---: |",
        *(f"| {rows:,} | {seconds} |" for rows, seconds in figures["seconds"].items()),
        "",
        f"Exponent: {figures['exponent']} (1 is linear).",
    ]
    if against := figures.get("against"):
        lines += [
            "",
            f"{against['cases']:,} cases of eight sealed fields: {against['wrap']} s to wrap their keys again, "
            f"{against['seal_anew']} s to seal every value anew: **{against['ratio']} times** as long "
            f"(bar: {RATIO_BAR:g}).",
        ]
    return lines


if __name__ == "__main__":
    main()
