"""Which character encoding a text file is in: the four that offices in Japan exchange."""

import codecs
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.files.errors import FileNotUnderstood


@dataclass(frozen=True)
class Encoding:
    """`codec` is Python's name (it takes a BOM off by itself), `label` the word for the screen."""

    codec: str
    label: str


# Bytes that Python's cp932 passes through without a character behind them, and control characters: together
# they mean that the bytes are no text. Tab, line feed, carriage return and form feed are.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xa0\uf8f0-\uf8f3]")
_ONLY_HALF_WIDTH_KANA = re.compile("[\x00-\x7f\uff61-\uff9f]*")


def sniff(data: bytes) -> Encoding:
    """UTF-8 with or without BOM, UTF-16 with BOM, or CP932 (Windows-31J); plain ASCII counts as UTF-8.

    The whole text must decode, so a file cut inside a character is refused. Raises FileNotUnderstood.
    """
    encoding, text = _decoded(data)
    if "\0" in text:
        raise FileNotUnderstood(
            "binary", _("文字でないデータ(NUL)が含まれています。文字のファイルではありません。")
        )
    if encoding.codec == "cp932" and _NO_TEXT.search(text):
        raise _unknown()
    return encoding


def _decoded(data: bytes) -> tuple[Encoding, str]:
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, Encoding("utf-8-sig", _("UTF-8(BOM付き)")))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, Encoding("utf-16", _("UTF-16")))
    cp932 = Encoding("cp932", _("Shift_JIS(CP932)"))
    if b"\x1b$" in data:
        raise FileNotUnderstood(
            "encoding", _("JIS(ISO-2022-JP)のファイルは読めません。UTF-8かShift_JISで保存し直してください。")
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, cp932)
    if not data.isascii() and _is_half_width_kana(data):
        return _strict(data, cp932)
    return Encoding("utf-8", _("UTF-8")), text


def _strict(data: bytes, encoding: Encoding) -> tuple[Encoding, str]:
    try:
        return encoding, data.decode(encoding.codec)
    except UnicodeDecodeError:
        raise _unknown() from None


def _is_half_width_kana(data: bytes) -> bool:
    """Whether the bytes, valid as UTF-8, read as nothing but half-width kana in CP932.

    A pair such as C2 B1 is `±` in UTF-8 and `ﾂｱ` in CP932; a whole file of them is a list of kana names.
    """
    try:
        return _ONLY_HALF_WIDTH_KANA.fullmatch(data.decode("cp932")) is not None
    except UnicodeDecodeError:
        return False


def _unknown() -> FileNotUnderstood:
    return FileNotUnderstood(
        "encoding", _("文字コードが分かりません。UTF-8かShift_JIS(CP932)で保存し直してください。")
    )
