"""Plain text and CSV: readable characters, and nothing that a browser would take for a page."""

import codecs
import re
from typing import BinaryIO, Final

from cases.documents.errors import FileIsOther

ENCODINGS: Final = ("utf-8-sig", "cp932")
_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CHUNK: Final = 256 * 1024
# Control characters that no text has; tab, line ends and form feed are text.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAGE: Final = re.compile(
    r"\s*(<!doctype|<html|<\?xml|<svg|<script|<head|<body|<iframe|%pdf-|\{\\rtf)", re.IGNORECASE
)


def check_text(file: BinaryIO, size: int) -> None:
    """Raises FileIsOther where the bytes are no text in UTF-8, UTF-16 or Shift_JIS, or are a page."""
    encoding = encoding_of(file)
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    is_first = True
    while True:
        data = file.read(_CHUNK)
        text = decoder.decode(data, final=not data)
        if _CONTROL.search(text) or (is_first and _PAGE.match(text)):
            raise FileIsOther
        is_first = False
        if not data:
            return


def encoding_of(file: BinaryIO) -> str:
    """The first encoding in which the whole file can be read. Raises FileIsOther where there is none."""
    file.seek(0)
    wide = _WIDE.get(file.read(2))
    for encoding in (wide,) if wide else ENCODINGS:
        if _can_be_read(file, encoding):
            return encoding
    raise FileIsOther


def _can_be_read(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while data := file.read(_CHUNK):
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def decoded(data: bytes) -> str:
    """The text of a file that `check_text` let pass."""
    encoding = _WIDE.get(data[:2]) or ENCODINGS[0]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(ENCODINGS[1], "replace")
