"""Words as one types them: completions, and what was probably meant. Out of the lexicon, within the reader's scope.

A word is offered only where several cases that the reader may see hold it: a rare word may be one person's.
"""

from collections.abc import Collection, Iterable
from typing import Final

from cases import spelling
from cases import words as japanese
from cases.held import Held
from cases.records.centre import Actor
from search import analysis, words
from search.backends.base import Backend, Filters, Order, WordQuery
from search.engine import looking
from search.hashing import product_hasher
from search.lexicon import lexicon
from search.words import Terms

LEAST_CASES: Final = 3
"""So many cases in the reader's scope hold whatever is offered."""
OFFERED: Final = 8
_MOST_LOOKED_AT: Final = 400
_FRESH_SECONDS: Final = 60.0
_in_scope: Final[Held[int]] = Held(_FRESH_SECONDS)


def completions(text: str, *, by: Actor, limit: int = OFFERED) -> list[str]:
    """The query with its last word completed, the commonest first; none for a word of one letter that is no kanji.

    Found by what is typed, and by its reading where that is kana. Raises SearchUnavailable, KeyMissing.
    """
    plain = spelling.width(text)
    before, last = _parted(plain)
    wanted = last.casefold()
    if not _begins(wanted):
        return []
    known = lexicon().words()
    reading = spelling.katakana(wanted)
    found = [word for word, read in known.items() if word.startswith(wanted) or read.startswith(reading)]
    with looking() as engine:
        common = _common([word for word in found if word != wanted], by, engine, limit)
    return [before + word for word in common]


def did_you_mean(query: str, *, by: Actor) -> str:
    """The query with each part that finds nothing put right, empty where nothing better is known that finds cases.

    Slips: the wrong kanji of the same reading, kana for kanji, one letter wrong, missing, too many or exchanged.
    Raises SearchUnavailable, KeyMissing.
    """
    text = spelling.width(query)
    with looking() as engine:
        for part in words.understood(query).parts:
            if part.is_unwanted or _cases(part.phrases, by, engine):
                continue
            better = _better(part.text, by, engine)
            if not better:
                return ""
            text = text.replace(part.text, better, 1)
    is_other = text != spelling.width(query)
    return text if is_other and words.find(text, by=by, limit=1).total else ""


def _parted(text: str) -> tuple[str, str]:
    """What stands before the last word, marks of phrase and exclusion included, and that word."""
    at = max(text.rfind(mark) for mark in (" ", '"', "“", "-")) + 1
    return text[:at], text[at:]


def _begins(wanted: str) -> bool:
    return len(wanted) > 1 or "一" <= wanted <= "\u9fff"


def _better(text: str, by: Actor, engine: Backend) -> str:
    """The text as a whole for another word, else each of its words that no case holds; empty where one stays."""
    if whole := _nearest(text, by, engine):
        return whole
    better = ""
    for token in japanese.tokens(text):
        if _cases(analysis.phrases(token.surface), by, engine) or not analysis.words(token.surface):
            better += token.surface
        elif nearest := _nearest(token.surface, by, engine):
            better += nearest
        else:
            return ""
    return better if better != text else ""


def _nearest(text: str, by: Actor, engine: Backend) -> str:
    typed = text.casefold()
    read = "".join(token.reading for token in japanese.tokens(typed))
    costs: dict[float, list[str]] = {}
    for word, reading in lexicon().words().items():
        if word != typed and (cost := _cost(typed, read, word, reading)) is not None:
            costs.setdefault(cost, []).append(word)
    for cost in sorted(costs):
        if common := _common(costs[cost], by, engine, 1):
            return common[0]
    return ""


def _cost(typed: str, read: str, word: str, reading: str) -> float | None:
    """How far a known word is from what was typed, by its letters and by its reading; None: too far.

    Words of two kanji differ in one of them too often to mean anything: there the readings must be near as well.
    """
    if read and read == reading and len(read) > 1:
        return 0
    letters = distance(typed, word, 1) if max(len(typed), len(word)) > 2 else 2
    if letters <= 1:
        return 1
    most = 2 if min(len(read), len(reading)) >= 6 else 1
    if min(len(read), len(reading)) >= 4 and (sounds := distance(read, reading, most)) <= most:
        return 1 + sounds / 2
    is_one_kanji = len(typed) == len(word) == 2 and (typed[0] == word[0] or typed[1] == word[1])
    if is_one_kanji and (shorter := min(len(read), len(reading))) >= 3:
        near = 1 if shorter == 3 else 2
        return 2.5 if distance(read, reading, near) <= near else None
    return None


def distance(one: str, other: str, most: int) -> int:
    """Letters to put in, take out, exchange or swap with their neighbour to make one of the other; above `most`: more.

    (Optimal string alignment.) Any number above `most` means "too far" and nothing else.
    """
    if abs(len(one) - len(other)) > most or len(set(one) - set(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


# --- How common -------------------------------------------------------------------------------------------------
def _common(found: Collection[str], by: Actor, engine: Backend, limit: int) -> list[str]:
    """The commonest of these words that enough cases in scope hold."""
    hasher = product_hasher()
    hashed = {word: hasher.term(word) for word in found}
    everywhere = engine.frequencies(list(hashed.values()))
    counts = {word: everywhere.get(term, 0) for word, term in hashed.items()}
    ordered = sorted(
        (word for word in found if counts[word] >= LEAST_CASES), key=lambda word: (-counts[word], word)
    )
    common: list[str] = []
    for word in ordered[:_MOST_LOOKED_AT]:
        if _cases([(word,)], by, engine) >= LEAST_CASES:
            common.append(word)
        if len(common) == limit:
            break
    return common


def _cases(phrases: Iterable[Terms], by: Actor, engine: Backend) -> int:
    """How many cases in scope hold all the phrases, at most a minute old."""
    asked = tuple(phrases)
    if not asked:
        return 0
    hasher = product_hasher()
    query = WordQuery(tuple(tuple(map(hasher.term, phrase)) for phrase in asked))
    scope = by.centre_ids

    def count() -> int:
        return engine.find(query, Filters(centres=scope), Order.NEWEST, limit=1).total

    return _in_scope.get((engine, scope, query), count)
