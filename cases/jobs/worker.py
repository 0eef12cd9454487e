"""The worker's loop: jobs first, periodic tasks between them, a sign of life for the pages."""

import logging
import signal
import time
from datetime import datetime, timedelta
from types import FrameType
from typing import Final

from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Max
from django.utils import timezone

from cases.jobs import running
from cases.jobs.leases import release_dead, worker_name
from cases.jobs.models import Job, WorkerSeen
from cases.jobs.running import Stopped
from cases.jobs.tasks import Timetable
from cases.jobs.work import claim_and_run, is_any_due

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 0.4
SEEN_SECONDS: Final = 10.0
# After TERM a step has this long to end by itself; then it is broken off and its transaction rolls back.
GRACE_SECONDS: Final = 3
UNSEEN_AFTER: Final = timedelta(seconds=90)


class Worker:
    """One process that polls. TERM and INT end it after the step at hand, or break that off."""

    def __init__(self) -> None:
        self.name = worker_name()
        self._stopping = False
        self._working = False
        self._timetable = Timetable()
        self._seen = 0.0

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        signal.alarm(GRACE_SECONDS)

    def break_off(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Raises Stopped out of a step that takes too long; between steps there is nothing to break off."""
        if self._working:
            raise Stopped

    def run(self) -> None:
        """Work until told to stop."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGALRM, self.break_off)
        log.info("Worker %s started", self.name)
        while not self._stopping:
            if not self.round() and not self._stopping:
                time.sleep(IDLE_SECONDS)
        signal.alarm(0)
        log.info("Worker %s stopped", self.name)

    def run_once(self) -> None:
        """Do everything that is due now, then return: for schedulers, demos and tests."""
        while self.round() or is_any_due():
            pass

    def round(self) -> bool:
        """One job and the due tasks. True where there may be more to do at once."""
        close_old_connections()
        self._working = True
        try:
            self._sign()
            ran = claim_and_run(worker=self.name, stopping=lambda: self._stopping)
            return (not self._stopping and self._timetable.run_due(self.name)) or ran
        except Stopped:
            return False
        except (OperationalError, InterfaceError) as failure:
            log.warning("The database does not answer (%s); trying again", type(failure).__name__)
            return False
        finally:
            self._working = False

    def _sign(self) -> None:
        if time.monotonic() - self._seen >= SEEN_SECONDS:
            release_dead(self.name)
            WorkerSeen.objects.update_or_create(pk=WorkerSeen.ROW, defaults={"seen_at": timezone.now()})
            self._seen = time.monotonic()


def worker_seen_at() -> datetime | None:
    """When a worker last gave a sign of life, between jobs or by renewing the lease of one; None if never."""
    row = WorkerSeen.objects.filter(pk=WorkerSeen.ROW).first()
    lease = Job.objects.filter(state=Job.State.RUNNING).aggregate(until=Max("lease_until"))["until"]
    signs = [row.seen_at] if row else []
    signs += [lease - running.LEASE] if lease else []
    return max(signs, default=None)


def worker_is_seen() -> bool:
    """False where pages should say that the worker stands still."""
    seen = worker_seen_at()
    return seen is not None and timezone.now() - seen < UNSEEN_AFTER
