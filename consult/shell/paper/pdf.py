"""A document as a tagged PDF (PDF/UA-1). `to_pdf` loads the typesetter: for the worker. `at_once` is for a page.

The typesetter takes 80 MB, so a page has it run in a process of its own that ends with the paper.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from consult.shell.paper import fonts, typeset
from consult.shell.paper.blocks import Document, Picture

# The geta mark: what Japanese type sets where a character is wanting.
UNSHOWABLE: Final = "〓"
AT_ONCE: Final = 2
"""So many typesetters one web process runs beside each other; further ones wait for their turn."""
LONGEST_SECONDS: Final = 60.0
_turns: Final = BoundedSemaphore(AT_ONCE)
_INVISIBLE: Final = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u00ad\U000e0000-\U000e01ef]"
)
_LONG_WORD: Final = re.compile(r"[!-~]{24,}")
_PIECE: Final = re.compile(r".{12}(?=.)")


class PaperNotMade(CasesError):
    """The layout was refused. The message quotes nothing of the document."""

    code: ClassVar[str] = "paper_not_made"
    status: ClassVar[int] = 500

    def __init__(self) -> None:
        super().__init__(_("PDFを作れませんでした。"))


def to_pdf(document: Document, *, made_at: datetime | None = None) -> bytes:
    """The PDF; the same document and `made_at` (aware, to the second) give the same bytes.

    Raises FontMissing, PaperNotMade.
    """
    try:
        return typeset.compiled(**_job(document, made_at))
    except typeset.Refused:
        raise PaperNotMade from None


def at_once(document: Document, *, made_at: datetime | None = None) -> bytes:
    """The same bytes, made by a process of its own while the caller waits; nothing of it is written anywhere.

    Raises FontMissing, PaperNotMade.
    """
    job = json.dumps(_job(document, made_at)).encode("ascii")
    command = [sys.executable, "-I", typeset.__file__]
    with _turns:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the document goes by its standard input
                command, input=job, capture_output=True, timeout=LONGEST_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            raise PaperNotMade from None
    return done.stdout


def _job(document: Document, made_at: datetime | None) -> dict[str, Any]:
    font = fonts.japanese()
    shown = _Showable(fonts.characters(font.file))
    return {
        "content": json.dumps(shown.of(document), ensure_ascii=True),
        "family": font.family,
        "folder": str(font.folder),
        "made_at": made_at and int(made_at.timestamp()),
    }


class _Showable:
    """Turns a document into plain data whose every character the font has."""

    def __init__(self, characters: frozenset[int]) -> None:
        self._characters = characters

    def of(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, frozenset):
            return sorted(value)
        if isinstance(value, Picture):  # markup: nothing may be put between its letters
            words = {name: self._text(getattr(value, name)) for name in ("caption", "alt")}
            return words | {"kind": value.kind, "svg": self._letters(value.svg), "width": value.width}
        if isinstance(value, Sequence):
            return [self.of(item) for item in value]
        if hasattr(value, "__dataclass_fields__"):
            kind = {"kind": value.kind} if hasattr(value, "kind") else {}
            return kind | {part.name: self.of(getattr(value, part.name)) for part in fields(value)}
        return value

    def _text(self, text: str) -> str:
        return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word.group()), self._letters(text))

    def _letters(self, text: str) -> str:
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
        return "".join(
            letter
            if letter == "\n" or ord(letter) in self._characters
            else ("" if unicodedata.category(letter).startswith("C") else UNSHOWABLE)
            for letter in plain
        )
