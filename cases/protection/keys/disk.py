"""Small private files that are whole or absent, and on the disk when the call returns."""

import os
import secrets
from pathlib import Path


def draft(path: Path, content: bytes) -> Path:
    """The content beside its place, under a name of its own; `place` or `unlink` it. Folders are made, mode 0700."""
    _make_private(path.parent)
    made = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    return made


def _make_private(folder: Path) -> None:
    """The folder and those above it that are missing, mode 0700: `parents=True` would leave those to the umask."""
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def place(made: Path, path: Path, *, over: bool = False) -> bool:
    """Give a draft its name. False where another process was first, whose file stays; `over` replaces it."""
    try:
        if over:
            made.replace(path)
        else:
            os.link(made, path)
    except FileExistsError:
        return False
    finally:
        made.unlink(missing_ok=True)
        sync(path.parent)
    return True


def remove(path: Path) -> None:
    """Delete a file; nothing happens where it is gone. What a disk keeps of deleted blocks is not our promise."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync(path.parent)


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
