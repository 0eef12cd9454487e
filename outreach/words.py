"""Free text of outreach: nothing personal is stored, and what might be personal is shown to its author."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from cases.protection.redaction import Span, redact
from cases.records.centre import Centre

_ADDRESS: Final = "住所"


@dataclass
class Masking:
    """Masks the sure spans of one form's texts and remembers what kinds they were, for the notice."""

    centre: Centre
    masked: list[str] = field(default_factory=list)

    def text(self, text: str, *, keep: Collection[str] = ()) -> str:
        """The text with every sure span replaced; kinds in `keep` stay (the address of a public hall)."""
        found = redact(text, allow=self._own_names())
        spans = [span for span in found.spans if span.tier == "auto" and span.kind not in keep]
        self.masked += [span.kind for span in spans]
        return _replaced(text, spans)

    def venue(self, text: str) -> str:
        """A hall's name may contain its address: it is where people are to come."""
        return self.text(text, keep=(_ADDRESS,))

    def lines(self, lines: Iterable[str]) -> list[str]:
        return [self.text(line) for line in lines]

    def _own_names(self) -> list[str]:
        return [name for name in (self.centre.name, self.centre.phone) if name]


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `kind` says what it might be (氏名 …), empty for plain words."""

    text: str
    kind: str = ""


def pieces(text: str, centre: Centre) -> list[Piece]:
    """The text cut at what might be personal, so that a page can mark it."""
    found: list[Piece] = []
    done = 0
    allow = [name for name in (centre.name, centre.phone) if name]
    for span in redact(text, allow=allow).spans:
        found.append(Piece(text[done : span.start]))
        found.append(Piece(text[span.start : span.end], _(span.kind)))
        done = span.end
    found.append(Piece(text[done:]))
    return [piece for piece in found if piece.text]


def _replaced(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += (text[done : span.start], f"〔{span.kind}〕")
        done = span.end
    return "".join([*parts, text[done:]])
