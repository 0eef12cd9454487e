"""Where what was looked for stands in a redacted text: the passage to show, with the words marked.

The texts shown are analysed again, since an engine holds no text. Nothing here reads a case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cases import spelling
from search import analysis
from search.words import Terms

LENGTH: Final = 130
"""Characters of a passage."""
_BEFORE: Final = 40
"""So far before the first marked word a passage looks for the beginning of its sentence."""
_STOPS: Final = "。！？!?"
MOST_PASSAGES: Final = 2


class Piece(NamedTuple):
    """A run of letters, marked or not."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Passage:
    """A part of one text. `source` is what the caller called the text."""

    source: str
    pieces: list[Piece]


class _Mark(NamedTuple):
    begin: int
    end: int
    which: int


class _Candidate(NamedTuple):
    source: str
    line: str
    begin: int
    end: int
    marks: list[_Mark]

    @property
    def which(self) -> set[int]:
        return {mark.which for mark in self.marks}


def passages(texts: Iterable[tuple[str, str]], wanted: Sequence[Terms]) -> list[Passage]:
    """The passage of the (source, text) pairs that holds most of what was looked for, and one for the rest of it.

    The first passage of the first text where nothing is found or looked for; none where there is no text.
    """
    lines = [
        (source, line.strip())
        for source, text in texts
        for line in spelling.width(text).splitlines()
        if line.strip()
    ]
    if not lines:
        return []
    candidates = [_best(source, line, marks) for source, line in lines if (marks := _marks(line, wanted))]
    chosen: list[_Candidate] = []
    missing = {mark for one in candidates for mark in one.which}
    while missing and len(chosen) < MOST_PASSAGES:
        best = max(candidates, key=lambda one: len(one.which & missing))
        if not best.which & missing:
            break
        chosen.append(best)
        missing -= best.which
    if not chosen:
        source, line = lines[0]
        chosen = [_Candidate(source, line, 0, min(len(line), LENGTH), [])]
    return [Passage(one.source, _pieces(one)) for one in chosen]


def _marks(line: str, wanted: Sequence[Terms]) -> list[_Mark]:
    """Every place of every phrase: its terms one behind the other, as the engine found them."""
    if not wanted:
        return []
    spots = analysis.spots(line)
    terms = [spot.term for spot in spots]
    found = [
        _Mark(spots[at].begin, spots[at + len(phrase) - 1].end, which)
        for which, phrase in enumerate(wanted)
        for at in range(len(terms) - len(phrase) + 1)
        if tuple(terms[at : at + len(phrase)]) == phrase
    ]
    return sorted(mark for mark in found if mark.begin < mark.end)


def _best(source: str, line: str, marks: list[_Mark]) -> _Candidate:
    """The stretch of the line that holds most different phrases; the earliest among equals."""
    best = _Candidate(source, line, 0, 0, [])
    for mark in marks:
        begin = _sentence_start(line, mark.begin)
        inside = [one for one in marks if begin <= one.begin and one.end <= begin + LENGTH]
        one = _Candidate(source, line, begin, min(len(line), begin + LENGTH), inside)
        if len(one.which) > len(best.which):
            best = one
    return best


def _sentence_start(line: str, at: int) -> int:
    begin = max(at - _BEFORE, 0)
    stop = max(line.rfind(mark, begin, at) for mark in _STOPS)
    return stop + 1 if stop >= 0 else begin


def _pieces(one: _Candidate) -> list[Piece]:
    pieces = [Piece("…", is_marked=False)] if one.begin > 0 else []
    at = one.begin
    for mark in one.marks:
        if mark.end <= at:
            continue
        begin = max(mark.begin, at)
        pieces += [
            Piece(one.line[at:begin], is_marked=False),
            Piece(one.line[begin : mark.end], is_marked=True),
        ]
        at = mark.end
    pieces.append(Piece(one.line[at : one.end], is_marked=False))
    if one.end < len(one.line):
        pieces.append(Piece("…", is_marked=False))
    return [piece for piece in pieces if piece.text]
