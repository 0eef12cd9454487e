"""An installation with its cases, indexed and after a night's work. Filled already, it is only brought up to date.

The index is made as a whole, as after an import of many years: what the feed would look up for each case alone (which
others are nearly the same) is left to the cases that come later.
"""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Final

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from cases.feed.models import FeedRow
from cases.figures import columns
from cases.figures.recount import nightly
from cases.jobs.models import Job, TaskLease
from cases.jobs.worker import Worker
from cases.models import Case
from cases.protection.audit import checking
from cases.records.centre import SYSTEM
from search import index
from search.engine import is_ill, request_rebuild

WITH_ALL: Final = 500
"""Cases of the demo with everything that belongs to it; the others are cases alone."""
AT_ONCE: Final = 2
_COLUMNS_AT_ONCE: Final = 1_000_000


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    missing = asked["cases"] - Case.objects.count()
    if missing > 0:
        _say(f"{missing:,} cases to fill in")
        call_command("demo_data", cases=min(WITH_ALL, asked["cases"]), seed=asked["seed"])
        _fill(asked["cases"] - WITH_ALL, asked["seed"])
    if is_ill():
        _say("indexing")
        FeedRow.objects.filter(consumer=index.CONSUMER).delete()
        request_rebuild(anew=False)
    _as_after_a_night()
    Worker().run_once()
    while columns.extend(_COLUMNS_AT_ONCE):
        pass
    print(json.dumps({"cases": Case.objects.count()}))


def _say(text: str) -> None:
    print(f"{timezone.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def _fill(cases: int, seed: int) -> None:
    """The other cases, by as many processes as have a processor each; those that are there already are passed over."""
    if cases <= 0:
        return
    share = [cases // AT_ONCE, cases - cases // AT_ONCE]
    command = [sys.executable, "-m", "benchmarks.opening.fill"]
    processes = [
        subprocess.Popen([*command, str(count), str(seed + 1 + n)], stdout=subprocess.DEVNULL)
        for n, count in enumerate(share)
    ]
    ended = [process.wait() for process in processes]
    if any(ended):
        raise RuntimeError("the cases could not be filled in")


def _as_after_a_night() -> None:
    """What is done once a night is done already: a measure of the day does not wait for it."""
    now = timezone.now()
    Job.objects.create(kind=nightly.JOB, state=Job.State.DONE, finished_at=now)
    checking.note(0, by=SYSTEM)
    TaskLease.objects.update_or_create(name="search.reconcile", defaults={"due_at": now + timedelta(days=1)})


if __name__ == "__main__":
    main()
