"""The folders that backups and copies of keys are written to: found again, apart from the data, with room left."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup.models import BackupPlace
from cases.errors import CasesError

MARKER: Final = ".madoguchi-place.json"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_GONE: Final = frozenset({errno.EIO, errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.ESTALE, errno.ENOTCONN})


class PlaceRefused(CasesError):
    """Nothing can be written here, or must not be."""

    code: ClassVar[str] = "place_refused"
    status: ClassVar[int] = 503


class PlaceInsideData(PlaceRefused):
    """A copy of the data folder would carry the backups, and a lost data folder would take them along."""

    code: ClassVar[str] = "place_inside_data"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _(
                "控えの場所 %(folder)s は、データや鍵のフォルダの中です。別のフォルダかディスクを指定してください。"
            )
            % {"folder": folder}
        )


class PlaceNotMounted(PlaceRefused):
    """The folder was written to before, and what was left there is not found: another disk, or none."""

    code: ClassVar[str] = "place_not_mounted"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _(
                "控えの場所 %(folder)s に、前に書いた目印がありません。ディスクがつながっているか確かめてください。"
            )
            % {"folder": folder}
        )


class PlaceFull(PlaceRefused):
    code: ClassVar[str] = "place_full"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("%(folder)s に空きがありません。不要なファイルを片付けるか、大きなディスクに替えてください。")
            % {"folder": folder}
        )


class PlaceReadOnly(PlaceRefused):
    code: ClassVar[str] = "place_read_only"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("%(folder)s に書き込めません。書き込み禁止や、フォルダの権限を確かめてください。")
            % {"folder": folder}
        )


@dataclass(frozen=True)
class Room:
    """How much of the disk is free, in bytes."""

    free: int
    total: int


def backup_folder() -> Path:
    return Path(settings.BACKUP_DIR)


def require_apart(folder: Path) -> None:
    """Raises PlaceInsideData where the folder lies in the data or key folder, links followed."""
    inside = [Path(settings.DATA_DIR).resolve(), Path(settings.KEY_DIR).resolve()]
    if any(folder.resolve().is_relative_to(home) for home in inside):
        raise PlaceInsideData(folder)


def is_same_disk(folder: Path) -> bool:
    """Whether one broken disk takes the data and this folder at once; False where either cannot be seen."""
    try:
        return _nearest(folder).stat().st_dev == _nearest(Path(settings.DATA_DIR)).stat().st_dev
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def room_in(folder: Path) -> Room | None:
    """None where the folder cannot be seen."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Room(free=usage.free, total=usage.total)


def require_room(folder: Path, needed: int) -> None:
    """Raises PlaceFull before anything is written where `needed` bytes surely do not fit."""
    room = room_in(folder)
    if room is not None and room.free < needed:
        raise PlaceFull(folder)


def ready(folder: Path) -> Path:
    """The folder, made and marked at its first use and found again at every other.

    Raises PlaceInsideData, PlaceNotMounted, PlaceReadOnly, PlaceFull.
    """
    require_apart(folder)
    known = BackupPlace.objects.filter(path=str(folder)).first()
    found = _marker_of(folder)
    if known is not None and found != str(known.marker):
        raise PlaceNotMounted(folder)
    with in_words(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if known is None:
            known = BackupPlace(path=str(folder), seen_at=timezone.now())
            if found:  # a folder of before, such as after a restore on a new machine
                known.marker = found
            else:
                _mark(folder, str(known.marker))
    known.seen_at = timezone.now()
    known.save()
    return folder


def is_there(folder: Path) -> bool:
    """Whether the folder that was written to before can be looked into now; writes nothing."""
    known = BackupPlace.objects.filter(path=str(folder)).first()
    return known is not None and _marker_of(folder) == str(known.marker)


def _marker_of(folder: Path) -> str:
    try:
        return str(json.loads((folder / MARKER).read_text(encoding="ascii"))["place"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _mark(folder: Path, marker: str) -> None:
    write_whole(folder / MARKER, json.dumps({"place": marker}).encode("ascii"))


def write_whole(path: Path, data: bytes) -> None:
    """A small file that is there as a whole or not at all, for this account alone."""
    draft = path.with_name(f"{path.name}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """What the disk answers, as a refusal that says what to do."""
    try:
        yield
    except OSError as failure:
        if failure.errno in _FULL:
            raise PlaceFull(folder) from None
        if failure.errno in _GONE:
            raise PlaceNotMounted(folder) from None
        raise PlaceReadOnly(folder) from None
