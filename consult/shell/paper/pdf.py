"""A document as a tagged PDF (PDF/UA-1), made by typst. Slow to load: for the worker.

Text reaches the layout as JSON, never as source, so markup in it stays text. The layout may read nothing: its root
is an empty folder, and it names no package.
"""

import json
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from consult.shell.paper import fonts
from consult.shell.paper.blocks import Document

# The geta mark: what Japanese type sets where a character is wanting.
UNSHOWABLE: Final = "〓"
_LAYOUT: Final = Path(__file__).with_name("layout.typ")
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
    import typst  # 80 MB: only where a PDF is made

    font = fonts.japanese()
    shown = _Showable(fonts.characters(font.file))
    content = json.dumps(shown.of(document), ensure_ascii=True)
    with tempfile.TemporaryDirectory(prefix="paper-") as empty:
        compiler = typst.Compiler(
            _LAYOUT.read_bytes(),
            root=empty,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.folder)]
            ),
            sys_inputs={"document": content, "font": font.family},
            package_path=empty,
            package_cache_path=empty,
        )
        try:
            made = compiler.compile(
                format="pdf", pdf_standards=["ua-1"], timestamp=made_at and int(made_at.timestamp())
            )
        except typst.TypstError:
            raise PaperNotMade from None
    if not isinstance(made, bytes):
        raise PaperNotMade
    return made


class _Showable:
    """Turns a document into plain data whose every character the font has."""

    def __init__(self, characters: frozenset[int]) -> None:
        self._characters = characters

    def of(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, frozenset):
            return sorted(value)
        if isinstance(value, Sequence):
            return [self.of(item) for item in value]
        if hasattr(value, "__dataclass_fields__"):
            kind = {"kind": value.kind} if hasattr(value, "kind") else {}
            return kind | {part.name: self.of(getattr(value, part.name)) for part in fields(value)}
        return value

    def _text(self, text: str) -> str:
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
        kept = "".join(
            letter
            if letter == "\n" or ord(letter) in self._characters
            else ("" if unicodedata.category(letter).startswith("C") else UNSHOWABLE)
            for letter in plain
        )
        return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word.group()), kept)
