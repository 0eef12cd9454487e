"""The way of a question through an engine: terms, candidates, scores. Shared by the desk and by evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from search import ranking
from search.backends.base import Backend, Document, Filters
from search.hashing import TermHasher

CANDIDATES: Final = 200


@dataclass(frozen=True)
class Ranked:
    """Documents with their scores, best first, and how much each known word of the question tells.

    Equals are in the order of their uids, so that the same question has the same answer.
    """

    documents: list[tuple[Document, float]]
    telling: dict[str, float]


def ranked(engine: Backend, hasher: TermHasher, question: Mapping[str, int], filters: Filters) -> Ranked:
    """Both stages for the terms of a text. Raises what the engine raises."""
    hashed = {hasher.term(word): count for word, count in question.items()}
    frequencies, size = engine.frequencies(hashed), engine.size()
    lookups = ranking.telling_terms(hashed, frequencies, size)
    found = engine.candidates(lookups, filters, CANDIDATES)
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
