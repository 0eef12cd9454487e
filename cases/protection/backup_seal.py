"""The keys of backups: a fresh one for each file, sealed under the key of the domain `backup`.

The file carries its sealed key; the domain's key lies in KEY_DIR and never in a backup.
"""

import os
import secrets
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.protection import keys
from cases.protection.sealed import SealBroken, bound

_NONCE: Final = 12
_PURPOSE: Final = b"backup key 1"


def new_key(backup_uid: UUID) -> tuple[bytes, bytes]:
    """A key for one backup file, in the open and as the file carries it."""
    key, nonce = secrets.token_bytes(keys.KEY_BYTES), os.urandom(_NONCE)
    return key, nonce + AESGCM(keys.domain_key("backup")).encrypt(nonce, key, _context(backup_uid))


def opened_key(backup_uid: UUID, wrapped: bytes) -> bytes:
    """The key of a backup file. Raises KeyMissing, and SealBroken where the file or the key is another one."""
    try:
        return AESGCM(keys.domain_key("backup")).decrypt(
            wrapped[:_NONCE], wrapped[_NONCE:], _context(backup_uid)
        )
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _context(backup_uid: UUID) -> bytes:
    return bound(_PURPOSE, backup_uid.bytes)
