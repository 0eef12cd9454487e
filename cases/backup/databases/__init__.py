"""How a database becomes the content of a backup and comes back: one room per engine, one promise."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import connection

from cases.backup.telling import Tell
from cases.protection.streaming import Reader

# Who is signed in now is nobody's business later.
LEFT_OUT = ("django_session",)


@dataclass(frozen=True)
class Snapshot:
    """The database as it was at one moment: all that was acknowledged before `taken_at`, each change whole."""

    taken_at: datetime
    rows: Mapping[str, int]
    content: Reader
    # About how many bytes `content` gives; None where nobody knows.
    size: int | None


class Database(Protocol):
    """One engine."""

    def snapshot(self, scratch: Path, *, tell: Tell) -> AbstractContextManager[Snapshot]:
        """The database now, while others read and write. `scratch` is an empty private folder.

        Raises PlaceRefused where there is no room, DumpRefused where a program is missing or failed.
        """

    def size(self) -> int:
        """About how many bytes the database has."""


def in_use() -> Database:
    """The engine of this machine's database."""
    from cases.backup.databases import postgres, sqlite

    return sqlite.Sqlite() if connection.vendor == "sqlite" else postgres.Postgres()
