"""Key files: made once, for one account's eyes, never overwritten, with a sealed copy before their first use."""

import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from cases.protection.keys import disk, recovery
from cases.protection.keys.errors import KeyMissing, KeyNotMade
from cases.protection.keys.memory import drop_on_forget

KEY_BYTES: Final = 32
SIGNING: Final = "signing"
# Domains of one key each, made with the folder. Their versions are counted in the file name, like those of KEKs.
SINGLE: Final = ("index", "audit", "backup")
# What a process may open decides which of them it signs the log with: `audit.chain_keys`.
OF_CHAINS: Final = (
    ("audit", "chain-v1"),
    ("contact", "chain-v1"),
    ("index", "chain-v1"),
    ("audit", "checkpoint-v1"),
)


def path_of(domain: str, name: str) -> Path:
    return Path(settings.KEY_DIR) / domain / f"{name}.key"


@cache
def read(domain: str, name: str) -> bytes:
    """The 32 bytes of a key file. Raises KeyMissing, also where the file has another length."""
    try:
        key = path_of(domain, name).read_bytes()
    except OSError:
        raise KeyMissing from None
    if len(key) != KEY_BYTES:
        raise KeyMissing
    return key


drop_on_forget(read.cache_clear)


def ensure(domain: str, name: str) -> bytes:
    """The key in the file, made if there is none. Two processes that make it at once end with the same key.

    Raises KeyNotMade where the folder, or the folder of sealed copies, cannot be written.
    """
    path = path_of(domain, name)
    if not path.exists():
        _make(path, secrets.token_bytes(KEY_BYTES))
    return read(domain, name)


def _make(path: Path, content: bytes) -> None:
    """Put key and sealed copy in place; the copy is on the disk, under a passing name, before the key can be used."""
    try:
        copy = recovery.draft_copy(path, content)
        is_ours = disk.place(disk.draft(path, content), path)
        if copy is not None and is_ours:
            disk.place(copy, recovery.copy_of(path), over=True)
        elif copy is not None:
            copy.unlink()
    except OSError as failure:
        raise KeyNotMade(f"{failure.filename}: {failure.strerror}") from None


def prepare() -> None:
    """Make the key folder and the keys that do not depend on data. Safe to call again."""
    folder = Path(settings.KEY_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for domain in SINGLE:
        ensure(domain, "v1")
    for domain, name in OF_CHAINS:
        ensure(domain, name)
    signing = folder / f"{SIGNING}.key"
    if not signing.exists():
        _make(signing, secrets.token_urlsafe(48).encode("ascii"))


def every_file() -> Iterator[Path]:
    """All key files of the folder, in order of their names."""
    yield from sorted(Path(settings.KEY_DIR).rglob("*.key"))


def restore(relative: Path, content: bytes) -> bool:
    """Put a key file back; False where the same one is there. Raises FileExistsError where another one is."""
    path = Path(settings.KEY_DIR) / relative
    if not path.exists() and disk.place(disk.draft(path, content), path):
        return True
    if path.read_bytes() != content:
        raise FileExistsError(str(path))
    return False
