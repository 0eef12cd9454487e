"""An upload on its way in: read back as it was, never in the open on the disk."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.protection import spool
from cases.protection.spool import PIECE_BYTES, SealedSpool


def filled(*parts):
    made = SealedSpool()
    for part in parts:
        made.write(part)
    return made


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 5])
def test_what_went_in_comes_out(size):
    data = os.urandom(size)

    made = filled(data)

    with made.reader() as file:
        assert file.read() == data
        assert made.size == size


@settings(max_examples=60)
@given(
    st.lists(st.binary(max_size=50), max_size=10),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 80)), max_size=10),
)
def test_it_is_read_like_any_other_file(parts, looks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "PIECE_BYTES", 32)
        plain = io.BytesIO(b"".join(parts))
        with filled(*parts).reader() as file:
            for at, count in looks:
                assert file.seek(at) == plain.seek(at)
                assert file.read(count) == plain.read(count)
            assert file.seek(0, os.SEEK_END) == plain.seek(0, os.SEEK_END)


def test_on_the_disk_it_is_unreadable(monkeypatch):
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 1)
    words = "山田花子の契約書".encode()
    made = filled(words * 10_000)

    with made.reader() as file:
        assert words in file.read(200)
        made._file.seek(0)
        assert words not in made._file.read()


def test_nothing_is_added_once_it_is_read():
    made = filled(b"a")
    with made.reader(), pytest.raises(ValueError, match="read already"):
        made.write(b"b")
