"""Signs of life: when a worker last went round in each lane, so that a lane that stands still is named."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from cases.jobs.lanes import EVERY, Lane
from cases.jobs.models import Job, WorkerSeen
from cases.jobs.running import LEASE

UNSEEN_AFTER: Final = timedelta(seconds=90)


def give(lanes: Iterable[Lane], worker: str) -> None:
    """Say that this worker goes round in these lanes now."""
    now = timezone.now()
    for lane in sorted(lanes):
        WorkerSeen.objects.update_or_create(lane=lane, defaults={"seen_at": now, "worker": worker})


def seen_at() -> dict[Lane, datetime]:
    """When each lane last gave a sign of life; a lane that never did is missing. Two queries.

    A worker that renews the lease of a job gives one too, in every lane that it was the last to sign for: it may be the
    only worker of both.
    """
    found: dict[Lane, datetime] = {}
    signed: dict[str, list[Lane]] = {}
    for row in WorkerSeen.objects.filter(lane__in=EVERY):
        lane = Lane(row.lane)
        found[lane] = row.seen_at
        signed.setdefault(row.worker, []).append(lane)
    held = Job.objects.filter(lease_until__isnull=False).values_list("lane", "worker", "lease_until")
    for name, worker, until in held:
        renewed = (until or timezone.now()) - LEASE
        for lane in {Lane(name), *signed.get(worker, [])}:
            found[lane] = max(renewed, found.get(lane, renewed))
    return found


def worker_is_seen(*lanes: Lane) -> bool:
    """False where pages should say that the worker stands still: in one of these lanes, or in any."""
    limit, found = timezone.now() - UNSEEN_AFTER, seen_at()
    return all(lane in found and found[lane] > limit for lane in lanes or EVERY)
