"""The long jobs of a night over and over, until TERM; then how many of each came to an end, as JSON."""

import json
import signal
import sys
import time
from types import FrameType
from typing import Final

import django

django.setup()

from cases.figures.recount import nightly
from cases.jobs import Job, start
from cases.protection.audit import checking
from cases.records.centre import SYSTEM
from search import index, suggest_learning

KINDS: Final = (index.RECONCILE, nightly.JOB, checking.JOB, suggest_learning.LEARN)


def main() -> None:
    signal.signal(signal.SIGTERM, _leave)
    begun = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    mine = Job.objects.filter(pk__gt=begun, kind__in=KINDS)
    try:
        while True:
            waiting = set(mine.unfinished().values_list("kind", flat=True))
            for kind in KINDS:
                if kind not in waiting:
                    start(kind, by=SYSTEM)
            time.sleep(0.5)
    finally:
        ended = {kind: mine.filter(kind=kind, state=Job.State.DONE).count() for kind in KINDS}
        failed = mine.filter(state=Job.State.FAILED).count()
        print(json.dumps({"done": ended, "failed": failed}))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
