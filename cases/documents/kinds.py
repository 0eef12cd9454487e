"""The kinds of file that are taken. What is not in this list is refused: pages, drawings and programs above all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from cases.documents import media, office, texts
from cases.documents.office import Office

Check = Callable[[BinaryIO, int], None]
"""Reads a file of the given size and raises a `FileRefused` unless it is what its ending says."""


class Shown(StrEnum):
    """How a kind is looked at on a page of ours."""

    PICTURE = "PICTURE"  # drawn anew
    PAGES = "PAGES"  # each page as a picture
    TEXT = "TEXT"
    NOT = "NOT"  # only taken away


@dataclass(frozen=True)
class Kind:
    """One kind: endings of its names, its media type, the endings that a second opinion may give it."""

    code: str
    label: str
    endings: tuple[str, ...]
    media_type: str
    shown: Shown
    check: Check
    also_called: tuple[str, ...] = ()


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind("PDF", "PDF", (".pdf",), "application/pdf", Shown.PAGES, media.check_pdf),
        Kind("PNG", "PNG", (".png",), "image/png", Shown.PICTURE, media.check_png, (".apng",)),
        Kind(
            "JPEG", "JPEG", (".jpg", ".jpeg"), "image/jpeg", Shown.PICTURE, media.check_jpeg,
            (".jfif", ".jpe"),
        ),
        Kind("GIF", "GIF", (".gif",), "image/gif", Shown.PICTURE, media.check_gif),
        Kind("WEBP", "WebP", (".webp",), "image/webp", Shown.PICTURE, media.check_webp),
        Kind(
            "HEIC", "HEIC", (".heic", ".heif"), "image/heic", Shown.NOT, media.check_heic,
            (".mif1", ".heics"),
        ),
        Kind("TXT", "TXT", (".txt",), "application/octet-stream", Shown.TEXT, texts.check_text),
        Kind("CSV", "CSV", (".csv",), "application/octet-stream", Shown.TEXT, texts.check_text),
        Kind(
            "DOCX", "Word (docx)", (".docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Shown.NOT, office.checker(Office.WORD), (".zip",),
        ),
        Kind(
            "XLSX", "Excel (xlsx)", (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Shown.NOT, office.checker(Office.EXCEL), (".zip",),
        ),
        Kind("MP3", "MP3", (".mp3",), "audio/mpeg", Shown.NOT, media.check_mp3, (".mpga",)),
        Kind(
            "M4A", "M4A", (".m4a",), "audio/mp4", Shown.NOT, media.check_m4a,
            (".mp4", ".f4a", ".mov", ".3gp"),
        ),
        Kind("WAV", "WAV", (".wav",), "audio/wav", Shown.NOT, media.check_wav),
    )
}  # fmt: skip

_BY_ENDING: Final = {ending: kind for kind in KINDS.values() for ending in kind.endings}
ENDINGS: Final = tuple(_BY_ENDING)


def of_ending(ending: str) -> Kind | None:
    """The kind that an ending such as `.pdf` promises, in any case; None where it is not taken."""
    return _BY_ENDING.get(ending.lower())


def names() -> str:
    """The list in words, for people."""
    return str(_("、")).join(kind.label for kind in KINDS.values())
