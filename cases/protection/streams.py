"""Uploaded files, sealed in pieces: no piece can be cut off, swapped, doubled or moved without being noticed.

A piece carries its position and whether it is the last one inside what is sealed; its row, its owner and the
label are bound by the sealer, and so is the case that a file belongs to (`belongs_to`), so that a file moved to another
case does not open. The columns `position` and `is_last` only help to find the pieces in order.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from django.db import transaction

from cases.protection import keys
from cases.protection.models import SealedChunk
from cases.protection.sealed import Owner, SealBroken, Sealed, Sealer, label_of

PIECE_BYTES: Final = 256 * 1024
_PLACE: Final = struct.Struct("!IB")  # position, is_last
_FETCHED_AT_ONCE: Final = 8


@transaction.atomic
def store(
    owner: Owner, chunks: Iterable[bytes], *, centre_uid: UUID, cohort: int, belongs_to: UUID | None = None
) -> int:
    """Seal a file under a fresh key of its owner; returns its size in bytes. An empty file is a file.

    `cohort` is the fiscal year whose key wraps it. `chunks` may have any sizes and should be at hand:
    SQLite's write lock is held while they are read. Raises IntegrityError where the owner already has a file.
    """
    key, sealer = keys.create(owner, centre_uid=centre_uid, cohort=cohort)
    key.save(force_insert=True)
    size = 0
    held: bytes | None = None
    position = 0
    for piece in _pieces(chunks):
        if held is not None:
            _write(sealer, position, held, belongs_to, is_last=False)
            position += 1
        held = piece
        size += len(piece)
    _write(sealer, position, held or b"", belongs_to, is_last=True)
    return size


def iter_pieces(owner: Owner, *, belongs_to: UUID | None = None) -> Iterator[bytes]:
    """The pieces in order, each verified before it is given out.

    The file is whole only if the iteration ends without SealBroken: whoever passes pieces on must be able to
    take them back. Raises KeyMissing where there is no such file, or its key was destroyed.
    """
    sealer = keys.sealer(owner)
    rows = SealedChunk.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid).order_by("position")
    ended = False
    for expected, row in enumerate(rows.iterator(chunk_size=_FETCHED_AT_ONCE)):
        if row.data is None:
            raise SealBroken
        opened = sealer.opened_bytes(_label(row, belongs_to), row.uid, row.data.envelope)
        position, is_last = _PLACE.unpack_from(opened)
        if position != expected:
            raise SealBroken
        ended = bool(is_last)
        yield opened[_PLACE.size :]
    if not ended:
        raise SealBroken


def read(owner: Owner) -> bytes:
    """The whole file, or nothing: raises SealBroken, KeyMissing."""
    return b"".join(list(iter_pieces(owner)))


@transaction.atomic
def erase(owner: Owner) -> None:
    """Delete the file and destroy its key. Nothing happens where there is none."""
    SealedChunk.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid).delete()
    keys.destroy(owner)


def _write(sealer: Sealer, position: int, piece: bytes, belongs_to: UUID | None, *, is_last: bool) -> None:
    row = SealedChunk(
        owner_kind=sealer.owner.kind, owner_uid=sealer.owner.uid, position=position, is_last=is_last
    )
    data = _PLACE.pack(position, is_last) + piece
    row.data = Sealed(sealer.sealed_bytes(_label(row, belongs_to), row.uid, data))
    row.save(force_insert=True)


def _label(row: SealedChunk, belongs_to: UUID | None) -> str:
    label = label_of(row, "data")
    return label if belongs_to is None else f"{label}@{belongs_to.hex}"


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PIECE_BYTES, the last one shorter; none for an empty file."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= PIECE_BYTES:
            yield bytes(buffer[:PIECE_BYTES])
            del buffer[:PIECE_BYTES]
    if buffer:
        yield bytes(buffer)
