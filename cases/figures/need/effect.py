"""Whether calls fell where a lecture was held: before and after, against districts where none was held. Pure.

Each lecture (a district, a day) is compared with the districts that had none on the 手口 from half a year before to
half a year after it. Counts of the halves are taken as Poisson with a common overdispersion φ, which is how much more
than chance the halves of districts without a lecture differ, and never below 1. The effect is a difference of
logarithms of rates; its interval is that of Student's t with as many degrees of freedom as φ was estimated from.

It says "cannot tell" unless a fall of FALL would be found with POWER: then no interval is called a result, whatever
it shows. Calls are not harm: a lecture may also bring more calls, because people learn whom to ask.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.95
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
    found with POWER. `ratio` and its ends are None where nothing can be divided."""

    lectures: int
    after: int
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    spread: float
    can_tell: bool

    @property
    def is_fall(self) -> bool:
        """Whether it can be told, and even the high end is a fall."""
        return self.can_tell and self.high is not None and self.high < 1

    @property
    def is_rise(self) -> bool:
        return self.can_tell and self.low is not None and self.low > 1


def effect(held: Sequence[Held]) -> Effect:
    """All lectures on one 手口 together."""
    usable = [one for one in held if len(one.others) >= FEWEST_DISTRICTS and _sum(one, 0) and _sum(one, 1)]
    after = sum(one.after for one in usable)
    shares = [_sum(one, 1) / _sum(one, 0) for one in usable]
    expected = sum(one.before * share for one, share in zip(usable, shares, strict=True))
    phi, freedom = _spread(usable)
    if not after or not expected:
        return Effect(len(usable), after, expected, None, None, None, phi, can_tell=False)
    # What varies: each district's own half years, and those it is compared with, which lectures of a day share.
    own = sum((share**2) * one.before for one, share in zip(usable, shares, strict=True)) / expected**2
    shared = max(1 / _sum(one, 0) + 1 / _sum(one, 1) for one in usable)
    error = math.sqrt(phi * (1 / after + own + shared))
    # Planned from what was known before: the calls after would be those expected, less the fall.
    planned = math.sqrt(phi * (1 / (expected * (1 - FALL)) + own + shared))
    reach = student(freedom, (1 + LEVEL) / 2)
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


def _spread(held: Sequence[Held]) -> tuple[float, int]:
    """φ and its degrees of freedom, from the districts without a lecture; of days alike, each counts once."""
    off, freedom = 0.0, 0
    for others in {tuple(one.others) for one in held}:
        whole = [sum(pair[half] for pair in others) for half in (0, 1)]
        share = whole[1] / sum(whole)
        counted = [pair for pair in others if sum(pair)]
        off += sum(
            (after - share * (before + after)) ** 2 / ((before + after) * share * (1 - share))
            for before, after in counted
        )
        freedom += max(len(counted) - 1, 0)
    # A spread taken too small claims too much: two degrees fewer.
    return (max(off / max(freedom - 2, 1), 1.0), freedom) if freedom else (1.0, 1)


def student(freedom: int, probability: float) -> float:
    """The point of Student's t, by the expansion in 1 / freedom (Abramowitz & Stegun 26.7.5); near enough from 3 on."""
    z = _NORMAL.inv_cdf(probability)
    n = max(freedom, 3)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return float(z + sum(term / n**power for power, term in enumerate(terms, start=1)))
