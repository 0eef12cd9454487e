"""The keys of backups: a fresh one for each file, sealed under the key of the domain `backup`.

The file carries its sealed key; the domain's key lies in KEY_DIR and never in a backup.
"""

import hashlib
import hmac
import os
import secrets
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.protection import keys
from cases.protection.keys import files
from cases.protection.sealed import SealBroken, bound

_NONCE: Final = 12
_PURPOSE: Final = b"backup key 1"


def new_key(backup_uid: UUID) -> tuple[bytes, bytes]:
    """A key for one backup file, in the open and as the file carries it."""
    key, nonce = secrets.token_bytes(keys.KEY_BYTES), os.urandom(_NONCE)
    return key, nonce + AESGCM(keys.domain_key("backup")).encrypt(nonce, key, _context(backup_uid))


def opened_key(backup_uid: UUID, wrapped: bytes) -> bytes:
    """The key of a backup file; no domain key is made for it.

    Raises KeyMissing, and SealBroken where the file or the key is another one.
    """
    try:
        return AESGCM(files.read("backup", "v1")).decrypt(
            wrapped[:_NONCE], wrapped[_NONCE:], _context(backup_uid)
        )
    except (InvalidTag, ValueError):
        raise SealBroken from None


def mac(data: bytes) -> bytes:
    """32 bytes that only holders of the backup key can make: for lists that lie beside the backups."""
    key = hmac.digest(keys.domain_key("backup"), b"list beside backups 1", hashlib.sha256)
    return hmac.digest(key, data, hashlib.sha256)


def _context(backup_uid: UUID) -> bytes:
    return bound(_PURPOSE, backup_uid.bytes)
