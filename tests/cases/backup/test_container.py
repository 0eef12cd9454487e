"""The file of a backup: it opens as it was written or not at all."""

import io
import json
import os
import struct
import uuid
from pathlib import Path

import pytest

from cases.backup import container
from cases.backup.container import MAGIC, BackupDamaged, BackupTooNew, Header, NoBackup
from cases.protection import keys
from cases.protection.streaming import seal_stream
from tests import builders

CONTENT = os.urandom(300_000)
ROWS = {"cases_case": 3}
# What the stream puts around its pieces of 64 KiB: its own start, and a tag each.
START_OF_STREAM = len(next(iter(seal_stream(bytes(32), io.BytesIO(b""), b""))))
PIECE = 64 * 1024 + 16


def silent(_done, _total):
    return None


def write(folder: Path, content=CONTENT) -> Path:
    header = Header(
        uid=uuid.uuid4(),
        taken_at=builders.RECEIVED_AT,
        database="sqlite",
        migrations={"cases": "0001_initial"},
    )
    name = container.name_of(header, builders.RECEIVED_AT) + uuid.uuid4().hex[:4] + ".backup"
    source = container.with_rows(ROWS, io.BytesIO(content))
    return container.write(folder, name, header, source, sealing=silent, reading=silent).path


def opened(file: Path) -> bytes:
    target = file.with_suffix(".opened")
    header, rows = container.open_into(file, target, step=silent)
    assert rows == ROWS
    assert header.migrations == {"cases": "0001_initial"}
    return target.read_bytes()


def cut(data: bytes) -> tuple[bytes, list[bytes]]:
    """Everything before the pieces, and the pieces."""
    (length,) = struct.unpack("!I", data[len(MAGIC) : len(MAGIC) + 4])
    at = len(MAGIC) + 4 + length + START_OF_STREAM
    return data[:at], [data[place : place + PIECE] for place in range(at, len(data), PIECE)]


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_000])
def test_a_backup_comes_back_as_it_was(size, tmp_path):
    content = os.urandom(size)

    assert opened(write(tmp_path, content)) == content


def flipped(data):
    return data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]


DAMAGE = {
    "the last piece cut off": lambda start, pieces: start + b"".join(pieces[:-1]),
    "half a file": lambda start, pieces: start + b"".join(pieces[: len(pieces) // 2]) + pieces[-1][:10],
    "two pieces swapped": lambda start, pieces: start + b"".join([pieces[1], pieces[0], *pieces[2:]]),
    "a piece doubled": lambda start, pieces: start + b"".join([pieces[0], *pieces]),
    "a bit flipped": lambda start, pieces: start + flipped(b"".join(pieces)),
    "something appended": lambda start, pieces: start + b"".join(pieces) + b"more",
    "no piece at all": lambda start, _pieces: start,
    "another moment in the header": lambda start, pieces: (
        start.replace(b"2026-11-20T", b"2026-11-21T") + b"".join(pieces)
    ),
    "a blank in the header": lambda start, pieces: (
        start.replace(b'"uid": "', b'"uid":  "') + b"".join(pieces)
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_puts_nothing_in_place(kind, tmp_path):
    file = write(tmp_path)
    assert opened(file) == CONTENT
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(DAMAGE[kind](*cut(file.read_bytes())))
    assert damaged.read_bytes() != file.read_bytes()

    with pytest.raises((BackupDamaged, NoBackup)):
        opened(damaged)

    assert not damaged.with_suffix(".opened").exists()


def test_pieces_of_another_backup_do_not_open(tmp_path):
    (start, _own), (_other, foreign) = cut(write(tmp_path).read_bytes()), cut(write(tmp_path).read_bytes())
    mixed = tmp_path / "mixed.backup"
    mixed.write_bytes(start + b"".join(foreign))

    with pytest.raises(BackupDamaged):
        opened(mixed)


def test_another_key_opens_nothing(tmp_path, settings):
    file = write(tmp_path)
    settings.KEY_DIR = tmp_path / "other keys"
    keys.forget()
    try:
        keys.prepare()
        keys.domain_key("backup")
        with pytest.raises(BackupDamaged):
            opened(file)
    finally:
        keys.forget()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NoBackup),
        (b"PK\x03\x04 another file", NoBackup),
        (MAGIC + struct.pack("!I", 2**31), NoBackup),
        (MAGIC + struct.pack("!I", 2) + b"{}", NoBackup),
        (MAGIC + struct.pack("!I", 9) + b"no header", NoBackup),
    ],
)
def test_what_is_no_backup_is_refused(content, error, tmp_path):
    file = tmp_path / "x.backup"
    file.write_bytes(content)

    with pytest.raises(error):
        container.header_of(file)


def test_a_newer_format_is_refused_by_the_name_of_its_release(tmp_path):
    header = json.dumps({"format": 2, "product": "9.0.1"}).encode()
    file = tmp_path / "x.backup"
    file.write_bytes(MAGIC + struct.pack("!I", len(header)) + header)

    with pytest.raises(BackupTooNew, match=r"9\.0\.1"):
        container.header_of(file)


def test_the_header_and_its_description_tell_nothing_personal(tmp_path):
    file = write(tmp_path)

    told = json.loads(Path(f"{file}.json").read_text())

    assert told.keys() == {
        "uid", "taken_at", "database", "migrations", "product", "format", "size", "sha256",
    }  # fmt: skip
    assert told["size"] == file.stat().st_size
