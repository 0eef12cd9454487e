"""When the next backup and the next restore check are due, and how old the newest backup is."""

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.dateparse import parse_time

from cases.backup import places
from cases.backup.models import Backup
from cases.jobs.models import Job
from cases.law.calendar import TOKYO

TAKE: Final = "backup.take"
CHECK: Final = "backup.check"
# A new installation is left alone while its first data is loaded.
FIRST_AFTER: Final = timedelta(hours=1)
RETRY_AFTER: Final = timedelta(hours=1)
CHECK_EVERY: Final = timedelta(days=7)


def newest() -> Backup | None:
    """The newest backup whose file is where it was written."""
    return Backup.objects.in_place().newest_first().first()


def installed_at() -> datetime | None:
    """When the tables were made."""
    recorder = MigrationRecorder(connection).Migration.objects.filter(app="cases")
    return recorder.order_by("applied").values_list("applied", flat=True).first()


def last_slot(now: datetime) -> datetime:
    """The newest BACKUP_AT, Japanese time, that is not later than `now`."""
    local = now.astimezone(TOKYO)
    at = parse_time(settings.BACKUP_AT) or time(3)
    slot = datetime.combine(local.date(), at, TOKYO)
    return slot if slot <= local else slot - timedelta(days=1)


def is_take_due() -> bool:
    """Whether BACKUP_AT has passed since the newest backup, nobody is at one, and none has just failed."""
    now = timezone.now()
    folder = str(places.backup_folder())
    taken = Backup.objects.in_place().filter(folder=folder).newest_first()
    last = taken.values_list("taken_at", flat=True).first()
    if last is None:
        installed = installed_at()
        due = installed is not None and now - installed > FIRST_AFTER
    else:
        due = last < last_slot(now)
    return due and not _is_busy(TAKE, now)


def is_check_due() -> bool:
    """Whether there is a backup, and none was tried for a week."""
    now = timezone.now()
    row = newest()
    if row is None:
        return False
    tried = Backup.objects.filter(checked_at__gt=now - CHECK_EVERY).exists()
    return not tried and not _is_busy(CHECK, now) and not _is_busy(TAKE, now)


def _is_busy(kind: str, now: datetime) -> bool:
    """A job of the kind waits, runs, or ended too recently without success."""
    jobs = Job.objects.filter(kind=kind)
    ended = jobs.exclude(state=Job.State.DONE).filter(finished_at__gt=now - RETRY_AFTER)
    return jobs.unfinished().exists() or ended.exists()
