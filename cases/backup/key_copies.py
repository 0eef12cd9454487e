"""Sealed copies of keys on a medium of their own (KEY_BACKUP_DIR), never beside the backups.

The medium mirrors KEY_ESCROW_DIR: what is new is copied, a destroyed key's copy is removed. A copy that is missing
from KEY_ESCROW_DIR without its key having been destroyed stays on the medium: that is what the medium is for.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings

from cases.backup import erased, places
from cases.backup.models import BackupPlace
from cases.backup.places import PlaceRefused
from cases.protection.keys.models import KeyVersion
from cases.protection.keys.recovery import COPY_SUFFIX

log = logging.getLogger(__name__)
_PATTERN: Final = f"*{COPY_SUFFIX}"


class State(StrEnum):
    """How the copies of keys stand."""

    NOWHERE = "NOWHERE"  # no medium is named
    NOTHING_SEALED = "NOTHING_SEALED"  # there is no recovery key yet, so there are no sealed copies
    NEVER_SEEN = "NEVER_SEEN"  # the medium was not written to yet
    AWAY = "AWAY"  # it is not mounted
    BEHIND = "BEHIND"  # it lacks copies, or still holds those of destroyed keys
    FINE = "FINE"


@dataclass(frozen=True)
class Standing:
    """What is on the medium. `left_over`: copies of destroyed keys that are, or may still be, there."""

    state: State
    copies: int = 0
    missing: int = 0
    left_over: tuple[str, ...] = ()
    seen_at: datetime | None = None


def medium() -> Path | None:
    return Path(settings.KEY_BACKUP_DIR) if settings.KEY_BACKUP_DIR else None


def standing() -> Standing:
    """How it stands now; looks, and writes nothing."""
    folder, sealed = medium(), _copies(Path(settings.KEY_ESCROW_DIR))
    if folder is None:
        return Standing(State.NOWHERE, left_over=())
    known = BackupPlace.objects.filter(path=str(folder)).first()
    if not places.is_there(folder):
        state = State.AWAY if known else (State.NEVER_SEEN if sealed else State.NOTHING_SEALED)
        open_ = tuple(sorted(_destroyed(since=known.seen_at))) if known else ()
        return Standing(state, left_over=open_, seen_at=known.seen_at if known else None)
    there = _copies(folder)
    missing = [name for name, path in sealed.items() if not _is_same(path, there.get(name))]
    left_over = tuple(sorted(there.keys() & _destroyed()))
    state = State.BEHIND if missing or left_over else (State.FINE if there else State.NOTHING_SEALED)
    return Standing(state, len(there), len(missing), left_over, known.seen_at if known else None)


def is_behind() -> bool:
    """Whether the mirror has work: a cheap look at two small folders."""
    folder = medium()
    if folder is None:
        return False
    if not places.is_there(folder):
        # At its first use only: a known medium that is away is waited for.
        return not BackupPlace.objects.filter(path=str(folder)).exists()
    return standing().state == State.BEHIND


def mirror() -> Standing:
    """Bring the medium in step with KEY_ESCROW_DIR. A medium that is away or full stays as it is, and is named."""
    folder = medium()
    if folder is None:
        return standing()
    try:
        places.ready(folder)
        with places.in_words(folder):
            _copy_missing(folder)
            _remove_destroyed(folder)
        erased.write_lists()
    except PlaceRefused as refusal:
        log.warning("Copies of keys were not mirrored: %s", refusal.code)
    return standing()


def _copy_missing(folder: Path) -> None:
    there = _copies(folder)
    for name, path in _copies(Path(settings.KEY_ESCROW_DIR)).items():
        if not _is_same(path, there.get(name)):
            target = folder / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            places.write_whole(target, path.read_bytes())


def _remove_destroyed(folder: Path) -> None:
    for name in _copies(folder).keys() & _destroyed():
        (folder / name).unlink(missing_ok=True)
        places.sync_folder((folder / name).parent)


def _copies(folder: Path) -> dict[str, Path]:
    """Sealed copies by their name within the folder."""
    if not folder.is_dir():
        return {}
    found = (path for path in folder.rglob(_PATTERN) if not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path for path in found}


def _is_same(one: Path, other: Path | None) -> bool:
    return other is not None and one.read_bytes() == other.read_bytes()


def _destroyed(since: datetime | None = None) -> set[str]:
    """Names of the copies of destroyed keys; `since`: of those destroyed after that moment."""
    rows = KeyVersion.objects.filter(state=KeyVersion.State.DESTROYED)
    if since is not None:
        rows = rows.filter(destroyed_at__gte=since)
    return {f"{row.kek}.key{COPY_SUFFIX}" for row in rows}
