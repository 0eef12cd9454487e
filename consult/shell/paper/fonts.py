"""The Japanese font of a PDF: the system's BIZ UD or Noto, else the one that comes with the product."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError

FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# Best first: UD letters were drawn for readability; Noto has every character of the others.
_WANTED: Final = (
    ("BIZ UDPGothic", "BIZUDPGothic-Regular.ttf"),
    ("BIZ UDPGothic", "BIZ-UDPGothicR.ttc"),
    ("Noto Sans CJK JP", "NotoSansCJK-Regular.ttc"),
    ("Noto Sans JP", "NotoSansJP-Regular.otf"),
    ("Noto Sans JP", "NotoSansJP-Regular.ttf"),
)


class FontMissing(CasesError):
    """No Japanese font on this machine."""

    code: ClassVar[str] = "font_missing"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(_("日本語のフォントが見つからないため、PDFを作れません。"))


@dataclass(frozen=True)
class Font:
    """A family, the folder that holds its files, and its regular weight."""

    family: str
    file: Path

    @property
    def folder(self) -> Path:
        return self.file.parent


@cache
def japanese() -> Font:
    """The best font here. Looked up once per process. Raises FontMissing."""
    for family, name in _WANTED:
        for folder in FOLDERS:
            if found := next(iter(sorted(folder.rglob(name))), None):
                return Font(family, found)
    return _shipped()


def _shipped() -> Font:
    try:
        import pylopdf_fonts_jp
    except ImportError:
        raise FontMissing from None
    return Font("Noto Sans JP", Path(pylopdf_fonts_jp.sans_path()))


@cache
def characters(file: Path) -> frozenset[int]:
    """The code points that the font can show, out of its `cmap` table (formats 4 and 12).

    Source: OpenType specification 1.9, "cmap — Character to Glyph Index Mapping Table".
    """
    data = file.read_bytes()
    # A collection (ttc) begins with its own header; the faces of one share their characters near enough.
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for n in range(tables):
        tag, _sum, offset, _length = struct.unpack_from(">4sIII", data, start + 12 + 16 * n)
        if tag == b"cmap":
            return frozenset(_code_points(data, offset))
    return frozenset()


def _code_points(data: bytes, cmap: int) -> Iterator[int]:
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    for n in range(count):
        at = cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * n)[0]
        form = struct.unpack_from(">H", data, at)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last = struct.unpack_from(">II", data, at + 16 + 12 * group)
                yield from range(first, last + 1)
        elif form == 4:
            segments = struct.unpack_from(">H", data, at + 6)[0] // 2
            lasts = struct.unpack_from(f">{segments}H", data, at + 14)
            firsts = struct.unpack_from(f">{segments}H", data, at + 16 + 2 * segments)
            for first, last in zip(firsts, lasts, strict=True):
                yield from range(first, min(last, 0xFFFE) + 1)
