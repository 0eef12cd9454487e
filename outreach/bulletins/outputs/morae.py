"""How long a Japanese text takes to say, in morae (拍): かんじ is three, しょ is one, ー, ッ and ン are one each."""

import re
import unicodedata
from typing import Final

import jaconv

from cases.words import tokens
from outreach.bulletins.outputs.numbers import numbers_read

_SMALL: Final = frozenset("ァィゥェォャュョヮ")
_KANA: Final = re.compile(r"[ァ-ヴー]")


def morae(text: str) -> int:
    """Morae of the text as it is read; signs that nobody reads are none.

    Figures count as they are said with their counters. What the dictionary cannot read counts as one mora a letter.
    """
    spoken = numbers_read(unicodedata.normalize("NFKC", text))
    return sum(_of_word(token.reading or token.surface, token.surface) for token in tokens(spoken))


def _of_word(reading: str, surface: str) -> int:
    kana = jaconv.hira2kata(reading)
    if not _KANA.search(kana):
        kana = jaconv.hira2kata(surface)
    if _KANA.search(kana):
        return sum(1 for letter in kana if _KANA.match(letter) and letter not in _SMALL)
    return sum(1 for letter in surface if unicodedata.category(letter)[0] in "LN")
