"""A full scan of every document with BM25: what ranking is measured against."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from search.hashing import TERM_BYTES


@dataclass(frozen=True)
class Formula:
    """BM25 with `k1` and `b`; a query's term counts `tf ** repeats` times, by idf to the power `rarity`.

    Plain BM25: rarity 1, repeats 1. Rarity 2 weighs the query's terms by tf × idf too.
    """

    k1: float = 1.2
    b: float = 0.75
    rarity: float = 1.0
    repeats: float = 1.0


PLAIN: Final = Formula()
SHIPPED: Final = Formula(k1=0.9, b=0.75, rarity=2.0, repeats=0.75)
"""As `search.ranking`."""


class Scan:
    """All documents in memory, by their packed terms."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        self.size = len(packed)
        self._lengths = np.array([len(one) // TERM_BYTES for one in packed], dtype=float)
        self.mean_length = float(self._lengths.mean())
        places: dict[bytes, list[int]] = {}
        for number, one in enumerate(packed):
            for at in range(0, len(one), TERM_BYTES):
                places.setdefault(one[at : at + TERM_BYTES], []).append(number)
        self._lists = {term: np.unique(found, return_counts=True) for term, found in places.items()}

    def frequency(self, term: bytes) -> int:
        held = self._lists.get(term)
        return 0 if held is None else len(held[0])

    def scores(
        self, query: Mapping[bytes, int], formula: Formula
    ) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        found = np.zeros(self.size)
        for term in sorted(query):
            if (held := self._lists.get(term)) is None:
                continue
            documents, counts = held
            rarity = math.log(1 + (self.size - len(documents) + 0.5) / (len(documents) + 0.5))
            norm = formula.k1 * (1 - formula.b + formula.b * self._lengths[documents] / self.mean_length)
            weight = rarity**formula.rarity * query[term] ** formula.repeats
            found[documents] += weight * counts * (formula.k1 + 1) / (counts + norm)
        return found

    def best(self, query: Mapping[bytes, int], formula: Formula, top: int = 10) -> list[int]:
        """Places of the documents, best first; equals in order, none without a term in common."""
        scores = self.scores(query, formula)
        order = np.argsort(-scores, kind="stable")[:top]
        return [int(place) for place in order if scores[place] > 0]


# --- Measures -----------------------------------------------------------------------------------------------------
def ndcg(grades: Sequence[int], ideal: Sequence[int], top: int = 10) -> float:
    """Of the grades of the hits in order, against the best that any order of all documents could reach."""

    def gain(found: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(found[:top]))

    best = gain(sorted(ideal, reverse=True)[:top])
    return gain(grades) / best if best else 0.0


@dataclass(frozen=True)
class Interval:
    """A mean difference, and where 95 % of the resampled ones lie."""

    mean: float
    low: float
    high: float


def paired(one: Sequence[float], other: Sequence[float], groups: Sequence[str], seed: int = 1) -> Interval:
    """Paired bootstrap of one − other. Whole groups are drawn: their members share sentences."""
    differences = np.array(one) - np.array(other)
    names = sorted(set(groups))
    members = [np.flatnonzero([group == name for group in groups]) for name in names]
    dice = np.random.default_rng(seed)
    means = []
    for _turn in range(10_000):
        drawn = np.concatenate([members[place] for place in dice.integers(0, len(names), len(names))])
        means.append(differences[drawn].mean())
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(round(float(differences.mean()), 4), round(float(low), 4), round(float(high), 4))
