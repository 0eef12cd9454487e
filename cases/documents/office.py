"""Word and Excel: a packet of small files, unfolded here to see how large it is and that nothing in it runs."""

import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import BinaryIO, Final

from cases.documents.errors import FileHasProgram, FileIsOther, FileLocked, FileUnfolds, FileUnreadable

MOST_PARTS: Final = 3000
MOST_BYTES: Final = 200 * 1024 * 1024
"""Unfolded. The largest workbook of a centre that we could make up has 40 MB."""

MOST_FOLDING: Final = 500
"""How many times larger than its packed form one part may be; long tables of one text reach 200."""

_FOLDING_COUNTS_FROM: Final = 1024 * 1024
_CHUNK: Final = 256 * 1024
_RUNS: Final = ("vbaproject", "activex", "macrosheets", "customui", "oleobject", "/embeddings/")
_TYPES: Final = "[Content_Types].xml"


class Office(StrEnum):
    WORD = "word/document.xml"
    EXCEL = "xl/workbook.xml"


def checker(office: Office) -> Callable[[BinaryIO, int], None]:
    def check(file: BinaryIO, size: int) -> None:
        check_office(file, office)

    return check


def check_office(file: BinaryIO, office: Office) -> None:
    """Whether the packet is a document of that program. Raises a `FileRefused`.

    Every part is unfolded and counted: what a packet says of its own size is only believed where it is too large.
    """
    start = file.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # a document with a password, or of before 2007
        raise FileLocked
    if start[:4] != b"PK\x03\x04":
        raise FileIsOther
    try:
        with zipfile.ZipFile(file) as packet:
            parts = packet.infolist()
            _check_frame(parts)
            names = {part.filename for part in parts}
            if office not in names or _TYPES not in names:
                raise FileIsOther
            _check_runs(packet, names)
            _unfold(packet, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, UnicodeDecodeError):
        raise FileUnreadable from None


def _check_frame(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise FileUnfolds
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.flag_bits & 1:
            raise FileLocked
        # Parts that lie over each other are one that unfolds many times; a gap before the first is another file.
        if part.header_offset < end or (end == 0 and part.header_offset != 0):
            raise FileIsOther
        end = part.header_offset + part.compress_size + 30
        if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
            raise FileIsOther


def _check_runs(packet: zipfile.ZipFile, names: set[str]) -> None:
    if any(word in f"/{name}".lower() for name in names for word in _RUNS):
        raise FileHasProgram
    with packet.open(_TYPES) as part:
        if b"macroenabled" in part.read(_CHUNK).lower():
            raise FileHasProgram
    # A template fetched from elsewhere brings its programs with it.
    for name in (name for name in names if name.endswith("settings.xml.rels")):
        with packet.open(name) as part:
            if b"attachedtemplate" in part.read(_CHUNK).lower():
                raise FileHasProgram


def _unfold(packet: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    total = 0
    for part in parts:
        own = 0
        with packet.open(part) as opened:
            while piece := opened.read(_CHUNK):
                own += len(piece)
                total += len(piece)
                folded_too_far = (
                    own > _FOLDING_COUNTS_FROM and own > max(1, part.compress_size) * MOST_FOLDING
                )
                if total > MOST_BYTES or folded_too_far:
                    raise FileUnfolds
