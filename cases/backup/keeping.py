"""Which backups stay and which go, and a ledger that agrees with the folder."""

import logging
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.backup import places
from cases.backup.container import ENDING, Header, header_of
from cases.backup.models import Backup
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import SYSTEM

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """The newest of each of the last `days` days and of each of the last `weeks` weeks; none older than `longest`.

    Unit: calendar days in Japan, today being the first; weeks begin on Monday, the running one being the first.
    """

    days: int
    weeks: int
    longest: int


def rule() -> Rule:
    """The rule of this machine."""
    return Rule(settings.BACKUP_DAYS, settings.BACKUP_WEEKS, settings.BACKUP_LONGEST_DAYS)


def superfluous(taken: Sequence[datetime], now: datetime, by: Rule) -> set[datetime]:
    """The moments whose backups go. The newest of all stays, however old: without it there would be none."""
    today = calendar.local_date(now)
    kept: set[datetime] = set()
    seen: set[tuple[str, date]] = set()
    for moment in sorted(taken, reverse=True):
        day = calendar.local_date(moment)
        age, week = (today - day).days, day - timedelta(days=day.weekday())
        weeks_ago = (today - timedelta(days=today.weekday()) - week).days // 7
        is_first_of_day, is_first_of_week = ("day", day) not in seen, ("week", week) not in seen
        seen |= {("day", day), ("week", week)}
        wanted = (is_first_of_day and age < by.days) or (is_first_of_week and weeks_ago < by.weeks)
        if wanted and age <= by.longest:
            kept.add(moment)
    return set(taken) - kept - {max(taken, default=now)}


def tidy(folder: Path) -> int:
    """Bring the ledger in step with the folder, then delete what the rule lets go; returns how many went.

    Nothing happens while the disk is away: what lies there is still counted as kept.
    """
    if not places.is_there(folder):
        return 0
    reconcile(folder)
    rows = list(Backup.objects.in_place().filter(folder=str(folder)))
    going = superfluous([row.taken_at for row in rows], timezone.now(), rule())
    return sum(_delete(row) for row in rows if row.taken_at in going and not row.held_reason)


def _delete(row: Backup) -> bool:
    """The file first: a row says that its file is gone only once that is so."""
    file = Path(row.folder) / row.file_name
    try:
        file.unlink(missing_ok=True)
        Path(f"{file}.json").unlink(missing_ok=True)
        places.sync_folder(file.parent)
    except OSError as failure:
        log.warning("Backup %s could not be deleted: %s", row.uid, type(failure).__name__)
        return False
    with transaction.atomic():
        Backup.objects.filter(pk=row.pk).update(gone_at=timezone.now())
        audit.record("BACKUP_DELETED", by=SYSTEM)
    return True


def reconcile(folder: Path) -> None:
    """Files that nobody knows get a row (after a restore the ledger is older than the folder); missing ones an end."""
    found = {file.name: file for file in folder.glob(f"*{ENDING}") if not file.name.startswith(".")}
    rows = Backup.objects.filter(folder=str(folder))
    known = {(row.file_name, row.uid, row.taken_at) for row in rows.in_place()}
    _add(folder, found.values(), known)
    rows.in_place().exclude(file_name__in=found).update(gone_at=timezone.now())


def _add(folder: Path, files: Iterable[Path], known: AbstractSet[tuple[str, UUID, datetime]]) -> None:
    """What a file says of itself holds: a row with another moment would let a receipt come early."""
    for file in files:
        try:
            header, size = header_of(file), file.stat().st_size
        except (CasesError, OSError):
            continue  # somebody else's file, or not a whole one
        if (file.name, header.uid, header.taken_at) not in known:
            _adopt(folder, file.name, header, size)


def _adopt(folder: Path, name: str, header: Header, size: int) -> None:
    where = {"folder": str(folder), "file_name": name, "size": size, "gone_at": None}
    Backup.objects.update_or_create(uid=header.uid, defaults={**where, "taken_at": header.taken_at})
