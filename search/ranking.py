"""Two stages, the same on every engine: a few telling terms find candidates, all terms put them in order.

The engine weighs no term of a query; weighing each by tf × idf gains more than any other engine or analysis would.
Pure functions over keyed digests.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from search.hashing import TERM_BYTES

_MOST_TERMS: Final = 25
_LEAST_TERMS: Final = 8
# A term in more than 2 % of the documents costs much and tells little …
_COMMON_SHARE: Final = 0.02
# … but among few documents "2 %" would be nothing.
_ALWAYS_RARE: Final = 50
# Entries of the index that one query may walk through: bounds the time whatever the number of cases.
_MOST_POSTINGS: Final = 60_000
_K1: Final = 0.9
_B: Final = 0.75
# A word said twice counts less than double.
_REPEATS: Final = 0.75
_POWERS: Final = 256 ** np.arange(TERM_BYTES - 1, -1, -1, dtype=np.uint64)


def idf(frequency: int, size: int) -> float:
    """How much a term tells that `frequency` of `size` documents hold; always above 0."""
    return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def telling_terms(query: Mapping[bytes, int], frequencies: Mapping[bytes, int], size: int) -> list[bytes]:
    """At most 25 terms of the query to look up candidates with, best first.

    Common terms are left out as long as 8 others remain; terms that no document holds find nothing.
    """
    held = [term for term in query if frequencies.get(term)]
    weight = {term: query[term] * idf(frequencies[term], size) for term in held}
    most = max(_ALWAYS_RARE, int(size * _COMMON_SHARE))
    rare = sorted((t for t in held if frequencies[t] <= most), key=lambda t: (-weight[t], t))
    common = sorted((t for t in held if frequencies[t] > most), key=lambda t: (frequencies[t], t))
    rare += common[: max(0, _LEAST_TERMS - len(rare))]
    chosen: list[bytes] = []
    walked = 0
    for term in rare[:_MOST_TERMS]:
        walked += frequencies[term]
        if chosen and walked > _MOST_POSTINGS:
            break
        chosen.append(term)
    return chosen


def scores(
    query: Mapping[bytes, int],
    frequencies: Mapping[bytes, int],
    packed: Sequence[bytes],
    *,
    size: int,
    mean_length: float,
) -> list[float]:
    """BM25 of each document (its packed terms), every term of the query weighted by its tf × idf (tf damped)."""
    terms = sorted(term for term in query if frequencies.get(term))
    if not terms or not packed:
        return [0.0] * len(packed)
    rarity = np.array([idf(frequencies[term], size) for term in terms])
    weights = rarity * rarity * np.array([query[term] for term in terms]) ** _REPEATS
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
    result: list[float] = (saturated @ weights).tolist()
    return result


def _numbers(packed: bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Each digest as a number, in the order of its bytes."""
    digits = np.frombuffer(packed, dtype=np.uint8).reshape(-1, TERM_BYTES).astype(np.uint64)
    return digits @ _POWERS
