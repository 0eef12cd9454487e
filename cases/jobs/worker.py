"""The worker's loop: jobs of its lanes first, periodic tasks between them, a sign of life for the pages."""

import logging
import signal
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Final

from django.db import InterfaceError, OperationalError, close_old_connections

from cases.jobs import signs
from cases.jobs.lanes import EVERY, Lane
from cases.jobs.leases import release_dead, worker_name
from cases.jobs.running import Stopped, TooLong
from cases.jobs.tasks import Timetable
from cases.jobs.work import claim_and_run, is_any_due

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 0.4
SEEN_SECONDS: Final = 10.0
# After TERM a step has this long to end by itself; then it is broken off and its transaction rolls back.
GRACE_SECONDS: Final = 3
# Where only short work is done, a job has this long: half of the minute within which a save is to be found everywhere.
SHORT_SECONDS: Final = 30.0


class Worker:
    """One process that polls, in these lanes. TERM and INT end it after the step at hand, or break that off.

    In the lane of short work alone, a job that takes `SHORT_SECONDS` is broken off and goes on in the other lane.
    """

    def __init__(self, lanes: Set[Lane] = EVERY) -> None:
        self.name = worker_name()
        self._lanes = lanes
        self._stopping = False
        self._working = False
        self._is_limited = False
        self._timetable = Timetable(lanes)
        self._seen = 0.0

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        signal.alarm(GRACE_SECONDS)

    def break_off(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Raises Stopped or TooLong out of a step that takes too long; between steps there is nothing to break off."""
        if self._stopping:
            if self._working:
                raise Stopped
        elif self._is_limited:
            raise TooLong

    def run(self) -> None:
        """Work until told to stop."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGALRM, self.break_off)
        log.info("Worker %s started (%s)", self.name, ", ".join(sorted(self._lanes)))
        while not self._stopping:
            if not self.round(is_timed=self._lanes == {Lane.FEED}) and not self._stopping:
                time.sleep(IDLE_SECONDS)
        signal.alarm(0)
        log.info("Worker %s stopped", self.name)

    def run_once(self) -> None:
        """Do everything that is due now, then return: for schedulers, demos and tests."""
        while self.round() or is_any_due(self._lanes):
            pass

    def round(self, *, is_timed: bool = False) -> bool:
        """One job and the due tasks. True where there may be more to do at once. `is_timed`: the job is a short one."""
        close_old_connections()
        self._working = True
        try:
            self._sign()
            with self._limited() if is_timed else nullcontext():
                ran = claim_and_run(worker=self.name, stopping=lambda: self._stopping, lanes=self._lanes)
            return (not self._stopping and self._timetable.run_due(self.name)) or ran
        except (Stopped, TooLong):
            return False
        except (OperationalError, InterfaceError) as failure:
            log.warning("The database does not answer (%s); trying again", type(failure).__name__)
            return False
        finally:
            self._working = False

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Let a timer break off what runs inside; told to end meanwhile, the worker's own time to end counts."""
        self._is_limited = True
        signal.setitimer(signal.ITIMER_REAL, SHORT_SECONDS)
        try:
            yield
        finally:
            self._is_limited = False
            if not self._stopping:
                signal.setitimer(signal.ITIMER_REAL, 0)

    def _sign(self) -> None:
        if time.monotonic() - self._seen >= SEEN_SECONDS:
            release_dead(self.name)
            signs.give(self._lanes, self.name)
            self._seen = time.monotonic()
