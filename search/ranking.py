"""Two stages, the same on every engine: a few telling terms find candidates, all terms put them in order.

Pure functions over keyed digests. What each part gains: benchmarks/results/similar.md.
"""

import math
from collections.abc import Mapping, Sequence, Set
from typing import Final

import numpy as np

from search.hashing import TERM_BYTES, unpacked

_MOST_TERMS: Final = 25
# Entries of the index that one query may walk through; more of them where there are more cases, by a power that keeps
# a million within the time that a caller waits and most of the best ten in sight (benchmarks/results/similar.md).
_WALKED: Final = 60_000
_WALKED_OF: Final = 50_000
_WALKED_POWER: Final = 2 / 3
_FINEST: Final = 4_000
_K1: Final = 0.9
_B: Final = 0.75
# A word said twice counts less than double.
_REPEATS: Final = 0.75
# The longer a text, the more of its words say nothing about it: in a sentence or two every word counts by its idf, in
# a long text by its idf squared, in between by a power in between (different terms of the query).
_SHORT: Final = 30
_LONG: Final = 45
# Two documents whose sets of terms have this share in common say the same.
_SAME_SHARE: Final = 0.85
# Of those, at most so many terms in only one of the two for each term that both hold.
_APART: Final = 1 / _SAME_SHARE - 1 + 1e-9
_BITS: Final = 1024
_POWERS: Final = 256 ** np.arange(TERM_BYTES - 1, -1, -1, dtype=np.uint64)


def idf(frequency: int, size: int) -> float:
    """How much a term tells that `frequency` of `size` documents hold; always above 0."""
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def most_postings(size: int) -> int:
    """How many entries of the index one query may walk through, of `size` documents."""
    return round(_WALKED * math.pow(max(1.0, size / _WALKED_OF), _WALKED_POWER))


def telling_terms(
    query: Mapping[bytes, float], frequencies: Mapping[bytes, int], size: int
) -> dict[bytes, int]:
    """At most 25 terms of the query to look up candidates with, best first, each with its weight.

    The most telling ones whose lists together are no longer than `most_postings`, and always one; terms that no
    document holds find nothing. Weights are whole numbers from 1 to `_FINEST`, so that every engine adds them up to the
    same sums.
    """
    weight = _weights(query, frequencies, size)
    chosen: list[bytes] = []
    walked, most = 0, most_postings(size)
    for term in sorted(weight, key=lambda term: (-weight[term], term)):
        if len(chosen) < _MOST_TERMS and (not chosen or walked + frequencies[term] <= most):
            chosen.append(term)
            walked += frequencies[term]
    highest = max(weight.values(), default=1.0)
    return {term: max(1, round(_FINEST * weight[term] / highest)) for term in chosen}


def _weights(query: Mapping[bytes, float], frequencies: Mapping[bytes, int], size: int) -> dict[bytes, float]:
    """Of each term that some document holds: how often the query says it, and how much it tells."""
    power = min(1.0, max(0.0, (len(query) - _SHORT) / (_LONG - _SHORT)))
    return {
        term: count**_REPEATS * idf(frequencies[term], size) ** (1 + power)
        for term, count in query.items()
        if frequencies.get(term)
    }


def scores(
    query: Mapping[bytes, float],
    frequencies: Mapping[bytes, int],
    packed: Sequence[bytes],
    *,
    size: int,
    mean_length: float,
) -> list[float]:
    """BM25 of each document (its packed terms); in a long query idf counts twice, as it does for the query's terms."""
    weight = _weights(query, frequencies, size)
    if not weight or not packed:
        return [0.0] * len(packed)
    terms = sorted(weight)
    weights = np.array([weight[term] for term in terms])
    wanted = _numbers(b"".join(terms))
    lengths = np.array([len(one) // TERM_BYTES for one in packed])
    found = _numbers(b"".join(packed))
    place = np.minimum(np.searchsorted(wanted, found), len(terms) - 1)
    is_hit = wanted[place] == found
    rows = np.repeat(np.arange(len(packed)), lengths)[is_hit]
    counts = np.bincount(rows * len(terms) + place[is_hit], minlength=len(packed) * len(terms))
    tf = counts.reshape(len(packed), len(terms)).astype(float)
    norm = _K1 * (1 - _B + _B * lengths / max(mean_length, 1.0))
    saturated = tf * (_K1 + 1) / (tf + norm[:, None])
    # Not `saturated @ weights`: its sums differ in the last place by where a row stands, and equals would not tie.
    result: list[float] = (saturated * weights).sum(axis=1).tolist()
    return result


def _numbers(packed: bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Each digest as a number, in the order of its bytes."""
    digits = np.frombuffer(packed, dtype=np.uint8).reshape(-1, TERM_BYTES).astype(np.uint64)
    return digits @ _POWERS


def folded(packed: Sequence[bytes], wanted: int) -> list[list[int]]:
    """The first `wanted` documents (their packed terms, best first) that differ, each with its near-duplicates behind.

    Places in `packed`. Near: of all terms that either of two documents holds, nearly all are in both, however often.
    """
    groups: list[list[int]] = []
    group_of = [-1] * len(packed)
    marks, terms = _marks(packed), [len(one) // TERM_BYTES for one in packed]
    for place, mark in enumerate(marks):
        if group_of[place] >= 0:
            groups[group_of[place]].append(place)
        elif len(groups) < wanted:
            apart = np.bitwise_count(marks ^ mark).sum(axis=1)
            # More bits apart, and more terms are apart than two near-duplicates can be: the rest is counted exactly.
            maybe = np.flatnonzero(apart <= np.minimum(terms, terms[place]) * _APART).tolist()
            own = set(unpacked(packed[place]))
            for other in maybe:
                if group_of[other] < 0 and (other == place or _is_near(own, set(unpacked(packed[other])))):
                    group_of[other] = len(groups)
            groups.append([place])
    return groups


def _marks(packed: Sequence[bytes]) -> "np.ndarray[tuple[int, int], np.dtype[np.uint64]]":
    """Of each document one bit of `_BITS` for each term; terms may share a bit."""
    rows = np.repeat(np.arange(len(packed)), [len(one) // TERM_BYTES for one in packed])
    last = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, TERM_BYTES)[:, -2:].astype(np.intp)
    bits = np.zeros((len(packed), _BITS), dtype=bool)
    bits[rows, (last[:, 0] << 8 | last[:, 1]) % _BITS] = True
    return np.packbits(bits, axis=1).view(np.uint64)


def _is_near(one: Set[bytes], other: Set[bytes]) -> bool:
    common = len(one & other)
    return common >= (len(one) + len(other) - common) * _SAME_SHARE
