"""A bulletin to read over loudspeakers (防災行政無線) or in a hall: sixty seconds, for the ear alone."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import jaconv

from outreach.bulletins.outputs.fitting import Fitted, fitted
from outreach.bulletins.outputs.morae import morae
from outreach.bulletins.outputs.numbers import digits_read
from outreach.bulletins.outputs.sentences import closed, sentences
from outreach.bulletins.outputs.words import ADVICE, EXAMPLE, Words

SECONDS: Final = 60
SPEED: Final = 300
"""Morae a minute, five a second, unless the centre says otherwise. No rule names a speed: it is our own choice, slower
than talk between two people (six to seven a second), as outdoor loudspeakers echo."""
PAUSE: Final = 1.0
"""Seconds of silence after a sentence, likewise our own choice."""
LONG_SENTENCE: Final = 40
"""Characters above which the page marks a sentence: who missed its beginning cannot look back."""
RANK: Final = (ADVICE, EXAMPLE)
_OPENING: Final = "こちらは、{centre}です。"
_CALL: Final = "困ったときは、局番なしの、いちはちはち、いやや、に、お電話ください。"
_CLOSING: Final = "こちらは、{centre}でした。"
_TELEPHONE: Final = re.compile(
    r"#?(?:0[0-9]{1,4}(?:-[0-9]{1,4}){2}|(?<![0-9])(?:11[089]|171|188|9110)(?![0-9,件円人万年月日歳%]))"
)
_REMARK: Final = re.compile(r"[(〔【\[][^()〔〕【】\[\]]*[)〕】\]]")
# クーリング・オフ is one word to the ear.
_JOINED: Final = re.compile(r"(?<=[ァ-ヶー])・(?=[ァ-ヶー])")
_SAID: Final = str.maketrans(
    {"〜": "から", "~": "から", "・": "、", "/": "、", "&": "と", **dict.fromkeys("※□「」『』", "")}
)


def spoken(text: str) -> str:
    """The text without brackets and signs, telephone numbers digit by digit; other numbers stay figures.

    Figures stay because the word behind them changes how they are read (3日 is みっか); 188 and other telephone numbers
    are read one by one.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _JOINED.sub("", _REMARK.sub("", plain))
    plain = _TELEPHONE.sub(lambda found: jaconv.kata2hira(_said_number(found.group())), plain)
    return plain.translate(_SAID)


def _said_number(number: str) -> str:
    return ("シャープ" if number.startswith("#") else "") + digits_read(number.removeprefix("#"))


def seconds(text: str, speed: int = SPEED) -> float:
    """How long it takes at `speed` morae a minute, with a pause after every sentence."""
    return morae(text) * 60 / speed + PAUSE * len(sentences(text))


def rounded_seconds(text: str, speed: int) -> int:
    return round(seconds(text, speed))


def long_sentences(text: str, most: int = LONG_SENTENCE) -> list[str]:
    """Sentences that are long for the ear, in characters."""
    return [line for line in sentences(text) if len(line) > most]


def reading(words: Words, speed: int = SPEED) -> Fitted:
    """Who speaks, the title, what fits of the advice, then of the example, 188, and who spoke; a line each."""
    groups = {part: [closed(spoken(line)) for line in lines] for part, lines in words.groups.items()}
    centre = spoken(words.centre)

    def assemble(taken: Mapping[str, Sequence[str]]) -> str:
        lines = (
            _OPENING.format(centre=centre), closed(spoken(words.title)), *taken[EXAMPLE], *taken[ADVICE], _CALL,
            _CLOSING.format(centre=centre),
        )  # fmt: skip
        return "\n".join(lines)

    return fitted(groups, rank=RANK, assemble=assemble, fits=lambda text: seconds(text, speed) <= SECONDS)
