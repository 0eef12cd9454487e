"""The way of a question through an engine: terms, candidates, scores, one hit for each group of near-duplicates.

Shared by the desk, by evaluation and by measurements, whatever the engine: given the same candidates the answer is the
same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from cases.law import calendar
from search import analysis, boosts, ranking
from search.backends.base import Backend, Document, Filters
from search.boosts import CodesOfQuery
from search.hashing import TermHasher

CANDIDATES: Final = 200
# Asked for once more where so many of the first are copies of one another that too few hits are left.
MORE_CANDIDATES: Final = 1_000
# What words mean tells less than the words themselves: it is said so many times for each.
_MEANING: Final = 0.62
_NO_CODES: Final = CodesOfQuery()


@dataclass(frozen=True)
class Ranked:
    """Documents with their scores, best first, and how much each known word of the question tells.

    Equals are in the order of their uids, so that the same question has the same answer.
    """

    documents: list[tuple[Document, float]]
    telling: dict[str, float]


@dataclass(frozen=True)
class Hit:
    """A document, what its score gained by (`search.boosts`), and its near-duplicates, the best first."""

    document: Document
    score: float
    same: tuple[str, ...]
    behind: tuple["Hit", ...] = ()

    @property
    def uid(self) -> UUID:
        return self.document.uid


@dataclass(frozen=True)
class Nearest:
    hits: list[Hit]
    telling: dict[str, float]


def ranked(
    engine: Backend,
    hasher: TermHasher,
    question: Mapping[str, int],
    filters: Filters,
    *,
    most: int = CANDIDATES,
) -> Ranked:
    """Both stages for the terms of a text, by words alone. Raises what the engine raises."""
    hashed = {
        hasher.term(word): count * (_MEANING if word.startswith(analysis.MEANING) else 1.0)
        for word, count in question.items()
    }
    frequencies, size = engine.frequencies(hashed), engine.size()
    found = engine.candidates(ranking.telling_terms(hashed, frequencies, size), filters, most)
    points = ranking.scores(
        hashed,
        frequencies,
        [document.terms for document in found],
        size=size,
        mean_length=engine.mean_length(),
    )
    scored = sorted(zip(found, points, strict=True), key=lambda pair: (-pair[1], pair[0].uid))
    telling = {
        word: ranking.idf(frequencies[term], size)
        for word in question
        if (term := hasher.term(word)) in frequencies
    }
    return Ranked(scored, telling)


def nearest(
    engine: Backend,
    hasher: TermHasher,
    question: Mapping[str, int],
    filters: Filters,
    *,
    wanted: int,
    codes: CodesOfQuery = _NO_CODES,
    today: date | None = None,
) -> Nearest:
    """At most `wanted` hits, best first, codes in common and recency weighed in. Raises what the engine raises."""
    day = today or calendar.today()
    found = ranked(engine, hasher, question, filters)
    hits = _hits(found, wanted, codes, day)
    if len(hits) < wanted and len(found.documents) >= CANDIDATES:
        found = ranked(engine, hasher, question, filters, most=MORE_CANDIDATES)
        hits = _hits(found, wanted, codes, day)
    return Nearest(hits, found.telling)


def _hits(found: Ranked, wanted: int, codes: CodesOfQuery, today: date) -> list[Hit]:
    weighing = boosts.Weighing(codes, boosts.likely(found.documents), today, boosts.in_use())
    hits: list[Hit] = []
    for document, score in found.documents:
        gain = weighing.gain(document)
        hits.append(Hit(document, score * gain.factor, gain.names))
    hits.sort(key=lambda hit: (-hit.score, hit.uid))
    groups = ranking.folded([hit.document.terms for hit in hits], wanted)
    return [replace(hits[first], behind=tuple(hits[place] for place in copies)) for first, *copies in groups]
