"""Whether calls fell where a lecture was held: before and after, against districts where none was held. Pure.

Each lecture (a district, a day) is compared with the districts that had none on the 手口 from half a year before to
half a year after it. Counts of half years are taken as Poisson with a common overdispersion φ. The effect is a
difference of logarithms of rates.

φ comes from Pearson's statistic (McCullagh and Nelder 1989, Generalized Linear Models, 9.2.4) over the districts that
never had a lecture, district × half year of the whole record: a good hundred degrees of freedom in three years, where
the two half years around one lecture give a dozen. It is taken at the upper end of its own interval, for planning and
for the interval: whoever plans with an estimate tells just where that came out too small by chance, and claims then
more than the level allows (9 to 12 % instead of 5 % at φ = 2, measured). No estimate is wholly free of that where it
can be told only in one of a hundred times; the end makes those rarer still. Where the record is short the end lies
high, and nobody can tell. φ is never below 1.

It says "cannot tell" unless a fall of FALL would be found with POWER: then no interval is called a result, whatever
it shows. Calls are not harm: a lecture may also bring more calls, because people learn whom to ask.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from cases.figures.need import gamma

LEVEL: Final = 0.95
SPREAD_LEVEL: Final = (1 + LEVEL) / 2
"""With this probability φ lies below the end that is taken: that of an interval of LEVEL."""
FALL: Final = 0.30
POWER: Final = 0.80
FEWEST_DISTRICTS: Final = 3
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Held:
    """One lecture: calls of its district in the half year before and after; of each other district, the same two."""

    before: int
    after: int
    others: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Effect:
    """`ratio` of the calls after to those that would have come: below 1 a fall. `can_tell`: a fall of FALL would be
    found with POWER. `spread`: φ as it was taken. `ratio` and its ends are None where nothing can be divided."""

    lectures: int
    after: int
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    spread: float | None
    can_tell: bool

    @property
    def is_fall(self) -> bool:
        """Whether it can be told, and even the high end is a fall."""
        return self.can_tell and self.high is not None and self.high < 1

    @property
    def is_rise(self) -> bool:
        return self.can_tell and self.low is not None and self.low > 1


def effect(held: Sequence[Held], quiet: Sequence[Sequence[int]] = ()) -> Effect:
    """All lectures on one 手口 together. `quiet`: districts without any, with their calls half year by half year."""
    usable = [one for one in held if len(one.others) >= FEWEST_DISTRICTS and _sum(one, 0) and _sum(one, 1)]
    after = sum(one.after for one in usable)
    shares = [_sum(one, 1) / _sum(one, 0) for one in usable]
    expected = sum(one.before * share for one, share in zip(usable, shares, strict=True))
    # Districts of a record without a quiet one still tell something around each day; of days alike, each once.
    tables = (
        [quiet]
        if len(quiet) >= FEWEST_DISTRICTS
        else [list(of) for of in {tuple(one.others) for one in usable}]
    )
    phi = spread(tables)
    if not after or not expected or phi is None:
        return Effect(len(usable), after, expected, None, None, None, phi, can_tell=False)
    # What varies: each district's own half years, and those it is compared with, which lectures of a day share.
    own = sum((share**2) * one.before for one, share in zip(usable, shares, strict=True)) / expected**2
    shared = max(1 / _sum(one, 0) + 1 / _sum(one, 1) for one in usable)
    error = math.sqrt(phi * (1 / after + own + shared))
    # Planned from what was known before: the calls after would be those expected, less the fall.
    planned = math.sqrt(phi * (1 / (expected * (1 - FALL)) + own + shared))
    reach = _NORMAL.inv_cdf((1 + LEVEL) / 2)
    can_tell = -math.log(1 - FALL) >= (reach + _NORMAL.inv_cdf(POWER)) * planned
    middle = math.log(after / expected)
    return Effect(
        lectures=len(usable),
        after=after,
        expected=expected,
        ratio=math.exp(middle),
        low=math.exp(middle - reach * error),
        high=math.exp(middle + reach * error),
        spread=phi,
        can_tell=can_tell,
    )


def _sum(one: Held, half: int) -> int:
    return sum(pair[half] for pair in one.others)


def spread(tables: Iterable[Sequence[Sequence[int]]]) -> float | None:
    """φ at its upper end, from tables of district × half year; None where they say nothing of it."""
    off, freedom = 0.0, 0
    for table in tables:
        counts = np.array(table, dtype=np.float64)
        counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
        if min(counts.shape) < 2:
            continue
        expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
        off += float(((counts - expected) ** 2 / expected).sum())
        freedom += (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if not freedom:
        return None
    return max(off / _least(freedom), 1.0)


@lru_cache(maxsize=1_000)
def _least(freedom: int) -> float:
    """The point of χ² that chance stays above with SPREAD_LEVEL."""
    return 2 * float(gamma.quantile(np.array([freedom / 2]), 1 - SPREAD_LEVEL)[0])
