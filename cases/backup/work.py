"""What the worker does by itself: the daily backup, the weekly restore check, a tidy folder."""

import time
from typing import Final

from django.utils.translation import gettext_lazy

from cases import jobs
from cases.backup import checking, erased, keeping, key_copies, places, schedule, taking
from cases.backup.models import Backup
from cases.backup.schedule import CHECK, TAKE
from cases.backup.telling import MIB
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.records.centre import SYSTEM, Actor, Centre

_LOOK_SECONDS: Final = 60.0
_TIDY_SECONDS: Final = 3600.0
_ASK_SECONDS: Final = 1.0


def register() -> None:
    jobs.handler(TAKE, label=gettext_lazy("控えの作成"))(take)
    jobs.handler(CHECK, label=gettext_lazy("控えの確認"))(check)
    jobs.every(_LOOK_SECONDS, "backup.take", wanted=schedule.is_take_due)(_start_take)
    jobs.every(_LOOK_SECONDS, "backup.check", wanted=schedule.is_check_due)(_start_check)
    jobs.every(_TIDY_SECONDS, "backup.tidy", wanted=Backup.objects.in_place().exists)(_tidy)
    jobs.every(_LOOK_SECONDS, "backup.key_copies", wanted=key_copies.is_behind)(_mirror_keys)


def start_take(*, by: Actor, centre: Centre | None = None) -> Job:
    """Queue a backup now; where one waits or runs already, that one is returned."""
    waiting = Job.objects.filter(kind=TAKE).unfinished().first()
    return waiting or jobs.start(TAKE, by=by, centre=centre)


def start_check(row: Backup, *, by: Actor, centre: Centre | None = None) -> Job:
    """Queue a restore check of one backup; where one waits or runs already, that one is returned."""
    waiting = Job.objects.filter(kind=CHECK).unfinished().first()
    return waiting or jobs.start(CHECK, {"backup": str(row.uid)}, by=by, centre=centre)


def _start_take() -> None:
    start_take(by=SYSTEM)


def _start_check() -> None:
    row = schedule.newest()
    if row is not None:
        start_check(row, by=SYSTEM)


def _tidy() -> None:
    keeping.tidy(places.backup_folder())
    erased.write_lists()


def _mirror_keys() -> None:
    key_copies.mirror()


def take(running: Running) -> None:
    """The whole backup; broken off, it starts from the beginning and the half of before is swept away."""
    row = taking.take(by=running.job.created_by or SYSTEM, tell=Listener(running))
    running.result = {"backup": str(row.uid), "bytes": row.size}


def check(running: Running) -> None:
    """Open the backup as a restore would; the finding stands in its row."""
    row = Backup.objects.get(uid=running.arguments["backup"])
    found = checking.check(row, by=running.job.created_by or SYSTEM, tell=Listener(running))
    running.result = {"backup": str(row.uid), "is_good": not found.fault, "rows": found.rows}


class Listener:
    """Tells the job how far the work is, once a second, and ends the work where the job was cancelled."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._asked = 0.0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        self._running.advance(done // MIB, None if total is None else max(1, total // MIB), note=step)
        if time.monotonic() - self._asked >= _ASK_SECONDS:
            self._asked = time.monotonic()
            self._running.stop_if_cancelled()
