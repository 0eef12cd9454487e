"""Periodic tasks of the worker loop: each runs in one worker at a time, held by a lease row."""

import logging
import time
from collections.abc import Set
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.jobs import registry
from cases.jobs.lanes import EVERY, Lane
from cases.jobs.models import TaskLease
from cases.jobs.registry import PeriodicTask
from cases.jobs.running import Interrupted

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
# A task that fails comes round no sooner than this, in seconds.
FAILURE_PAUSE: Final = 10.0


class Timetable:
    """When this process looks at each task of its lanes again. The rows decide; this spares them most questions."""

    def __init__(self, lanes: Set[Lane] = EVERY) -> None:
        self._lanes = lanes
        self._look_at: dict[str, float] = {}

    def run_due(self, worker: str) -> bool:
        """Run each task that is due; True where one has more to do at once."""
        busy = False
        for task in list(registry.periodic.values()):
            if task.lane not in self._lanes or time.monotonic() < self._look_at.get(task.name, 0.0):
                continue
            more = run_if_due(task, worker)
            self._look_at[task.name] = 0.0 if more else time.monotonic() + task.seconds
            busy = busy or more
        return busy


def run_if_due(task: PeriodicTask, worker: str) -> bool:
    """Run the task unless it is not due or another worker is at it. True where it has more to do at once.

    A failing task is logged without its message and comes round again; it never ends the worker.
    """
    if task.wanted is not None and not task.wanted():
        return False
    if not _take(task, worker):
        return False
    more, pause, fault = False, task.seconds, ""
    try:
        more = bool(task.run())
    except Exception as failure:
        fault = type(failure).__name__
        log.error("Periodic task %s failed with %s", task.name, fault)  # noqa: TRY400
        pause = max(pause, FAILURE_PAUSE)
    except Interrupted:
        _give_back(task, worker, seconds=0)
        raise
    _give_back(task, worker, seconds=0 if more else pause, fault=fault)
    return more


def _take(task: PeriodicTask, worker: str) -> bool:
    now = timezone.now()
    # No task is due or leased twice as far ahead as it may be: such a row would end it for good, unseen.
    latest = now + 2 * timedelta(seconds=max(task.seconds, FAILURE_PAUSE))
    free = TaskLease.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE),
        Q(due_at__lte=now) | Q(due_at__gt=latest),
        name=task.name,
    )
    if not free.exists():
        if TaskLease.objects.filter(name=task.name).exists():
            return False
        TaskLease.objects.bulk_create([TaskLease(name=task.name, due_at=now)], ignore_conflicts=True)
    return bool(free.update(lease_until=now + LEASE, worker=worker))


def _give_back(task: PeriodicTask, worker: str, *, seconds: float, fault: str | None = None) -> None:
    """`fault`: the type of error that this run ended in, empty after a good one; None: the run says nothing of it."""
    now = timezone.now()
    told: dict[str, Any] = {}
    if fault is not None:
        since = Coalesce("failing_since", Value(now)) if fault else None
        told = {"fault": fault[:64], "failing_since": since}
    TaskLease.objects.filter(name=task.name, worker=worker).update(
        lease_until=None, due_at=now + timedelta(seconds=seconds), **told
    )
