"""The way back to lost keys: everything that must survive is sealed to one public key, whose private half people hold.

A box is X25519 with a key pair of its own, HKDF-SHA256 and AES-256-GCM; its label is bound. The public half lies in
`KEY_DIR/recovery.pub`. The private half is never stored: `cases.protection.keys.shares` gives it to its holders.
"""

import hashlib
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from cases.protection.keys import disk
from cases.protection.keys.errors import RecoveryRefused
from cases.protection.sealed import SealBroken, bound

PUBLIC_NAME: Final = "recovery.pub"
COPY_SUFFIX: Final = ".sealed"
MAGIC: Final = b"MDGR\x01"
_POINT: Final = 32
_TAG: Final = 16
# The key of a box is used once, for one message: its nonce may be fixed.
_NONCE: Final = bytes(12)


def public_key() -> bytes | None:
    """The public half, or None where no recovery key was made yet.

    Read each time: a server that is running must seal its next key to the recovery key that was made a minute ago.
    """
    try:
        return (Path(settings.KEY_DIR) / PUBLIC_NAME).read_bytes()
    except OSError:
        return None


def fingerprint(public: bytes | None = None) -> str:
    """16 hex digits that name a recovery key on paper and in the ledger; empty where there is none."""
    public = public or public_key()
    return hashlib.sha256(public).hexdigest()[:16] if public else ""


def box_for_recovery(data: bytes, label: str) -> bytes:
    """The data, to be opened by the holders of the recovery key alone. Raises RecoveryRefused where there is none."""
    public = public_key()
    if public is None:
        raise RecoveryRefused(_("復旧の鍵がまだありません。keys_recovery --split で作ってください。"))
    return boxed(data, label, public, X25519PrivateKey.generate())


def boxed(data: bytes, label: str, public: bytes, once: X25519PrivateKey) -> bytes:
    """A box to `public`; `once` is a fresh key pair (fixed in known-answer tests alone)."""
    point = once.public_key().public_bytes_raw()
    cipher = _cipher(once, X25519PublicKey.from_public_bytes(public), point, public)
    return MAGIC + point + cipher.encrypt(_NONCE, data, _context(label, point, public))


def opened_box(box: bytes, label: str, private: bytes) -> bytes:
    """What is in a box. Raises SealBroken: another key, another label, or the box was changed."""
    start = len(MAGIC)
    if box[:start] != MAGIC or len(box) < start + _POINT + _TAG:
        raise SealBroken
    point, sealed = box[start : start + _POINT], box[start + _POINT :]
    own = X25519PrivateKey.from_private_bytes(private)
    public = own.public_key().public_bytes_raw()
    try:
        cipher = _cipher(own, X25519PublicKey.from_public_bytes(point), point, public)
        return cipher.decrypt(_NONCE, sealed, _context(label, point, public))
    except (InvalidTag, ValueError):  # ValueError: a point of small order
        raise SealBroken from None


def _cipher(own: X25519PrivateKey, other: X25519PublicKey, point: bytes, public: bytes) -> AESGCM:
    shared = own.exchange(other)
    key = HKDF(hashes.SHA256(), 32, salt=point + public, info=b"madoguchi/recovery/v1").derive(shared)
    return AESGCM(key)


def _context(label: str, point: bytes, public: bytes) -> bytes:
    return MAGIC + bound(label.encode(), point, public)


# --- Sealed copies of key files -----------------------------------------------------------------------------------
def copy_of(path: Path) -> Path:
    """Where the sealed copy of a key file lies: the same name in KEY_ESCROW_DIR."""
    relative = path.relative_to(settings.KEY_DIR)
    return Path(settings.KEY_ESCROW_DIR) / relative.with_name(relative.name + COPY_SUFFIX)


def label_of(relative: Path) -> str:
    """The label of the copy of a key file: a copy renamed to another key does not open."""
    return f"key/{relative.as_posix()}"


def draft_copy(path: Path, content: bytes) -> Path | None:
    """The sealed copy of a key about to be born, not in its place yet; None where there is no recovery key."""
    if public_key() is None:
        return None
    box = box_for_recovery(content, label_of(path.relative_to(settings.KEY_DIR)))
    return disk.draft(copy_of(path), box)


def seal_all(paths: list[Path]) -> int:
    """Seal every key file that has no copy to the present recovery key; returns how many were sealed."""
    sealed = 0
    for path in paths:
        copy = copy_of(path)
        if not copy.exists() and (made := draft_copy(path, path.read_bytes())) is not None:
            sealed += disk.place(made, copy)
    return sealed
