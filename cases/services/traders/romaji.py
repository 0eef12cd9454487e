"""Latin letters as the kana that they may be the beginning of: to find a reading by what is typed without the IME.

Hepburn and 訓令式 both (shi and si, chi and ti). A last consonant may still become any letter of its row.
"""

from itertools import product
from typing import Final

_VOWELS: Final = "aiueo"
_ROWS: Final = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "y": "ヤイユエヨ", "r": "ラリルレロ", "w": "ワイウエヲ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SPECIAL: Final = {
    "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ", "vu": "ヴ",
    "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "ve": "ヴェ", "vo": "ヴォ",
    "la": "ラ", "li": "リ", "lu": "ル", "le": "レ", "lo": "ロ", "ca": "カ", "cu": "ク", "co": "コ",
    "she": "シェ", "che": "チェ", "je": "ジェ", "thi": "ティ", "dhi": "ディ",
}  # fmt: skip
_BEFORE_SMALL: Final = {
    "ky": "キ", "sy": "シ", "sh": "シ", "ty": "チ", "ch": "チ", "ny": "ニ", "hy": "ヒ", "my": "ミ", "ry": "リ",
    "gy": "ギ", "zy": "ジ", "j": "ジ", "jy": "ジ", "by": "ビ", "py": "ピ",
}  # fmt: skip
MOST_FORMS: Final = 10


def _table() -> dict[str, str]:
    table = {row + vowel: kana[n] for row, kana in _ROWS.items() for n, vowel in enumerate(_VOWELS)}
    for start, kana in _BEFORE_SMALL.items():
        table |= {start + vowel: kana + small for vowel, small in zip("auo", "ャュョ", strict=True)}
    return table | _SPECIAL


_SYLLABLES: Final = _table()
_LONGEST: Final = max(map(len, _SYLLABLES))


def kana_of(letters: str) -> list[str]:
    """The kana that a name may begin with whose Latin spelling begins with these letters; empty where none does.

    `letters`: lower case a to z. "to" is ト, "sh" is シ, "kat" is カタ, カチ, カツ, カテ, カト and カッ.
    """
    heads, rest = _whole_syllables(letters)
    if heads is None:
        return []
    if not rest:
        return [heads]
    tails = _tails(rest)
    return [head + tail for head, tail in product([heads], tails)][:MOST_FORMS] if tails else []


def _whole_syllables(letters: str) -> tuple[str | None, str]:
    """As many syllables as there are, and the letters that begin another one; None where no syllable fits."""
    kana, place = "", 0
    while place < len(letters):
        if syllable := _syllable_at(letters, place):
            kana += _SYLLABLES[syllable]
            place += len(syllable)
            continue
        letter, after = letters[place], letters[place + 1 : place + 2]
        if (letter == "n" and after and after not in "y") or (letter == "m" and after and after in "bp"):
            kana, place = kana + "ン", place + 1
        elif after and (letter == after or letters[place : place + 3] == "tch"):
            kana, place = kana + "ッ", place + 1
        else:
            rest = letters[place:]
            return (kana, rest) if _tails(rest) else (None, rest)
    return kana, ""


def _syllable_at(letters: str, place: int) -> str:
    for length in range(_LONGEST, 0, -1):
        if (found := letters[place : place + length]) in _SYLLABLES and len(found) == length:
            return found
    return ""


def _tails(rest: str) -> list[str]:
    """The kana that syllables beginning with these letters begin with; ン and ッ too where they fit."""
    found = [kana for syllable, kana in _SYLLABLES.items() if syllable.startswith(rest)]
    if rest == "n":
        found.append("ン")
    elif found and len(rest) == 1:
        found.append("ッ")
    return list(dict.fromkeys(kana[:1] for kana in found))
