"""Whether a file is taken: by its ending, its size, its content, and a scanner where one is set up.

The order is from cheap to dear. Nothing here stores anything; what is refused leaves no trace but the count of it.
"""

import re
from pathlib import PurePath
from typing import BinaryIO, ClassVar, Final

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _

from cases.documents import kinds, pictures, scanner
from cases.documents.errors import (
    FileEmpty,
    FileIsOther,
    FileLocked,
    FileRefused,
    FileTooLarge,
    FileUnreadable,
)
from cases.documents.kinds import Kind, Shown
from cases.documents.pictures import NotShown

_HEAD: Final = 4096
_TAIL: Final = (
    66_000  # the end of a packet may stand as far as a comment of 65,535 bytes before the last byte
)
# What a browser that guesses (or somebody who renames the file) would take for a page with a program.
_PAGE: Final = re.compile(rb"<\s*(!doctype|html|script|svg|iframe|body|head)\b|<\?php", re.IGNORECASE)
_PACKED: Final = frozenset({"DOCX", "XLSX"})
_TEXTS: Final = frozenset({"TXT", "CSV"})


class FileKindRefused(FileRefused):
    code: ClassVar[str] = "file_kind_refused"

    def __init__(self) -> None:
        super().__init__(_("この種類は受け取れません。%(kinds)s にしてください。") % {"kinds": kinds.names()})


def checked(name: str, file: BinaryIO, size: int) -> Kind:
    """The kind of a file that may be stored. Raises a `FileRefused` for every other.

    `size` in bytes; `file` can be sought. The name counts for its ending alone.
    """
    if size == 0:
        raise FileEmpty
    if size > settings.UPLOAD_LIMIT:
        raise FileTooLarge
    kind = kinds.of_ending(PurePath(name).suffix)
    if kind is None:
        raise FileKindRefused
    _is_one_thing(kind, file, size)
    file.seek(0)
    kind.check(file, size)
    if kind.code not in _TEXTS and not _second_opinion(kind, file):
        raise FileIsOther
    if kind.shown in (Shown.PICTURE, Shown.PAGES):
        _can_be_drawn(kind, file)
    scanner.scan(file)
    return kind


def _is_one_thing(kind: Kind, file: BinaryIO, size: int) -> None:
    """Refuse what is two things at once: a picture that is also a page, a document that is also a packet."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    if kind.code not in _TEXTS and (_PAGE.search(head[:1024]) or _PAGE.search(tail[-1024:])):
        raise FileIsOther
    if kind.code not in _PACKED and b"PK\x05\x06" in tail and b"PK\x01\x02" in tail:
        raise FileIsOther


def _second_opinion(kind: Kind, file: BinaryIO) -> bool:
    """Whether puremagic finds the same kind at the beginning; where it knows nothing it does not object."""
    file.seek(0)
    try:
        found = {match.extension for match in puremagic.magic_string(file.read(_HEAD))}
    except (puremagic.PureError, ValueError):
        return True
    return not found or not found.isdisjoint({*kind.endings, *kind.also_called})


def _can_be_drawn(kind: Kind, file: BinaryIO) -> None:
    """Open it once in a process of its own. Too slow or too large is not wrong: it is kept and not shown."""
    answer = pictures.examined(kind, file)
    if answer is NotShown.LOCKED:
        raise FileLocked
    if answer is NotShown.UNREADABLE:
        raise FileUnreadable
