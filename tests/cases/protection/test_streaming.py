"""Sealed streams: they come back as they were, and no piece can be cut, moved, doubled, added or changed."""

import io
import os

import pytest

from cases.protection.sealed import SealBroken
from cases.protection.streaming import PIECE_BYTES, open_stream, seal_stream

KEY, AAD = bytes(range(32)), b"header"
PREFIX, SEALED = 7, PIECE_BYTES + 16


class Trickle(io.BytesIO):
    """Gives fewer bytes than asked for, as pipes do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 1000) if size and size > 0 else size)


def sealed(data, aad=AAD, key=KEY):
    return b"".join(seal_stream(key, io.BytesIO(data), aad))


def opened(data, aad=AAD, key=KEY):
    return b"".join(open_stream(key, io.BytesIO(data), aad))


def pieces(stream):
    body = stream[PREFIX:]
    return stream[:PREFIX], [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
@pytest.mark.parametrize("reader", [io.BytesIO, Trickle])
def test_a_stream_comes_back_as_it_was(size, reader):
    data = os.urandom(size)

    stream = b"".join(seal_stream(KEY, reader(data), AAD))

    assert b"".join(open_stream(KEY, reader(stream), AAD)) == data
    assert len(stream) == PREFIX + size + 16 * max(1, -(-size // PIECE_BYTES))


DATA = os.urandom(3 * PIECE_BYTES + 100)
STREAM = sealed(DATA)
START, (FIRST, SECOND, THIRD, LAST) = pieces(STREAM)
OTHER_START, OTHER = pieces(sealed(DATA))
WHOLE = pieces(sealed(DATA[: 2 * PIECE_BYTES]))
DAMAGE = {
    "last piece cut off": START + FIRST + SECOND + THIRD,
    "cut within a piece": STREAM[:-50],
    "cut to less than a tag": STREAM[: -len(LAST) + 5],
    "first piece dropped": START + SECOND + THIRD + LAST,
    "two pieces swapped": START + SECOND + FIRST + THIRD + LAST,
    "a piece doubled": START + FIRST + FIRST + SECOND + THIRD + LAST,
    "the last piece doubled": STREAM + LAST,
    "bytes appended": STREAM + b"\0",
    "a piece of another stream": START + FIRST + OTHER[1] + THIRD + LAST,
    "the prefix of another stream": OTHER_START + FIRST + SECOND + THIRD + LAST,
    "a bit flipped": STREAM[:100] + bytes([STREAM[100] ^ 1]) + STREAM[101:],
    "a tag flipped": STREAM[:-1] + bytes([STREAM[-1] ^ 1]),
    "whole pieces, a true end removed": WHOLE[0] + WHOLE[1][0],
    "nothing": b"",
    "the prefix alone": START,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found(kind):
    assert opened(STREAM) == DATA
    with pytest.raises(SealBroken):
        opened(DAMAGE[kind])


@pytest.mark.parametrize(("aad", "key"), [(b"another header", KEY), (AAD, bytes(32))])
def test_another_header_or_key_opens_nothing(aad, key):
    with pytest.raises(SealBroken):
        opened(STREAM, aad, key)
