"""The rounds of one database: start the work, kill it at a random moment, check. Prints one JSON object."""

import argparse
import json
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from benchmarks.faults import lanes, leaving, sealing, searching, working
from benchmarks.faults.sums import KINDS, Tally
from cases.protection import keys
from cases.records.centre import Centre

Round = Callable[[str, random.Random, Centre, Tally], str]
"""Seed, dice, centre, sums; answers where the kill hit, for the line that tells of the round."""

_ROUNDS: Final[Mapping[str, Round]] = {
    "save": working.save_round,
    "import": working.import_round,
    "indexing": working.indexing_round,
    "lanes": lanes.lanes_round,
    "rotation": sealing.rotation_round,
    "reindex": sealing.reindex_round,
    "upload": sealing.upload_round,
    "backup": leaving.backup_round,
    "disposal": leaving.disposal_round,
    "cluster-worker": searching.worker_round,
    "cluster-refused": searching.refused_round,
    "cluster-node": searching.node_round,
    "cluster-rebuild": searching.rebuild_round,
}


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--runs", type=int, required=True)
    given.add_argument("--seed", type=int, required=True)
    given.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = given.parse_args()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    keys.prepare()
    call_command("migrate", verbosity=0)
    centre, _new = Centre.objects.get_or_create(
        code="faults", defaults={"name": "障害試験", "is_made_up": True}
    )
    tally = Tally()
    for kind in options.kinds:
        for run in range(options.runs):
            dice = random.Random(f"{options.seed}/{kind}/{run}")
            before = Tally(**asdict(tally))
            where = _ROUNDS[kind](f"{options.seed}-{kind}-{run}", dice, centre, tally)
            tally.runs += 1
            clean = "ok" if _same_faults(before, tally) else f"FAULT {tally}"
            told = [f"{tally.acknowledged} acknowledged", *([where] if where else []), clean]
            print(f"{kind} {run + 1}/{options.runs}: {', '.join(told)}", file=sys.stderr)
    print(json.dumps(asdict(tally)))


def _same_faults(before: Tally, after: Tally) -> bool:
    return all(getattr(before, n) == getattr(after, n) for n in ("lost", "duplicated", "unreadable", "stuck"))


if __name__ == "__main__":
    main()
