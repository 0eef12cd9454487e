"""Japanese analysis: from redacted text to the words that are searched. The one place where terms are made.

Queries and documents go through the same functions, so a change here is a change of `ANALYSER_VERSION` and every
case is analysed again.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from cases import spelling
from cases import words as japanese

_DATA: Final = Path(__file__).parent / "data"
_RULES: Final = "2"
# What a redaction leaves behind tells nothing about the case; it also parts the words on both sides.
_MASK: Final = re.compile("〔(?:氏名|電話|住所|メール|口座|カード|生年月日|その他)〕")
_CONTENT: Final = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞"})
# Parts of words tell nothing alone, but make the difference inside a phrase (解約料 is not 解約).
_PARTS: Final = frozenset({"接頭辞", "接尾辞", "代名詞"})
_SENTENCE: Final = re.compile(r"[^。！？!?\n]*[。！？!?]+[」』）)]?|[^。！？!?\n]+")
_ENDS_SOFT: Final = re.compile("[ぁ-ん]$")
# Longer "words" are no words of a language (pasted addresses of pages, runs of signs).
_LONGEST: Final = 40


MEANING: Final = "≈"
"""Begins what is no word but the meaning of several; signs are no words, so that none begins with it."""

# The dictionary may part a word otherwise when more follows (押し買い, 押し買いの).
_BEHIND: Final = ("", "の話", "を")


class Word(NamedTuple):
    """A word in dictionary form, whether it tells anything by itself, and its place in the line (half-open)."""

    form: str
    tells: bool
    begin: int
    end: int


def _lines(name: str) -> list[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _version() -> str:
    names = ("stop_words.txt", "phrases.csv", "synonyms.csv")
    data = b"".join((_DATA / name).read_bytes() for name in names)
    return f"{_RULES}-{version('sudachidict_core')}-{hashlib.sha256(data).hexdigest()[:8]}"


ANALYSER_VERSION: Final = _version()
"""Rules, dictionary and word lists; at most 32 characters. Terms of different versions are never mixed."""


def terms(text: str) -> Counter[str]:
    """How often each term occurs in the text, what its words mean among them: what is compared with cases."""
    return Counter(expanded(words(text)))


def expanded(found: Sequence[str]) -> list[str]:
    """The words, and behind them all the meaning of each that has one: what an engine stores of a text.

    Behind, so that words which follow one another still do. No meaning is a word: キャンセル has the meaning of
    解約, but who looks for the word 解約 finds 解約 alone.
    """
    return [*found, *(mark for _run, mark in _runs_in(found, _meanings(), _meaning_lengths()))]


def meaning(word: str) -> str | None:
    """What the word shares with others that mean the same when people tell of a consultation; None: nothing."""
    return _meanings().get((word,))


def meant(mark: str) -> Sequence[str]:
    """The single words that have this meaning (a term that begins with `MEANING`)."""
    return _meant().get(mark, ())


def words(text: str) -> list[str]:
    """The terms of a text in order, each line followed by the phrases of the field found in it.

    Content words in dictionary form, one spelling for each (だまされた and 騙された: 騙す), without words that tell
    nothing. Masks give nothing. No term holds white space. Any length.
    """
    return [term for line in text.splitlines() for term in line_words(line)]


def line_words(line: str) -> list[str]:
    """`words` of one line: what a cache of repeated lines can hold."""
    read = list(_read(line))
    return [word.form for word in read if word.tells] + _phrases_in([word.form for word in read])


class Spot(NamedTuple):
    """A term and where it stands in a line (half-open)."""

    term: str
    begin: int
    end: int


def spots(line: str) -> list[Spot]:
    """The terms of a line in the order of `line_words`, with their places in it: for marking what was found.

    The line must be in one width (`spelling.width`); masks keep their places and give nothing.
    """
    read = list(_read(_MASK.sub(lambda mask: "。" * len(mask.group()), line)))
    found = [Spot(word.form, word.begin, word.end) for word in read if word.tells]
    forms, known, starts = [word.form for word in read], _phrases(), _phrase_lengths()
    for at, form in enumerate(forms):
        for length in starts.get(form, ()):
            canonical = known.get(tuple(forms[at : at + length]))
            if canonical is not None:
                if length > 1 or canonical != form:
                    found.append(Spot(canonical, read[at].begin, read[at + length - 1].end))
                break
    return found


def spelled(text: str) -> dict[str, str]:
    """Terms that the text writes in other letters than they are indexed in, and those letters: 弗素, フッ素.

    Words with an ending (だまされた) are left out: only a part of them would stand there.
    """
    found: dict[str, str] = {}
    for line in spelling.width(text).splitlines():
        for term, begin, end in spots(line):
            letters = line[begin:end]
            if term not in letters.casefold() and letters and not _ENDS_SOFT.search(letters):
                found.setdefault(term, letters)
    return found


def plain(text: str) -> str:
    """The letters of a text in one width and case, without masks: to look for a word without analysis."""
    return _MASK.sub("。", spelling.width(text)).casefold()


def sentences(text: str) -> list[str]:
    """The sentences of a text as they stand there, without line ends and blanks around them."""
    return [found for match in _SENTENCE.finditer(text) if (found := match.group().strip())]


def phrase(text: str) -> tuple[str, ...]:
    """The terms of words that must follow one another; empty where none of them tells anything.

    A phrase of the field is the one term that it and its synonyms share.
    """
    return _looked_up([word for line in text.splitlines() for word in _read(line)])


def phrases(text: str) -> list[tuple[str, ...]]:
    """The phrases of typed words: what stands together without a particle or blank belongs together."""
    found: list[list[Word]] = []
    for line in text.splitlines():
        end = -1
        for word in _read(line):
            if word.begin != end or not found:
                found.append([])
            found[-1].append(word)
            end = word.end
    return [terms for run in found if (terms := _looked_up(run))]


def _looked_up(read: Sequence[Word]) -> tuple[str, ...]:
    canonical = _phrases().get(tuple(word.form for word in read))
    return (canonical,) if canonical else tuple(word.form for word in read if word.tells)


def _read(line: str) -> Iterator[Word]:
    """The words of a line. Particles and signs are left out, so that 給湯器の点検 and 給湯器点検 hold the same phrase.

    The end of a sentence is an empty word.
    """
    stop = _stop_words()
    for normalized, (kind, finer), begin, end in japanese.forms(_MASK.sub("。", spelling.width(line))):
        if kind in _CONTENT and finer != "助動詞語幹":
            form = "".join(normalized.casefold().split())
            if form and len(form) <= _LONGEST:
                yield Word(form, form not in stop, begin, end)
        elif kind in _PARTS:
            yield Word(normalized.casefold(), False, begin, end)
        elif finer == "句点":
            yield Word("", False, begin, end)


def _phrases_in(read: Sequence[str]) -> list[str]:
    """The indexed form of the longest phrase that starts at each word; single words that stand for themselves not."""
    return [
        canonical for run, canonical in _runs_in(read, _phrases(), _phrase_lengths()) if run != (canonical,)
    ]


def _runs_in(
    read: Sequence[str], known: Mapping[tuple[str, ...], str], lengths: Mapping[str, Sequence[int]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The longest known run of words that starts at each word, and what it is known as."""
    for at, word in enumerate(read):
        for length in lengths.get(word, ()):
            run = tuple(read[at : at + length])
            if run in known:
                yield run, known[run]
                break


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_lines("stop_words.txt"))


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    """Analysed phrase → the form that is indexed, so that 引越し and 引っ越し in a phrase meet too."""
    known: dict[tuple[str, ...], str] = {}
    for line in _lines("phrases.csv"):
        first, *others = line.split(",")
        for form in (first, *others):
            for behind in _BEHIND:
                end = len(spelling.width(form))
                read = tuple(word.form for word in _read(form + behind) if word.end <= end)
                known.setdefault(read, first.casefold())
    return known


@cache
def _phrase_lengths() -> dict[str, list[int]]:
    return _lengths(_phrases())


@cache
def _meanings() -> dict[tuple[str, ...], str]:
    """Words as they are indexed → the mark of all that mean the same."""
    known: dict[tuple[str, ...], str] = {}
    for line in _lines("synonyms.csv"):
        forms = line.split(",")
        for form in forms:
            known.setdefault(phrase(form), f"{MEANING}{forms[0]}")
    return known


@cache
def _meant() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for run, mark in _meanings().items():
        if len(run) == 1:
            found.setdefault(mark, []).append(run[0])
    return found


@cache
def _meaning_lengths() -> dict[str, list[int]]:
    return _lengths(_meanings())


def _lengths(known: Iterable[tuple[str, ...]]) -> dict[str, list[int]]:
    """First word → how many words the runs that start so have, longest first."""
    lengths: dict[str, set[int]] = {}
    for run in known:
        lengths.setdefault(run[0], set()).add(len(run))
    return {word: sorted(found, reverse=True) for word, found in lengths.items()}
