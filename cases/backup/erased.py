"""A restore must not bring back who was erased: a list of erased cases lies beside the backups, and erases again.

`erased.jsonl` holds uid and moment of each erasure, in every folder of backups and of key copies. Each line carries
the code of the line before it inside its own, so that a changed line, or one taken out of the middle, shows.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from cases.backup import places
from cases.backup.models import ErasureNote
from cases.protection import backup_seal
from cases.protection.sealed import bound

log = logging.getLogger(__name__)

NAME: Final = "erased.jsonl"
_START: Final = "0" * 64


class Eraser(Protocol):
    """Erases a case that a restore brought back; raises nothing where it is gone already."""

    def __call__(self, case_uid: UUID, erased_at: datetime) -> None: ...


_erasers: list[Eraser] = []


def register_eraser(eraser: Eraser) -> None:
    """The room that erases cases says here how; a second one is a mistake."""
    if _erasers:
        raise ValueError("cases are erased by one room alone")
    _erasers.append(eraser)


@dataclass
class Notes:
    """What the lists beside the backups say. `is_whole` is False where one of them was changed or damaged."""

    erased: dict[UUID, datetime] = field(default_factory=dict)
    is_whole: bool = True
    last: str = _START


def note_erasure(case_uid: UUID, at: datetime) -> None:
    """Remember, in the transaction that erases the case, to erase it again after any restore. Twice is once."""
    ErasureNote.objects.get_or_create(case_uid=case_uid, defaults={"erased_at": at})
    transaction.on_commit(lambda: write_lists(), robust=True)


def folders() -> list[Path]:
    """Where lists are kept: where the backups lie, and where copies of keys lie."""
    return [Path(folder) for folder in (settings.BACKUP_DIR, settings.KEY_BACKUP_DIR) if folder]


def write_lists() -> list[Path]:
    """Append to each list what it lacks; returns the folders that could not be written (the next look tries again)."""
    return [folder for folder in folders() if not _write(folder)]


def _write(folder: Path) -> bool:
    if not places.is_there(folder):
        return not ErasureNote.objects.exists()
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            notes = _read(file)
            missing = ErasureNote.objects.exclude(case_uid__in=notes.erased).order_by("erased_at")
            last = notes.last
            for uid, at in missing.values_list("case_uid", "erased_at"):
                line = _line(last, uid, at)
                last = str(line["mac"])
                file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError as failure:
            log.warning("The list of erased cases was not written: %s", type(failure).__name__)
            return False
    return True


def read_lists(where: Iterable[Path]) -> Notes:
    """Everything that genuine lines of the lists in these folders say, together."""
    found = Notes()
    for folder in dict.fromkeys(where):
        try:
            with (folder / NAME).open(encoding="ascii", errors="replace") as file:
                notes = _read(file)
        except OSError:
            continue
        found.erased |= notes.erased
        found.is_whole = found.is_whole and notes.is_whole
    return found


def erase_again(notes: Notes) -> int:
    """Erase whatever of the list a restore brought back; returns how many cases it was.

    Raises LookupError where no room has said how to erase.
    """
    from cases.records.case import Case

    back = Case.objects.filter(uid__in=notes.erased).values_list("uid", flat=True)
    for uid in (found := list(back)):
        if not _erasers:
            raise LookupError("no room erases cases")
        _erasers[0](uid, notes.erased[uid])
    for uid, at in notes.erased.items():
        ErasureNote.objects.get_or_create(case_uid=uid, defaults={"erased_at": at})
    return len(found)


def _read(file: IO[str]) -> Notes:
    notes = Notes()
    for text in file:
        try:
            line = json.loads(text)
            uid, at = UUID(line["case"]), datetime.fromisoformat(line["at"])
            genuine = _line(line["before"], uid, at)["mac"] == line["mac"]
        except (ValueError, KeyError, TypeError, AttributeError):
            notes.is_whole = False
            continue
        if genuine:
            notes.erased[uid] = at
        notes.is_whole = notes.is_whole and genuine and line["before"] == notes.last
        notes.last = str(line["mac"])
    return notes


def _line(before: str, uid: UUID, at: datetime) -> dict[str, str]:
    moment = at.isoformat()
    code = backup_seal.mac(bound(before.encode("ascii"), uid.bytes, moment.encode("ascii")))
    return {"before": before, "case": str(uid), "at": moment, "mac": code.hex()}
