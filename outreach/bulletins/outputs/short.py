"""A bulletin in 140 characters, for X, LINE and the like. It always ends with 188."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from outreach.bulletins.outputs.fitting import Fitted, fitted
from outreach.bulletins.outputs.sentences import closed
from outreach.bulletins.outputs.words import ADVICE, EXAMPLE, Words

MOST: Final = 140
CALL: Final = "困ったら消費者ホットライン188"
RANK: Final = (ADVICE, EXAMPLE)
# Code points of half the weight, and what an address counts as. Source: docs.x.com, "Counting characters";
# twitter-text, config v3: weight 100 of 200 for these ranges.
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_ADDRESS: Final = re.compile(r"https?://[!-~]+")
_ADDRESS_WEIGHT: Final = 23


class Counted(StrEnum):
    """How the place it is posted to counts."""

    CHARACTERS = "characters"
    WEIGHTED = "weighted"


COUNTED_NAMES: Final = {
    Counted.CHARACTERS: _("どの文字も1字"),
    Counted.WEIGHTED: _("半角の英数字は0.5字(X)"),
}


def length(text: str, counted: Counted = Counted.CHARACTERS) -> float:
    """How long it is where it is posted: code points after NFC, or half of X's weight (280 of them are 140)."""
    plain = unicodedata.normalize("NFC", text)
    if counted == Counted.CHARACTERS:
        return len(plain)
    without, addresses = _ADDRESS.subn("", plain)
    weight = sum(1 if any(low <= ord(letter) <= high for low, high in _LIGHT) else 2 for letter in without)
    return (weight + addresses * _ADDRESS_WEIGHT) / 2


def short_text(words: Words, counted: Counted = Counted.CHARACTERS) -> Fitted:
    """The title, what fits of the advice, then of the example, and 188 at the end."""

    def assemble(groups: Mapping[str, Sequence[str]]) -> str:
        parts = [closed(words.title), *map(closed, groups[EXAMPLE]), *map(closed, groups[ADVICE]), CALL]
        return "".join(parts)

    return fitted(words.groups, rank=RANK, assemble=assemble, fits=lambda text: length(text, counted) <= MOST)
