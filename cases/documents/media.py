"""Pictures, PDF and sound: whether the bytes are what the ending says, from their first to their last.

These look at the frame of a file, in order not to open it: pictures and pages are decoded in a process of their own
(`cases.documents.drawing`).
"""

import struct
import zlib
from typing import BinaryIO, Final

from cases.documents.errors import FileIsOther, FileUnfolds, FileUnreadable

MOST_PIXELS: Final = 120_000_000
"""A little above the largest photos of telephones (108 megapixels); 480 MB when decoded."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNK: Final = 1024 * 1024
# Brands of ISO files; the first names what the file is, `compatible` follow.
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_M4A_BRANDS: Final = frozenset(
    {b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"3gp4", b"3gp5", b"qt  "}
)
_PDF_TAIL: Final = 2048


def check_pdf(file: BinaryIO, size: int) -> None:
    """A PDF begins with its own name and ends with its own end; what stands behind it is another file."""
    if _exactly(file, 5) != b"%PDF-":
        raise FileIsOther
    file.seek(max(0, size - _PDF_TAIL))
    tail = file.read(_PDF_TAIL)
    _before, found, behind = tail.rpartition(b"%%EOF")
    if not found:
        raise FileUnreadable
    if behind.strip(b"\r\n\t \x00"):
        raise FileIsOther


def check_png(file: BinaryIO, size: int) -> None:
    """Every chunk in its place with its sum, the end at the end."""
    if _exactly(file, len(_PNG)) != _PNG:
        raise FileIsOther
    is_first = True
    while True:
        length, name = struct.unpack("!I4s", _exactly(file, 8))
        if length > size:
            raise FileUnreadable
        sum_ = zlib.crc32(name)
        head = b""
        left = length
        while left:
            part = _exactly(file, min(left, _CHUNK))
            head = head or part[:8]
            sum_ = zlib.crc32(part, sum_)
            left -= len(part)
        if struct.unpack("!I", _exactly(file, 4))[0] != sum_ or is_first != (name == b"IHDR"):
            raise FileUnreadable
        if is_first:
            if length != 13:
                raise FileUnreadable
            _bounded(*struct.unpack("!II", head))
            is_first = False
        if name == b"IEND":
            break
    if file.tell() != size:
        raise FileIsOther


def check_jpeg(file: BinaryIO, size: int) -> None:
    """Segments up to the picture itself, and an end. Telephones put short films behind it: those stay."""
    if _exactly(file, 2) != b"\xff\xd8":
        raise FileIsOther
    is_measured = False
    while True:
        marker = _marker(file)
        if marker in (0x01, *range(0xD0, 0xD8)):
            continue
        length = struct.unpack("!H", _exactly(file, 2))[0]
        if length < 2:
            raise FileUnreadable
        body = _exactly(file, length - 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack("!HH", body[1:5]) if len(body) >= 5 else (0, 0)
            _bounded(width, height)
            is_measured = True
        if marker == 0xDA:  # the picture follows
            break
    if not is_measured or not _has_ahead(file, b"\xff\xd9"):
        raise FileUnreadable


def check_gif(file: BinaryIO, size: int) -> None:
    if _exactly(file, 6) not in (b"GIF87a", b"GIF89a"):
        raise FileIsOther
    _bounded(*struct.unpack("<HH", _exactly(file, 4)))
    file.seek(max(0, size - 64))
    if not file.read(64).rstrip(b"\x00").endswith(b"\x3b"):
        raise FileUnreadable


def check_webp(file: BinaryIO, size: int) -> None:
    name, stated, form = struct.unpack("<4sI4s", _exactly(file, 12))
    if name != b"RIFF" or form != b"WEBP":
        raise FileIsOther
    if not 0 <= size - (stated + 8) <= 1:
        raise FileIsOther if size > stated + 8 else FileUnreadable
    chunk, _length, head = struct.unpack("<4sI10s", _exactly(file, 18))
    if chunk == b"VP8X":
        wide, high = (int.from_bytes(part, "little") + 1 for part in (head[4:7], head[7:10]))
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        wide, high = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        wide, high = (number & 0x3FFF for number in struct.unpack("<HH", head[6:10]))
    else:
        raise FileUnreadable
    _bounded(wide, high)


def check_heic(file: BinaryIO, size: int) -> None:
    _check_boxes(file, size, _HEIC_BRANDS, needed=b"meta")


def check_m4a(file: BinaryIO, size: int) -> None:
    _check_boxes(file, size, _M4A_BRANDS, needed=b"moov")


def check_wav(file: BinaryIO, size: int) -> None:
    """The stated length may be wrong: recorders that are switched off do not write it."""
    name, _stated, form = struct.unpack("<4sI4s", _exactly(file, 12))
    if name not in (b"RIFF", b"RF64") or form != b"WAVE":
        raise FileIsOther
    if b"fmt " not in file.read(4096):
        raise FileUnreadable


_MP3_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_RATES_LOW: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SAMPLES: Final = (44100, 48000, 32000)


def check_mp3(file: BinaryIO, size: int) -> None:
    """Behind the tag two frames in a row: one could be chance."""
    head = _exactly(file, 10)
    start = 0
    if head[:3] == b"ID3":
        a, b, c, d = (number & 0x7F for number in head[6:10])
        start = 10 + (a << 21 | b << 14 | c << 7 | d)
    file.seek(start)
    sound = file.read(64 * 1024).lstrip(b"\x00")
    length = _mp3_frame(sound)
    if length == 0:
        raise FileIsOther if start == 0 else FileUnreadable
    if len(sound) >= length + 4 and _mp3_frame(sound[length:]) == 0:
        raise FileIsOther


def _mp3_frame(sound: bytes) -> int:
    """The length of the frame that begins here, in bytes; 0 where none does. Layer III alone."""
    if len(sound) < 4 or sound[0] != 0xFF or sound[1] & 0xE6 != 0xE2:
        return 0
    version = sound[1] >> 3 & 3  # 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    rate, sampling = sound[2] >> 4, sound[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sampling == 3:
        return 0
    bits = (_MP3_RATES if version == 3 else _MP3_RATES_LOW)[rate] * 1000
    samples = _MP3_SAMPLES[sampling] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if version == 3 else 72) * bits // samples + (sound[2] >> 1 & 1)


# --- parts ------------------------------------------------------------------------------------------------------
def _exactly(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise FileUnreadable
    return found


def _bounded(width: int, height: int) -> None:
    if not (width and height):
        raise FileUnreadable
    if width * height > MOST_PIXELS:
        raise FileUnfolds


def _marker(file: BinaryIO) -> int:
    """The next marker of a JPEG; filling bytes before it are allowed."""
    if _exactly(file, 1) != b"\xff":
        raise FileUnreadable
    while (number := _exactly(file, 1)[0]) == 0xFF:
        pass
    return number


def _has_ahead(file: BinaryIO, wanted: bytes) -> bool:
    kept = b""
    while part := file.read(_CHUNK):
        if wanted in kept + part:
            return True
        kept = part[-len(wanted) + 1 :]
    return False


def _check_boxes(file: BinaryIO, size: int, brands: frozenset[bytes], *, needed: bytes) -> None:
    """An ISO file: boxes one behind the other from the first byte to the last."""
    at, seen = 0, set()
    while at < size:
        file.seek(at)
        length, name = struct.unpack("!I4s", _exactly(file, 8))
        if at == 0:
            if name != b"ftyp":
                raise FileIsOther
            if file.read(4) not in brands:
                raise FileIsOther
            file.seek(8)
        if length == 1:
            length = struct.unpack("!Q", _exactly(file, 8))[0]
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            raise FileUnreadable
        seen.add(name)
        at += length
    if needed not in seen:
        raise FileUnreadable
