"""Files sealed as a stream (the STREAM construction): nothing of any size need be held in memory.

A random prefix of 7 bytes comes first; then pieces of 64 KiB, each sealed under prefix + counter + last-piece flag.
A piece that was cut off, swapped, doubled, appended, or taken from another file does not open. Nothing is whole
before the last piece has opened: whoever passes pieces on must be able to take them back.
"""

import os
import struct
from collections.abc import Iterator
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.protection.sealed import SealBroken

PIECE_BYTES: Final = 64 * 1024
_TAG: Final = 16
_PREFIX: Final = 7
_PLACE: Final = struct.Struct("!IB")  # counter, is_last
_MOST_PIECES: Final = 2**32


class Reader(Protocol):
    """What is read from: an open file, a pipe. Fewer bytes than asked for do not mean the end; none do."""

    def read(self, size: int, /) -> bytes: ...


def seal_stream(key: bytes, reader: Reader, aad: bytes) -> Iterator[bytes]:
    """The sealed bytes of everything in `reader`. `key` must be fresh for this stream; `aad` is bound to each piece.

    Raises OverflowError beyond 2^32 pieces (256 TiB).
    """
    cipher, prefix = AESGCM(key), os.urandom(_PREFIX)
    yield prefix
    for counter, piece, is_last in _places(reader, PIECE_BYTES):
        yield cipher.encrypt(prefix + _PLACE.pack(counter, is_last), piece, aad)


def open_stream(key: bytes, reader: Reader, aad: bytes) -> Iterator[bytes]:
    """The pieces in order, each verified before it is given out. Raises SealBroken at the first that is not genuine.

    The stream is whole only where the iteration ends without SealBroken.
    """
    cipher, prefix = AESGCM(key), _exactly(reader, _PREFIX)
    if len(prefix) < _PREFIX:
        raise SealBroken
    for counter, piece, is_last in _places(reader, PIECE_BYTES + _TAG):
        try:
            yield cipher.decrypt(prefix + _PLACE.pack(counter, is_last), piece, aad)
        except (InvalidTag, ValueError):  # ValueError: shorter than its tag
            raise SealBroken from None


def _places(reader: Reader, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """(counter, piece, is last): all but the last have `size` bytes; an empty stream is one empty last piece."""
    counter, piece = 0, _exactly(reader, size)
    while True:
        following = _exactly(reader, size) if len(piece) == size else b""
        yield counter, piece, not following
        if not following:
            return
        counter, piece = counter + 1, following
        if counter >= _MOST_PIECES:
            raise OverflowError("a sealed stream has at most 2^32 pieces")


def _exactly(reader: Reader, size: int) -> bytes:
    """`size` bytes, fewer only at the end of the stream."""
    data = reader.read(size)
    if len(data) == size or not data:
        return data
    parts, missing = [data], size - len(data)
    while missing and (data := reader.read(missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)
