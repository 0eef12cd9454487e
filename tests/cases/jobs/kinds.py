"""Job kinds for worker processes of the tests. A row of the feed stands for the work of one step.

Its unique constraint notices a step that is done twice.
"""

import time
import uuid
from typing import Any

from django.apps import AppConfig
from django.db import transaction

DONE_BY_STEPS = "tests.steps"


def step_uid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def do_step(uid: uuid.UUID) -> None:
    from cases.feed.models import FeedRow

    FeedRow.objects.create(case_uid=uid, consumer=DONE_BY_STEPS, revision=1)


def count(running: Any) -> None:
    """Steps that commit together with their checkpoint."""
    steps = running.arguments["steps"]
    for number in range(running.cursor or 0, steps):
        running.stop_if_cancelled()
        with transaction.atomic():
            do_step(step_uid(number))
            time.sleep(0.02)
            running.checkpoint(number + 1, done=number + 1)
        time.sleep(0.02)
    running.result = {"steps": steps}


def stick(running: Any) -> None:
    """One step that never ends, in its transaction."""
    running.advance(0, note="STUCK")
    with transaction.atomic():
        do_step(step_uid(0))
        time.sleep(600)


def hang(running: Any) -> None:
    """Outside a transaction, so that it holds up nobody else."""
    running.advance(0, note="STUCK")
    time.sleep(600)


class KindsConfig(AppConfig):
    name = "tests.cases.jobs"
    label = "tests_jobs"

    def ready(self) -> None:
        from cases import jobs

        jobs.handler("tests.count", label="count")(count)
        jobs.handler("tests.stick", label="stick")(stick)
        jobs.handler("tests.hang", label="hang")(hang)
