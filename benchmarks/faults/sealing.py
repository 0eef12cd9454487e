"""Rounds of protection while people work: new keys, new look-up tags, files sealed piece by piece."""

import random
import time

from benchmarks.faults import checks
from benchmarks.faults.children import Child, at_work, ended_well, kill, spawn, wait_for, worker
from benchmarks.faults.entries import entry
from benchmarks.faults.sums import Tally
from cases.protection.keys.models import KeyVersion
from cases.records.centre import SYSTEM, Centre
from cases.services.intake import record_cases

ROTATED = 150
REINDEXED = 150
LOOKED_UP = 20
UPLOADED_TO = 3


def rotation_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """`keys_rotate` killed while people save and edit; the same command again ends it, and everything opens."""
    numbers = range(ROTATED)
    record_cases([entry(seed, n) for n in numbers], centre=centre, by=SYSTEM)
    tally.acknowledged += ROTATED
    versions = KeyVersion.objects.count()
    command = ("manage.py", "keys_rotate", "--domain", "case", "--centre", centre.code, "--batch", "2")
    with at_work(seed, edited=ROTATED) as people:
        process = spawn(*command)
        wait_for(lambda: KeyVersion.objects.count() > versions or process.poll() is not None)
        # At a random point of the work, not of the clock: a quiet machine is soon at its end.
        goal = dice.randint(1, max(1, checks.left_behind(centre) - 1))
        wait_for(lambda: checks.left_behind(centre) <= goal or process.poll() is not None)
        kill(process)
        left = checks.left_behind(centre)
        tally.stuck += not ended_well(spawn(*command))
    # People remember for a minute which key is the newest: what they wrapped meanwhile is for one more call.
    if checks.left_behind(centre):
        tally.stuck += not ended_well(spawn(*command)) or checks.left_behind(centre) > 0
    checks.check_numbers(seed, numbers, tally)
    checks.check_people(seed, people.saved(), people.only_tried(), tally)
    checks.check_edits(seed, people.edited(), ROTATED, tally)
    return f"killed with {left} keys to go"


def reindex_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """A re-index killed while people save: at that moment, and once a worker has ended it, every number is found."""
    numbers = range(REINDEXED)
    record_cases([entry(seed, n) for n in numbers], centre=centre, by=SYSTEM)
    tally.acknowledged += REINDEXED
    with at_work(seed) as people:
        process = spawn("manage.py", "lookup_reindex", "--centre", centre.code)
        wait_for(lambda: not checks.is_steady(centre) or process.poll() is not None)
        time.sleep(dice.uniform(0.0, 0.4))
        kill(process)
        is_half = not checks.is_steady(centre)
        checks.check_found_by_phone(seed, dice.sample(numbers, LOOKED_UP), tally)
        checks.check_tags(centre, tally)
        with worker():
            tally.stuck += not wait_for(lambda: checks.is_steady(centre), checks.DRAIN_SECONDS)
    checks.check_people(seed, people.saved(), people.only_tried(), tally)
    checks.check_found_by_phone(seed, [*dice.sample(numbers, LOOKED_UP), *people.saved()], tally)
    checks.check_tags(centre, tally)
    return "killed half-way" if is_half else "killed after its end"


def upload_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """Files attached until the kill: what was acknowledged opens, and of the last one nothing is half."""
    record_cases([entry(seed, n) for n in range(UPLOADED_TO)], centre=centre, by=SYSTEM)
    uploader = Child("uploader", seed, str(UPLOADED_TO))
    try:
        if not wait_for(lambda: bool(uploader.said("ack")), 60):
            raise RuntimeError("nothing is uploaded, so the round would prove nothing")
        time.sleep(dice.uniform(0.0, 0.6))
    finally:
        uploader.kill()
    kept = uploader.said("ack")
    tally.acknowledged += len(kept)
    checks.check_attached(seed, kept, UPLOADED_TO, tally)
    checks.check_no_half_file(tally)
    return f"{len(kept)} files"
