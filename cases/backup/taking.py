"""Taking a backup while people work: a moment's copy, sealed, written, read back, and only then counted."""

import uuid
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cases.backup import container, databases, keeping, places
from cases.backup.container import PARTIAL, Header, Written
from cases.backup.models import Backup
from cases.backup.scratch import alone
from cases.backup.telling import READING_BACK, SEALING, Tell, silent, step_of
from cases.protection import audit
from cases.records.centre import Actor


def take(*, by: Actor, folder: Path | None = None, tell: Tell = silent) -> Backup:
    """Take a backup into `folder` (BACKUP_DIR unless given); returns its row.

    Whatever stops it, nothing is left that could be taken for a backup. Raises PlaceRefused, DumpRefused,
    BackupUnderWay, KeyMissing, and whatever `tell` raises.
    """
    place = places.ready(folder or places.backup_folder())
    with alone("backup") as scratch, databases.in_use().snapshot(scratch, tell=tell) as snapshot:
        _sweep(place)
        header = Header(
            uid=uuid.uuid4(),
            taken_at=snapshot.taken_at,
            database=connection.vendor,
            migrations=newest_migrations(),
        )
        written = container.write(
            place,
            container.name_of(header, timezone.localtime(header.taken_at)),
            header,
            container.with_rows(snapshot.rows, snapshot.content),
            sealing=lambda done, _total: tell(SEALING, done, snapshot.size),
            reading=step_of(tell, READING_BACK),
        )
    row = _note(header, written, by)
    keeping.tidy(place)
    return row


@transaction.atomic
def _note(header: Header, written: Written, by: Actor) -> Backup:
    """A file whose row could not be written is found again by `keeping.reconcile`."""
    row, _is_new = Backup.objects.update_or_create(
        uid=header.uid,
        defaults={
            "taken_at": header.taken_at,
            "finished_at": timezone.now(),
            "folder": str(written.path.parent),
            "file_name": written.path.name,
            "size": written.size,
            "digest": written.digest,
        },
    )
    audit.record("BACKUP_TAKEN", by=by)
    return row


def newest_migrations() -> dict[str, str]:
    """The newest migration of each app: by it a restore knows whether the backup is older, like it, or newer."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: max(name for one, name in applied if one == app) for app, _name in applied}


def _sweep(place: Path) -> None:
    """Halves that a killed process left; the lock of `alone` says that nobody is at one."""
    for half in place.glob(f".*{PARTIAL}"):
        half.unlink(missing_ok=True)
