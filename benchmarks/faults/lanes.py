"""A round of both lanes: a long job or one that hangs, people who save, and the worker of one lane killed."""

import random
import time
from contextlib import ExitStack

from benchmarks.faults import checks
from benchmarks.faults.children import at_work, kill, wait_for, worker
from benchmarks.faults.entries import entry, word
from benchmarks.faults.sums import Tally
from cases import jobs
from cases.feed.models import FeedRow
from cases.jobs import Job, Lane, registry
from cases.records.centre import SYSTEM, Centre
from tests.cases.jobs import kinds

STEPS = 150
"""Of the long job, each of about 40 ms: it lasts longer than people work."""
ENDED_WITHIN = 120
_WITH_KINDS = {"DJANGO_SETTINGS_MODULE": "tests.cases.jobs.worker_settings"}


def lanes_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """What is saved is found while the other lane is busy, stuck or dead; the long job does each step once."""
    job, victim = _started("tests.hang" if dice.random() < 0.5 else "tests.count"), dice.choice(list(Lane))
    with ExitStack() as running:
        processes = {lane: running.enter_context(worker("--lane", lane, **_WITH_KINDS)) for lane in Lane}
        with at_work(seed, pause=0.1) as people:
            tally.stuck += not wait_for(lambda: _row(job).state == Job.State.RUNNING, 60)
            time.sleep(dice.uniform(0.0, 3.0))
            kill(processes[victim])
            time.sleep(dice.uniform(0.0, 1.0))
        steps = _steps()
        if victim is Lane.FEED:
            running.enter_context(worker("--lane", victim, **_WITH_KINDS))
        checks.check_people(seed, people.saved(), people.only_tried(), tally)
        checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in people.saved()}, tally)
        if victim is Lane.JOBS:
            running.enter_context(worker("--lane", victim, **_WITH_KINDS))
        _check_job(job, tally)
    Job.objects.filter(pk=job.pk).delete()  # one that hangs would hang in the next round, too
    return f"{victim} killed beside {job.kind}, {steps} steps done"


def _started(kind: str) -> Job:
    FeedRow.objects.filter(consumer=kinds.DONE_BY_STEPS).delete()
    if kind not in registry.kinds:
        # The worker's settings know it; this process has those of the product.
        registry.handler(kind, label=kind)(lambda _running: None)
    return jobs.start(kind, {"steps": STEPS}, by=SYSTEM)


def _check_job(job: Job, tally: Tally) -> None:
    """Each step once, to the end; of one that hangs, that it is in hand again."""
    if job.kind == "tests.hang":
        tally.stuck += not wait_for(lambda: _row(job).state == Job.State.RUNNING, 60)
        tally.duplicated += _steps()
        return
    tally.stuck += not wait_for(lambda: _row(job).state == Job.State.DONE, ENDED_WITHIN)
    tally.lost += STEPS - _steps()


def _steps() -> int:
    return FeedRow.objects.filter(consumer=kinds.DONE_BY_STEPS).count()


def _row(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)
