"""Bytes that search keeps beside its index, sealed by the index key: words in a file that nobody else may read."""

import uuid
from typing import Final

from cases.protection import keys
from cases.protection.sealed import Owner, Sealer

_OWNER: Final = Owner("index", uuid.UUID(int=0))
_LABEL: Final = "index.file"


def sealed(purpose: str, data: bytes) -> bytes:
    """An envelope that opens for the same purpose alone. `purpose` names one file for good. Raises KeyMissing."""
    return _sealer(purpose).sealed_bytes(_LABEL, _OWNER.uid, data)


def opened(purpose: str, envelope: bytes) -> bytes:
    """Raises SealBroken, KeyMissing."""
    return _sealer(purpose).opened_bytes(_LABEL, _OWNER.uid, envelope)


def _sealer(purpose: str) -> Sealer:
    return Sealer(_OWNER, keys.derived(f"file/{purpose}"))
