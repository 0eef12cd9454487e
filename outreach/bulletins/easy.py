"""Help with やさしい日本語: what in a typed text is long, hard or without its reading. A person decides and types.

Sources: 出入国在留管理庁・文化庁「在留支援のためのやさしい日本語ガイドライン」(2020): short sentences, one thing each,
readings on kanji, behind the word in brackets where there is no room above it. 弘前大学社会言語学研究室, guides to
「やさしい日本語」: a sentence has 24 morae, 30 at the most, and up to 13 kanji.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import jaconv

from cases.words import tokens
from outreach.bulletins.outputs.morae import morae
from outreach.bulletins.outputs.sentences import sentences

MORAE: Final = 30
KANJI: Final = 13
_DATA: Final = Path(__file__).parent.parent / "data"
_KANJI: Final = "々㐀-䶿一-鿿"
_RUN: Final = re.compile(f"[{_KANJI}]+")
# A reading behind the word, its kana ending between: 払(はら)う, 消費生活センター(しょうひせいかつせんたー).
_READ: Final = re.compile(r"[ぁ-んァ-ヶー]*[(（][ぁ-んァ-ヶー ]+[)）]")
_READING: Final = re.compile(f"(?<=[{_KANJI}ぁ-んァ-ヶー])[(（][ぁ-んァ-ヶー ]+[)）]")


@dataclass(frozen=True)
class Looked:
    """A sentence and what is hard in it: `hard` (word, plainer words), `unread` words whose kanji want a reading."""

    text: str
    morae: int
    kanji: int
    hard: list[tuple[str, str]]
    unread: list[str]

    @property
    def is_long(self) -> bool:
        return self.morae > MORAE

    @property
    def has_many_kanji(self) -> bool:
        return self.kanji > KANJI

    @property
    def is_easy(self) -> bool:
        return not (self.is_long or self.has_many_kanji or self.hard or self.unread)


def looked_at(text: str) -> list[Looked]:
    """Each sentence of the text in order; readings in brackets count neither as morae nor against a word."""
    return [_looked(sentence) for sentence in sentences(text)]


def _looked(sentence: str) -> Looked:
    plain = without_readings(sentence)
    return Looked(
        text=sentence,
        morae=morae(plain),
        kanji=sum(map(len, _RUN.findall(plain))),
        hard=[(word, plainer) for word, plainer in _plainer().items() if _stands_in(word, plain)],
        unread=list(dict.fromkeys(word for word, _reading, _at in _unread(sentence))),
    )


def _stands_in(word: str, text: str) -> bool:
    """Whether it stands there by itself, not as a part of a longer word of the list (契約 in 契約書)."""
    for longer in _plainer():
        if len(longer) > len(word) and word in longer:
            text = text.replace(longer, "")
    return word in text


def without_readings(text: str) -> str:
    """The text without the readings behind its words; other brackets stay."""
    return _READING.sub("", text)


def with_readings(text: str) -> str:
    """The text with a reading behind every word that wants one, as the dictionary reads it: to be looked at again.

    Kanji of the first three years of school stay bare, as do words that have a reading already.
    """
    done, at = [], 0
    for word, reading, start in _unread(text):
        stem, ending = _stem(word, reading)
        done += [text[at : start + len(stem)], f"({reading.removesuffix(ending)})"]
        at = start + len(stem)
    return "".join([*done, text[at:]])


def _stem(word: str, reading: str) -> tuple[str, str]:
    """払う, はらう → 払, う: the reading stands before a kana ending that both share."""
    ending = ""
    while len(ending) < len(word) - 1 and reading.endswith(word[-len(ending) - 1 :]):
        if _RUN.match(word[-len(ending) - 1]):
            break
        ending = word[-len(ending) - 1 :]
    return word.removesuffix(ending) if ending else word, ending


def _unread(text: str) -> Iterator[tuple[str, str, int]]:
    """(word, reading in hiragana, where it begins) of words with harder kanji and without a reading of their own."""
    bare = {
        at
        for run in _RUN.finditer(text)
        if not _READ.match(text, run.end())
        for at in range(run.start(), run.end())
    }
    for word, reading, start in _compounds(text):
        is_hard = any(letter not in _school() for run in _RUN.findall(word) for letter in run)
        if is_hard and any(at in bare for at in range(start, start + len(word))):
            yield word, jaconv.kata2hira(reading), start


def _compounds(text: str) -> Iterator[tuple[str, str, int]]:
    """The words that have kanji, those that touch with kanji as one (契約 and 書): it is read and marked as one."""
    word = reading = ""
    start = 0
    for token in tokens(text):
        touches = (
            word and _RUN.match(token.surface) and _RUN.match(word[-1]) and token.begin == start + len(word)
        )
        if not touches:
            if word:
                yield word, reading, start
            word, reading, start = "", "", token.begin
            if not _RUN.search(token.surface):
                continue
        word, reading = word + token.surface, reading + token.reading
    if word:
        yield word, reading, start


@cache
def _school() -> frozenset[str]:
    """Kanji of the first three years. Source: 学年別漢字配当表, 小学校学習指導要領 (2017): 80, 160 and 200."""
    return frozenset("".join(kanji for _grade, kanji in _rows("school_kanji.csv")))


@cache
def _plainer() -> dict[str, str]:
    return dict(_rows("plain_words.csv"))


def _rows(name: str) -> list[tuple[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        _header, *rows = csv.reader(file)
    return [(first, second) for first, second in rows]
