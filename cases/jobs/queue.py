"""What people do with jobs: start, cancel, resume. Workers do the rest in `cases.jobs.work`."""

import logging
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.jobs import registry
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.plain import require_plain
from cases.protection import audit
from cases.records.centre import Actor, Centre

log = logging.getLogger(__name__)


class JobFinished(CasesError):
    """A finished job cannot be cancelled."""

    code: ClassVar[str] = "job_finished"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この処理はすでに終わっています。"))


class JobNotStopped(CasesError):
    """Only a failed or cancelled job can be resumed."""

    code: ClassVar[str] = "job_not_stopped"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("再開できるのは、失敗または中止した処理だけです。"))


def start(
    kind: str,
    arguments: dict[str, Any] | None = None,
    *,
    by: Actor,
    centre: Centre | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Queue a job in the caller's transaction; workers see it once that commits.

    Raises LookupError for a kind nobody registered, NotPlain for arguments that could carry personal data.
    """
    if kind not in registry.kinds:
        raise LookupError(f"no handler for the job kind {kind}")
    require_plain(arguments or {})
    job = Job.objects.create(
        kind=kind,
        lane=registry.kinds[kind].lane,
        arguments=arguments or {},
        created_by_id=by.pk,
        centre=centre,
        run_after=run_after or timezone.now(),
    )
    _nudge_on_commit(job)
    return job


def _nudge_on_commit(job: Job) -> None:
    uid, lane = job.uid, Lane(job.lane)
    transaction.on_commit(lambda: _nudge(uid, lane))


def _nudge(uid: UUID, lane: Lane) -> None:
    """The job is committed: a nudge that fails changes nothing, the polling worker finds the row."""
    for nudge in registry.nudges:
        try:
            nudge(uid, lane)
        except Exception as failure:
            log.warning("Nobody was nudged for job %s: %s", uid, type(failure).__name__)


@transaction.atomic
def cancel(job: Job, by: Actor) -> Job:
    """End a waiting job now, ask a running one to end at its next step.

    Raises Job.DoesNotExist outside the actor's scope, JobFinished.
    """
    row = Job.objects.visible_to(by).select_for_update().get(pk=job.pk)
    if row.is_finished:
        raise JobFinished
    if row.state == Job.State.QUEUED:
        row.state, row.finished_at = Job.State.CANCELLED, timezone.now()
    row.cancel_requested = True
    row.save(update_fields=["state", "finished_at", "cancel_requested"])
    audit.record("JOB_CANCELLED", by=by, centre=row.centre)
    return row


@transaction.atomic
def resume(job: Job, by: Actor) -> Job:
    """Queue a failed or cancelled job again, to go on from its last checkpoint.

    Raises Job.DoesNotExist outside the actor's scope, JobNotStopped.
    """
    row = Job.objects.visible_to(by).select_for_update().get(pk=job.pk)
    if row.state not in (Job.State.FAILED, Job.State.CANCELLED):
        raise JobNotStopped
    row.state, row.finished_at, row.run_after = Job.State.QUEUED, None, timezone.now()
    row.error_code, row.error, row.attempts, row.cancel_requested = "", "", 0, False
    row.save(
        update_fields=[
            "state", "finished_at", "run_after", "error_code", "error", "attempts", "cancel_requested",
        ]
    )  # fmt: skip
    audit.record("JOB_RESUMED", by=by, centre=row.centre)
    _nudge_on_commit(row)
    return row
