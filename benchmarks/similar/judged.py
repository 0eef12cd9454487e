"""Questions with known answers: what people might say, and which made-up cases tell the same events.

`told.txt` holds sentences of its own for 30 手口; no sentence of the made-up cases (`cases/demo/blocks`) stands among
them. Each names the blocks that tell the same event. A question is an opening, a how and mostly an end, so that a
case of the same 手口 is graded by how much of the question's course of events it tells:

    3  two of its events or more    2  one of them    1  the same 手口 alone    0  another 手口

The halves share no sentence and no 手口: the words are tuned on `dev`, the figures that count are those of `final`.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_TOLD: Final = Path(__file__).with_name("told.txt")
_SHORT_EVERY: Final = 4
_PARTS: Final = {"o": "opening", "h": "how", "n": "now", "w": "wish"}

Block = tuple[str, int]
"""A block of one 手口: its part (opening, how, now, wish) and its place there."""


class Half(StrEnum):
    DEV = "dev"
    FINAL = "final"


@dataclass(frozen=True)
class Said:
    """One sentence, and the blocks that tell the same event in other words."""

    text: str
    blocks: frozenset[Block]


@dataclass(frozen=True)
class Question:
    qid: str
    scam: str
    half: Half
    said: tuple[Said, ...]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.said)

    def grade(self, scam: str, told: Collection[Block]) -> int:
        """How much a case of this 手口 that tells these blocks is worth as an answer: 0 to 3."""
        if scam != self.scam:
            return 0
        same = sum(not one.blocks.isdisjoint(told) for one in self.said)
        return 1 + min(same, 2)


@cache
def questions(half: Half | None = None) -> tuple[Question, ...]:
    """Those of one half, or all, always in the same order."""
    halves = _halves(sorted(_told()))
    made = [one for scam in sorted(_told()) for one in _questions_of(scam, halves[scam])]
    return tuple(one for one in made if half is None or one.half is half)


def _halves(scams: Sequence[str]) -> dict[str, Half]:
    by_chance = sorted(scams, key=lambda scam: hashlib.sha256(scam.encode()).digest())
    return {scam: (Half.DEV, Half.FINAL)[place % 2] for place, scam in enumerate(by_chance)}


def _questions_of(scam: str, half: Half) -> list[Question]:
    """Each opening with three hows and ends, each how and end used; every fourth question ends before its end."""
    openings, hows, ends = _told()[scam]
    made: list[Question] = []
    for turn in range(3):
        for place, opening in enumerate(openings):
            how = hows[(place + 2 * turn) % len(hows)]
            end = ends[(place + turn) % len(ends)]
            said = (opening, how) if len(made) % _SHORT_EVERY == _SHORT_EVERY - 1 else (opening, how, end)
            made.append(Question(f"{scam}-{len(made):02}", scam, half, said))
    return made


@cache
def _told() -> dict[str, tuple[list[Said], list[Said], list[Said]]]:
    found: dict[str, tuple[list[Said], list[Said], list[Said]]] = {}
    scam = ""
    for line in _TOLD.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            scam = line.strip("[]")
            found[scam] = ([], [], [])
        elif line and not line.startswith("#"):
            marks, text = line.split(" | ")
            blocks = frozenset((_PARTS[mark[0]], int(mark[1:])) for mark in marks.split())
            found[scam]["ohnw".index(marks[0]) if marks[0] in "oh" else 2].append(Said(text, blocks))
    return found
