"""Names of traders as they are compared: one spelling for kanji, kana of either kind and width, and Latin letters.

Pure functions. A name becomes keys: what stands at its start, at the start of each of its parts, and inside. A
question is folded in the same way, so that it is the beginning of the keys that it finds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cases import spelling
from cases.services.traders import romaji

KEY_LETTERS: Final = 8
"""So many letters are kept of a key; what is longer is compared with the whole name."""

WHOLE, PART, INSIDE = 0, 1, 2
LEAST_TYPED: Final = 2  # letters before a search is worth it
MOST_LETTERS: Final = 60

_FORMS: Final = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人"
    r"|特定非営利活動法人|npo法人|医療法人|学校法人|宗教法人|協同組合"
    r"|\((?:株|有|同|資|名|社|財|医)\)|カブシキガイシャ|カブシキカイシャ|ユウゲンガイシャ|ゴウドウガイシャ"
    r"|(?<![a-z])(?:co\.?,? ?ltd|ltd|inc|corp|corporation|llc|k\.k)\.?(?![a-z])"
)
_KANA = r"ァ-ヺー"
_PARTS: Final = re.compile(rf"[{_KANA}]+|[a-z]+|[0-9]+|[^\W{_KANA}a-z0-9_]+")


def parts(text: str) -> list[str]:
    """The parts of a name, folded: legal forms and signs away, cut where the script changes."""
    plain = spelling.hiragana_to_katakana(spelling.variant_kanji(spelling.width(text).casefold()))
    plain = _FORMS.sub(" ", plain)
    return [spelling.fold_kana(part) for part in _PARTS.findall(plain)]


def fold(text: str) -> str:
    """The whole name in one spelling."""
    return "".join(parts(text))[:MOST_LETTERS]


def keys(text: str) -> dict[str, int]:
    """The keys of a name, each with the best place where it stands: WHOLE, PART or INSIDE."""
    found: dict[str, int] = {}
    starts = set(_starts(text))
    whole = fold(text)
    for place in range(len(whole)):
        rank = WHOLE if place == 0 else PART if place in starts else INSIDE
        key = whole[place : place + KEY_LETTERS]
        # One letter inside a name tells nothing; a part of one letter (の) may be asked for by its kana.
        if len(key) > 1 or rank < INSIDE:
            found[key] = min(rank, found.get(key, rank))
    return found


def _starts(text: str) -> Iterator[int]:
    place = 0
    for part in parts(text):
        yield place
        place += len(part)


@dataclass(frozen=True)
class Question:
    """What somebody typed, in every spelling that it may stand for."""

    forms: tuple[str, ...]

    @property
    def key_forms(self) -> list[str]:
        return sorted({form[:KEY_LETTERS] for form in self.forms})

    @property
    def is_long(self) -> bool:
        return any(len(form) > KEY_LETTERS for form in self.forms)

    def fits(self, folded: str) -> bool:
        """Whether a whole folded name or reading holds one of the spellings."""
        return any(form in folded for form in self.forms)


def question(text: str) -> Question | None:
    """None where fewer than two letters were typed."""
    plain = "".join(spelling.width(text).split())
    if len(plain) < LEAST_TYPED or not (folded := fold(text)):
        return None
    forms = [folded]
    if folded.isascii() and folded.isalpha():
        forms += [spelling.fold_kana(kana) for kana in romaji.kana_of(folded)]
    return Question(tuple(dict.fromkeys(forms)))
