"""What a worker does with jobs: claim one, run its handler, write down how it ended."""

import logging
import traceback
from collections.abc import Callable, Set
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.jobs import registry
from cases.jobs.lanes import EVERY, Lane
from cases.jobs.models import Job, JobQuerySet
from cases.jobs.running import LEASE, Cancelled, LeaseLost, Running, Stopped, TooLong, held_by

log = logging.getLogger(__name__)

GAVE_UP: Final = "gave_up"
UNEXPECTED: Final = "unexpected"
UNKNOWN_KIND: Final = "unknown_kind"


# Somebody waits for what a person started; the work of a night goes on afterwards.
_IS_OF_THE_SYSTEM: Final = ExpressionWrapper(Q(created_by__isnull=True), output_field=BooleanField())


def never() -> bool:
    return False


def claim(worker: str, uid: UUID | None = None, *, lanes: Set[Lane] = EVERY) -> Job | None:
    """The job of these lanes due longest, or the one named if due, now leased to this worker; None if there is none.

    Due are waiting jobs whose time has come, and running ones whose worker let the lease run out.
    """
    # A look first: an idle worker must not take SQLite's write lock twice a second.
    while _due(uid, lanes).exists():
        job = _take(worker, uid, lanes)
        if job is None or job.state == Job.State.RUNNING:
            return job
    return None


def claim_and_run(
    uid: UUID | None = None,
    *,
    worker: str,
    stopping: Callable[[], bool] = never,
    lanes: Set[Lane] = EVERY,
) -> bool:
    """Run one due job of these lanes to its end; False where none was due. `stopping`: the worker is told to end.

    A job ends as DONE, FAILED or CANCELLED; or goes back to the queue when the worker stops, and to the queue of long
    work when it is too long for the lane of short work. When the database fails, nothing can be written: the lease runs
    out and a worker takes the job again.
    """
    job = claim(worker, uid, lanes=lanes)
    if job is None:
        return False
    running = Running(job, stopping=stopping)
    try:
        _run(running)
    except Cancelled:
        _finish(job, Job.State.CANCELLED)
    except Stopped:
        _give_back(job)
    except TooLong:
        log.warning("Job %s (%s) is too long for the lane of short work", job.uid, job.kind)
        _give_back(job, lane=Lane.JOBS)
    except LeaseLost:
        log.warning("Job %s (%s) is in other hands; this run ends", job.uid, job.kind)
    except CasesError as refusal:
        _finish(job, Job.State.FAILED, error_code=refusal.code, error=str(refusal))
    except (OperationalError, InterfaceError) as failure:
        log.error("Job %s (%s): the database failed at %s", job.uid, job.kind, _place(failure))  # noqa: TRY400
    except Exception as failure:
        # The text of an arbitrary exception can quote a person: only its type and place are kept.
        log.error("Job %s (%s) failed with %s", job.uid, job.kind, _place(failure))  # noqa: TRY400
        _finish(job, Job.State.FAILED, error_code=UNEXPECTED)
    return True


def _run(running: Running) -> None:
    job = running.job
    if job.kind not in registry.kinds:
        _finish(job, Job.State.FAILED, error_code=UNKNOWN_KIND)
        return
    registry.kinds[job.kind].run(running)
    total = {} if job.total is None else {"done": job.total}
    _finish(job, Job.State.DONE, result=running.result, **total)


def is_any_due(lanes: Set[Lane] = EVERY) -> bool:
    """Whether a job of these lanes waits to be claimed, such as one that a periodic task has just queued."""
    return _due(None, lanes).exists()


def _due(uid: UUID | None, lanes: Set[Lane]) -> JobQuerySet:
    now = timezone.now()
    due = Job.objects.filter(
        Q(state=Job.State.QUEUED, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    )
    if lanes != EVERY:
        due = due.filter(lane__in=lanes)
    return (due if uid is None else due.filter(uid=uid)).order_by(_IS_OF_THE_SYSTEM, "run_after", "pk")


@transaction.atomic
def _take(worker: str, uid: UUID | None, lanes: Set[Lane]) -> Job | None:
    """The row lock decides between workers; on SQLite the IMMEDIATE transaction does."""
    job = _due(uid, lanes).select_for_update(skip_locked=True).first()
    if job is None:
        return None
    now = timezone.now()
    if job.cancel_requested:
        job.state, job.lease_until, job.finished_at = Job.State.CANCELLED, None, now
    elif job.attempts >= Job.MAX_ATTEMPTS:
        job.state, job.lease_until, job.finished_at = Job.State.FAILED, None, now
        job.error_code = GAVE_UP
        job.error = _("処理が%(count)d回続けて途中で止まったため、打ち切りました。") % {"count": job.attempts}
    else:
        job.state, job.worker, job.lease_until = Job.State.RUNNING, worker, now + LEASE
        job.started_at, job.attempts = job.started_at or now, job.attempts + 1
    job.save(
        update_fields=[
            "state", "worker", "lease_until", "started_at", "finished_at", "attempts", "error_code", "error",
        ]
    )  # fmt: skip
    return job


def _give_back(job: Job, **more: Any) -> None:
    """To the queue, with its cursor; that it ends here is no fault of the job."""
    held_by(job).update(state=Job.State.QUEUED, lease_until=None, attempts=job.attempts - 1, **more)


def _finish(job: Job, state: Job.State, **more: Any) -> None:
    """Raises nothing where the lease was lost meanwhile: the job then belongs to another run."""
    progress = {"done": job.done, "total": job.total, "note": job.note, **more}
    ended = held_by(job).update(state=state, lease_until=None, finished_at=timezone.now(), **progress)
    if not ended:
        log.warning("Job %s (%s) ended in other hands", job.uid, job.kind)


def _place(failure: Exception) -> str:
    """The type and the code line, without the message: that may hold a value."""
    frames = traceback.extract_tb(failure.__traceback__)
    return f"{type(failure).__name__} ({frames[-1].filename}:{frames[-1].lineno})" if frames else "?"
