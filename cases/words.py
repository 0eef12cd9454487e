"""Japanese words: the one place that loads Sudachi.

The dictionary (200 MB, memory-mapped) is opened once per process, at first use; a tokenizer belongs to one thread.
"""

import re
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from sudachipy import Dictionary, SplitMode  # type: ignore[import-untyped]
from sudachipy.sudachipy import Tokenizer  # type: ignore[import-untyped]

PIECE = 1_200
"""Longest piece given to the tokenizer, in characters.

SudachiPy refuses more than 49,149 bytes, counted after NFKC (one character can become 33 bytes), and needs quadratic
time on some repetitions (48,000 characters of 090-: 3.5 s; in pieces of this size 0.1 s).
"""

_BREAKS = ("\n", "。", "！", "？", "!", "?", "」", "、", " ", "\u3000")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_local = threading.local()
_opening = threading.Lock()
_dictionary: Dictionary | None = None


Kind = tuple[str, str]
"""The first two names of a part of speech: (名詞, 普通名詞)."""


class Token(NamedTuple):
    """One word. `begin` and `end` are code points of the text given, half-open."""

    surface: str
    normalized: str
    reading: str
    pos: tuple[str, ...]
    begin: int
    end: int
    is_oov: bool


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order, in the shortest units (mode A); blanks are words too.

    Any length and any string: lone surrogates count as U+FFFD.
    """
    tokenize = _tokenizer().tokenize
    made = tuple.__new__  # a fifth of redacting a text went into Token's own
    for start, piece in _cut(text):
        for word in tokenize(piece):
            begin, stop = word.begin(), word.end()
            yield made(
                Token,
                (
                    piece[begin:stop],
                    word.normalized_form(),
                    word.reading_form(),
                    word.part_of_speech(),
                    start + begin,
                    start + stop,
                    word.is_oov(),
                ),
            )


def forms(text: str) -> Iterator[tuple[str, Kind, int, int]]:
    """Of each word of `tokens` its normalised form, its kind, `begin` and `end`: what search needs, in less time."""
    tokenize = _tokenizer().tokenize
    for start, piece in _cut(text):
        for word in tokenize(piece):
            kind = _kind_numbered(word.part_of_speech_id())
            yield word.normalized_form(), kind, start + word.begin(), start + word.end()


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """The text in `pieces`, and where each starts; what no tokenizer takes is replaced."""
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
    for start, end in pieces(text):
        yield start, text if end - start == len(text) else text[start:end]


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of at most `PIECE` characters that cover the text, cut at line ends, sentence ends or blanks."""
    start = 0
    while len(text) - start > PIECE:
        limit = start + PIECE
        cut = next(
            (at + 1 for mark in _BREAKS if (at := text.rfind(mark, start + PIECE // 2, limit)) >= 0), limit
        )
        yield start, cut
        start = cut
    if start < len(text):
        yield start, len(text)


@lru_cache(maxsize=8_192)
def entries(surface: str) -> frozenset[tuple[str, str]]:
    """What the dictionary holds under exactly this surface: (kind, reading in katakana).

    Kind is 姓, 名 or 人名 for names of persons, else the part of speech that tells most (地名, 普通名詞 …).
    Empty where the word is not in the dictionary.
    """
    if not surface or len(surface) > 40 or _SURROGATE.search(surface):
        return frozenset()
    return frozenset(
        (_kind(word.part_of_speech()), word.reading_form()) for word in _opened().lookup(surface)
    )


@lru_cache(maxsize=8_192)
def kinds(surface: str) -> frozenset[str]:
    """The kinds of `entries` without readings."""
    return frozenset(kind for kind, _ in entries(surface))


def _kind(pos: tuple[str, ...]) -> str:
    if pos[2] == "人名":
        return pos[3] if pos[3] in {"姓", "名"} else "人名"
    if pos[1] == "固有名詞":
        return pos[2] if pos[2] == "地名" else "固有名詞"
    return pos[1] if pos[0] == "名詞" else pos[0]


@cache
def _kind_numbered(number: int) -> Kind:
    """The dictionary knows some hundred kinds of words; making the names of one anew costs more than finding it."""
    first, second, *_others = _opened().pos_of(number)
    return first, second


def _opened() -> Dictionary:
    global _dictionary
    if _dictionary is None:
        with _opening:
            if _dictionary is None:
                _dictionary = Dictionary()
    return _dictionary


def _tokenizer() -> Tokenizer:
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = _opened().tokenizer(mode=SplitMode.A)
    return tokenizer
