"""The job as its handler sees it: progress, checkpoints, and the ways a run ends early.

Every write is fenced: it holds only while this run still has the lease. A run that lost it (the machine
slept, a step took longer than the lease) is stopped at its next write, and that step rolls back.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from cases.jobs.models import Job

LEASE: Final = timedelta(seconds=60)
_WRITE_SECONDS: Final = 1.0


class Interrupted(BaseException):
    """A run ends before its work does. Not an Exception: what survives a bad row must not survive this."""


class Cancelled(Interrupted):
    """A person asked to cancel."""


class Stopped(Interrupted):
    """The worker is told to end: the job goes back to the queue with its cursor."""


class TooLong(Interrupted):
    """A short job takes longer than one may in the lane of short work: it goes on in the other."""


class LeaseLost(Interrupted):
    """Another worker has the job, or it was ended meanwhile: this run may write nothing more."""


class Running:
    """Handed to the handler. `result` is stored when the handler returns: counts and uids only."""

    def __init__(self, job: Job, *, stopping: Callable[[], bool]) -> None:
        self.result: dict[str, Any] = {}
        self._job = job
        self._stopping = stopping
        self._written = time.monotonic()

    @property
    def uid(self) -> UUID:
        return self._job.uid

    @property
    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = self._job.arguments
        return arguments

    @property
    def cursor(self) -> Any:
        """What the last checkpoint of an earlier run stored, or None at the first start."""
        return self._job.cursor

    @property
    def job(self) -> Job:
        """The row as it was when this run began: who started it, for which centre."""
        return self._job

    def advance(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the work is. Cheap: written once a second at most, and with a new step or total.

        Renews the lease, so a handler calls it (or `checkpoint`) well within `LEASE`. Raises LeaseLost.
        """
        job = self._job
        news = note != job.note or (total is not None and total != job.total)
        job.done, job.note = done, note
        job.total = job.total if total is None else total
        if news or time.monotonic() - self._written >= _WRITE_SECONDS:
            self._write(done=job.done, total=job.total, note=job.note)

    def checkpoint(self, cursor: Any, *, done: int | None = None) -> None:
        """Store where to go on from. Called inside the transaction of the step, so both commit or neither.

        Raises LeaseLost, which rolls the step back.
        """
        job = self._job
        job.cursor = cursor
        job.done = job.done if done is None else done
        self._write(cursor=cursor, done=job.done, total=job.total, note=job.note)

    def stop_if_cancelled(self) -> None:
        """Called between steps, outside their transactions. Raises Cancelled, Stopped or LeaseLost."""
        held = held_by(self._job).values_list("cancel_requested", flat=True).first()
        if held is None:
            raise LeaseLost
        if held:
            raise Cancelled
        if self._stopping():
            raise Stopped

    def _write(self, **changes: Any) -> None:
        if not held_by(self._job).update(lease_until=timezone.now() + LEASE, **changes):
            raise LeaseLost
        self._written = time.monotonic()


def held_by(run: Job) -> Any:
    """The row, as long as this run (worker and attempt) holds it."""
    return Job.objects.filter(pk=run.pk, state=Job.State.RUNNING, worker=run.worker, attempts=run.attempts)
