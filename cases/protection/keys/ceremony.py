"""What happens to the key folder when a recovery key is made, tried, or used."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from cases.protection.keys import disk, files, ledger, recovery, shares
from cases.protection.keys.errors import RecoveryRefused
from cases.protection.keys.memory import forget
from cases.protection.sealed import SealBroken


def begin(private: bytes) -> int:
    """Make this the recovery key of the folder: every key file is sealed to it. Returns how many.

    Copies that were sealed to an earlier recovery key are replaced. Raises OSError.
    """
    folder = Path(settings.KEY_DIR)
    public = folder / recovery.PUBLIC_NAME
    disk.place(disk.draft(public, shares.public_half(private)), public, over=True)
    forget()
    paths = list(files.every_file())
    for path in paths:
        made = recovery.draft_copy(path, path.read_bytes())
        if made is not None:
            disk.place(made, recovery.copy_of(path), over=True)
    note_copies()
    return len(paths)


def note_copies() -> None:
    """Enter in the ledger which keys have a sealed copy. Before the tables are made there is nothing to note."""
    try:
        with transaction.atomic():
            ledger.note_copies()
    except DatabaseError:
        return


@dataclass(frozen=True)
class Trial:
    """A rehearsal: copies that open and equal the key file, and the names of those that do not or are absent."""

    good: int
    bad: list[str]


def try_copies(private: bytes) -> Trial:
    """Open the sealed copy of every key file and compare. Nothing is changed."""
    good, bad = 0, []
    for path in files.every_file():
        relative = path.relative_to(settings.KEY_DIR)
        try:
            copy = recovery.copy_of(path).read_bytes()
            is_same = recovery.opened_box(copy, recovery.label_of(relative), private) == path.read_bytes()
        except (OSError, SealBroken):
            is_same = False
        if is_same:
            good += 1
        else:
            bad.append(relative.as_posix())
    return Trial(good, bad)


def restore(folder: Path, private: bytes) -> list[str]:
    """Put back into KEY_DIR every key whose sealed copy lies in `folder`; the names of those that were absent.

    Nothing is written before every copy has opened. Raises RecoveryRefused where there is no copy, one does not open,
    or another key lies in its place.
    """
    copies = sorted(folder.rglob(f"*.key{recovery.COPY_SUFFIX}"))
    if not copies:
        raise RecoveryRefused(_("このフォルダには封をした鍵の控えがありません: %(path)s") % {"path": folder})
    opened = {}
    for copy in copies:
        relative = copy.relative_to(folder).with_suffix("")
        try:
            opened[relative] = recovery.opened_box(copy.read_bytes(), recovery.label_of(relative), private)
        except SealBroken:
            raise RecoveryRefused(_("この控えは開けません: %(path)s") % {"path": copy}) from None
    try:
        made = [relative.as_posix() for relative, key in opened.items() if files.restore(relative, key)]
    except FileExistsError as there:
        raise RecoveryRefused(
            _("鍵フォルダに別の鍵があります: %(path)s。空の KEY_DIR を指定してください。") % {"path": there}
        ) from None
    public = Path(settings.KEY_DIR) / recovery.PUBLIC_NAME
    if not public.exists():
        disk.place(disk.draft(public, shares.public_half(private)), public)
    forget()
    return made
