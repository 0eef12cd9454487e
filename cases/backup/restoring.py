"""A backup onto an empty machine: everything is verified beside, and put in its place with the last step."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.backup import erased, opened, places, trying
from cases.backup.databases import postgres, sqlite
from cases.backup.opened import Opened
from cases.backup.scratch import alone
from cases.backup.telling import PLACING, Tell, silent
from cases.backup.trying import Payload
from cases.errors import CasesError

UNFINISHED: Final = ".restore-unfinished"


class NotEmpty(CasesError):
    """There is data already: a restore never overwrites."""

    code: ClassVar[str] = "not_empty"
    status: ClassVar[int] = 409

    def __init__(self, where: str) -> None:
        super().__init__(
            _(
                "%(where)s にはもうデータがあります。上書きはしません。空のフォルダ(データベース)を指定してください。"
            )
            % {"where": where}
        )


@dataclass(frozen=True)
class Restored:
    """What came back."""

    taken_at: datetime
    rows: int
    found: Opened


def restore(file: Path, *, tell: Tell = silent) -> Restored:
    """Bring a backup back into the empty DATA_DIR and database of this process's settings.

    Raises NotEmpty, NoBackup, BackupTooNew, OtherDatabase, KeyMissing, BackupDamaged, PlaceFull, OpenedUnusable;
    then nothing is in place. OSError where the file cannot be read.
    """
    data = Path(settings.DATA_DIR)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_empty(data)
    with alone("restore") as scratch:
        payload = trying.opened(file, scratch, tell=tell)
        lists = [file.parent, *erased.folders()]
        place = _sqlite if payload.header.database == "sqlite" else _postgres
        found = place(payload, lists, scratch, tell)
    return Restored(payload.header.taken_at, sum(payload.rows.values()), found)


def _require_empty(data: Path) -> None:
    """Hidden files are locks and what a broken-off restore left."""
    if any(not one.name.startswith(".") for one in data.iterdir()):
        raise NotEmpty(str(data))


def _sqlite(payload: Payload, lists: list[Path], scratch: Path, tell: Tell) -> Opened:
    trying.require_sound(payload)
    found = _finished(f"sqlite:///{payload.path}", lists, scratch, tell)
    tell(PLACING, 0, None)
    with closing(sqlite3.connect(payload.path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # one file, whole without its neighbours
    target = sqlite.live_file()
    with payload.path.open("rb") as file:
        os.fsync(file.fileno())
    os.link(payload.path, target)  # unlike a rename it never replaces what came there meanwhile
    places.sync_folder(target.parent)
    return found


def _postgres(payload: Payload, lists: list[Path], scratch: Path, tell: Tell) -> Opened:
    """The dump comes back in one transaction; until the rest is done, a mark keeps everything from starting."""
    target = postgres.live()
    if not postgres.is_empty(target):
        raise NotEmpty(target.name)
    with _unfinished():
        tell(PLACING, 0, None)
        postgres.restore(payload.path, target)
        trying.require_rows(payload, target)
        return _finished(target.url(), lists, scratch, tell)


def _finished(url: str, lists: list[Path], scratch: Path, tell: Tell) -> Opened:
    data = scratch / "data"
    data.mkdir(mode=0o700)
    return opened.finished(url, data=data, lists=lists, is_restore=True, tell=tell)


@contextmanager
def _unfinished() -> Iterator[None]:
    mark = Path(settings.DATA_DIR) / UNFINISHED
    mark.touch(mode=0o600)
    places.sync_folder(mark.parent)
    yield
    mark.unlink()
