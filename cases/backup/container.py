"""The file of a backup: a header in the clear, then one sealed stream.

    MADOGUCHI-BACKUP\n · length (4 bytes) · header (JSON) · stream

The header names uid, format, moment, product version, kind of database, its newest migrations and the sealed key:
nothing personal. It is bound into every piece of the stream, so a changed header opens nothing. The stream holds the
rows per table and then the database, compressed. What it cannot hide is its size. Beside the file stands
`<name>.json` with the header, the size and the SHA-256, for whoever wants to check a copy without any key.
"""

import hashlib
import io
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases.backup.places import in_words, sync_folder, write_whole
from cases.backup.telling import MIB, Step
from cases.errors import CasesError
from cases.protection import backup_seal
from cases.protection.sealed import SealBroken
from cases.protection.streaming import Reader, open_stream, seal_stream
from cases.version import VERSION

FORMAT: Final = 1
MAGIC: Final = b"MADOGUCHI-BACKUP\n"
ENDING: Final = ".backup"
PARTIAL: Final = ".partial"
_LENGTH: Final = struct.Struct("!I")
_LONGEST_HEADER: Final = 64 * 1024
# Most of the content is ciphertext: level 1 takes what pages and indexes give, at ten times the speed of 6.
_LEVEL: Final = 1


class NoBackup(CasesError):
    """The file is no backup of this product, or only a part of one."""

    code: ClassVar[str] = "no_backup"
    status: ClassVar[int] = 400

    def __init__(self) -> None:
        super().__init__(_("このファイルは窓口の控えではないか、途中で切れています。"))


class BackupTooNew(CasesError):
    """A newer release made the backup: this one would misread it."""

    code: ClassVar[str] = "backup_too_new"
    status: ClassVar[int] = 409

    def __init__(self, product: str) -> None:
        super().__init__(
            _(
                "この控えは、より新しい版(%(version)s)で作られています。製品をその版に上げてから戻してください。"
            )
            % {"version": product}
        )


class BackupDamaged(CasesError):
    """Some piece of the file is not as it was written, or the key is another one."""

    code: ClassVar[str] = "backup_damaged"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "この控えは壊れているか、鍵が違います。何も戻していません。別の控えか、正しい鍵で試してください。"
            )
        )


@dataclass(frozen=True)
class Header:
    """What anybody may read of a backup."""

    uid: UUID
    taken_at: datetime
    database: str
    migrations: Mapping[str, str]
    product: str = VERSION
    format: int = FORMAT

    def as_json(self, **more: Any) -> bytes:
        plain = asdict(self) | {"uid": str(self.uid), "taken_at": self.taken_at.isoformat()} | more
        return json.dumps(plain, sort_keys=True).encode("ascii")


@dataclass(frozen=True)
class Written:
    """A finished file: verified by reading it back from the disk."""

    path: Path
    size: int
    digest: str


# --- Writing ----------------------------------------------------------------------------------------------------
def name_of(header: Header, local: datetime) -> str:
    """Its moment on the wall clock and the start of its uid."""
    return f"madoguchi-{local:%Y%m%d-%H%M}-{header.uid.hex[:8]}{ENDING}"


def write(
    folder: Path, name: str, header: Header, content: Reader, *, sealing: Step, reading: Step
) -> Written:
    """Seal `content` into `folder`: under a partial name, onto the disk, read back, and only then by its name.

    Raises PlaceRefused, and whatever the listeners raise; then nothing is left but what was there.
    """
    partial = folder / f".{name}{PARTIAL}"
    with in_words(folder):
        try:
            written = _seal_into(partial, header, content, sealing)
            if _digest_of(partial, reading) != (written.size, written.digest):
                raise BackupDamaged
            partial.replace(folder / name)
            sync_folder(folder)
        finally:
            partial.unlink(missing_ok=True)
        write_whole(folder / f"{name}.json", header.as_json(size=written.size, sha256=written.digest) + b"\n")
    return Written(folder / name, written.size, written.digest)


def _seal_into(path: Path, header: Header, content: Reader, sealing: Step) -> Written:
    key, wrapped = backup_seal.new_key(header.uid)
    plain = header.as_json(key=wrapped.hex())
    start = MAGIC + _LENGTH.pack(len(plain)) + plain
    digest, size = hashlib.sha256(start), len(start)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb", buffering=MIB) as file:
        file.write(start)
        for piece in seal_stream(key, _Chunks(_deflated(content, sealing)), start):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return Written(path, size, digest.hexdigest())


def _deflated(content: Reader, step: Step) -> Iterator[bytes]:
    packer, done = zlib.compressobj(_LEVEL), 0
    while data := content.read(MIB):
        yield packer.compress(data)
        done += len(data)
        step(done, None)
    yield packer.flush()


def _digest_of(path: Path, step: Step) -> tuple[int, str]:
    """Size and SHA-256 as they come from the disk, not from the memory of what was written."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while data := file.read(MIB):
            digest.update(data)
            done += len(data)
            step(done, total)
    return done, digest.hexdigest()


class _Chunks:
    """Bytes that come in chunks, read in any sizes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        while len(self._held) < size and (chunk := next(self._chunks, None)) is not None:
            self._held += chunk
        data = bytes(self._held[:size])
        del self._held[:size]
        return data


# --- Reading ----------------------------------------------------------------------------------------------------
def header_of(path: Path) -> Header:
    """What the file says of itself; genuine only once its stream has opened. Raises NoBackup, BackupTooNew."""
    with path.open("rb") as file:
        return _header(file)[0]


def _header(file: IO[bytes]) -> tuple[Header, bytes, bytes]:
    """The header, the sealed key, and the bytes that are bound into the stream."""
    lead = file.read(len(MAGIC) + _LENGTH.size)
    if len(lead) < len(MAGIC) + _LENGTH.size or not lead.startswith(MAGIC):
        raise NoBackup
    (length,) = _LENGTH.unpack(lead[len(MAGIC) :])
    plain = file.read(length) if length <= _LONGEST_HEADER else b""
    try:
        read = json.loads(plain)
        if read["format"] > FORMAT:
            raise BackupTooNew(str(read["product"])[:20])
        header = Header(
            uid=UUID(read["uid"]),
            taken_at=datetime.fromisoformat(read["taken_at"]),
            database=str(read["database"]),
            migrations=dict(read["migrations"]),
            product=str(read["product"]),
            format=int(read["format"]),
        )
        return header, bytes.fromhex(read["key"]), lead + plain
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoBackup from None


def open_into(path: Path, target: Path, *, step: Step) -> tuple[Header, dict[str, int]]:
    """Open the whole backup into `target`, a new file; returns its header and the rows per table.

    `target` is the database only once this returns. Raises NoBackup, BackupTooNew, BackupDamaged, KeyMissing,
    PlaceFull where the disk of `target` has no room.
    """
    total = path.stat().st_size
    with path.open("rb", buffering=MIB) as file:
        header, wrapped, start = _header(file)
        try:
            key = backup_seal.opened_key(header.uid, wrapped)
            opened = _Chunks(_inflated(open_stream(key, _Watched(file, total, step), start)))
            rows = _rows(opened)
            with in_words(target.parent):
                _copy(opened, target)
        except (SealBroken, zlib.error):
            target.unlink(missing_ok=True)
            raise BackupDamaged from None
    return header, rows


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        yield unpacker.decompress(piece)
    yield unpacker.flush()
    if not unpacker.eof or unpacker.unused_data:
        raise SealBroken


def _copy(opened: _Chunks, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb", buffering=MIB) as file:
        while data := opened.read(MIB):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())


class _Watched:
    """A file that says how far it has been read."""

    def __init__(self, file: IO[bytes], total: int, step: Step) -> None:
        self._file, self._total, self._step = file, total, step

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        self._step(self._file.tell(), self._total)
        return data


# --- Rows per table, the first thing in the stream ----------------------------------------------------------------
def with_rows(rows: Mapping[str, int], database: Reader) -> Reader:
    """The content of the stream: how many rows each table has, then the database."""
    told = json.dumps(dict(rows), sort_keys=True).encode("ascii")
    return _After(io.BytesIO(_LENGTH.pack(len(told)) + told), database)


class _After:
    def __init__(self, *readers: Reader) -> None:
        self._readers = list(readers)

    def read(self, size: int, /) -> bytes:
        while self._readers:
            if data := self._readers[0].read(size):
                return data
            self._readers.pop(0)
        return b""


def _rows(opened: _Chunks) -> dict[str, int]:
    lead = opened.read(_LENGTH.size)
    if len(lead) < _LENGTH.size:
        raise SealBroken
    rows: dict[str, int] = json.loads(opened.read(_LENGTH.unpack(lead)[0]))
    return rows
