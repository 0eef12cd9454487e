"""Opening a backup file and finding out whether what is in it is what was put in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from cases.backup import container, places
from cases.backup.container import BackupDamaged, BackupTooNew, Header
from cases.backup.databases import postgres, sqlite
from cases.backup.telling import OPENING, Tell, step_of
from cases.errors import CasesError


class OtherDatabase(CasesError):
    """The backup is of another kind of database than the one at hand."""

    code: ClassVar[str] = "other_database"
    status: ClassVar[int] = 409

    def __init__(self, needed: str) -> None:
        super().__init__(
            _("この控えは %(kind)s のものです。DATABASE_URL を合わせてからやり直してください。")
            % {"kind": needed}
        )


@dataclass(frozen=True)
class Payload:
    """The database of a backup as a file: whole, and every piece of it verified."""

    header: Header
    path: Path
    rows: Mapping[str, int]


def opened(file: Path, scratch: Path, *, tell: Tell) -> Payload:
    """Open a backup into `scratch`, an empty private folder.

    Raises NoBackup, BackupTooNew, OtherDatabase, KeyMissing, BackupDamaged, PlaceFull, OSError for a file that
    cannot be read.
    """
    header = container.header_of(file)
    _require_known(header)
    if header.database != connection.vendor:
        raise OtherDatabase(header.database)
    places.require_room(scratch, file.stat().st_size)
    path = scratch / "madoguchi.sqlite3"
    header, rows = container.open_into(file, path, step=step_of(tell, OPENING))
    return Payload(header, path, rows)


def _require_known(header: Header) -> None:
    """Raises BackupTooNew where the backup stands behind a migration that this release does not have."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if any((app, name) not in known for app, name in header.migrations.items()):
        raise BackupTooNew(header.product)


@contextmanager
def database_of(payload: Payload) -> Iterator[str | None]:
    """The DATABASE_URL of a database that holds the payload, beside the product's own; None where none may be made.

    Raises BackupDamaged where it is not sound or not all of it is there, DumpRefused.
    """
    if payload.header.database == "sqlite":
        require_sound(payload)
        yield f"sqlite:///{payload.path}"
        return
    with postgres.scratch_database() as target:
        if target is None:
            if not postgres.contents(payload.path):
                raise BackupDamaged
            yield None
            return
        postgres.restore(payload.path, target)
        require_rows(payload, target)
        yield target.url()


def require_sound(payload: Payload) -> None:
    """SQLite: raises BackupDamaged unless the file is in order and has the rows that it had."""
    if not sqlite.is_sound(payload.path) or sqlite.counted(payload.path) != dict(payload.rows):
        raise BackupDamaged


def require_rows(payload: Payload, target: postgres.Target) -> None:
    """PostgreSQL: raises BackupDamaged unless the restored database has the rows that it had."""
    with target.connect() as server:
        if postgres.rows_of(server) != dict(payload.rows):
            raise BackupDamaged
