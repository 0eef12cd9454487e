"""A bulletin for the ward paper: as many characters as its editors give, cut at the ends of sentences."""

from collections.abc import Mapping, Sequence
from typing import Final

from outreach.bulletins.outputs.fitting import Fitted, fitted
from outreach.bulletins.outputs.sentences import closed
from outreach.bulletins.outputs.words import ADVICE, COUNT, EXAMPLE, SIGNS, Words

LEAST, USUAL, MOST = 80, 300, 2_000
"""Characters that may be asked for: a title of 40 and the 188 always have room."""
CALL: Final = "困ったときは、消費者ホットライン188(いやや)へ。"
RANK: Final = (ADVICE, EXAMPLE, COUNT, SIGNS)
"""What helps the reader most comes first; in print they stand in their usual order."""


def length(text: str) -> int:
    """Characters as a paper counts them: every one is a cell, line breaks are none."""
    return len(text.replace("\n", ""))


def ward_text(words: Words, limit: int = USUAL) -> Fitted:
    """Title, what fits of the parts, 188; a line for each part."""

    def assemble(groups: Mapping[str, Sequence[str]]) -> str:
        signs = "".join(f"□{sign}" for sign in groups[SIGNS])
        parts = ["".join(map(closed, groups[part])) for part in (EXAMPLE, COUNT, ADVICE)]
        return "\n".join(part for part in (words.title, *parts, signs, CALL) if part)

    return fitted(words.groups, rank=RANK, assemble=assemble, fits=lambda text: length(text) <= limit)
