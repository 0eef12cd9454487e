"""Rates of districts drawn towards the city's: a gamma prior around it, its width by moments, the answer by Bayes.

Of one 手口 and age group, a district with `observed` cases where the city's rate would bring `expected` has the rate
ratio RR = (observed + α) / (expected + β). α = β = 1 / A, so that the prior's mean is the city's rate and A is how much
true ratios differ between districts.

A by moments (Clayton and Kaldor 1987, Biometrics 43:671; Marshall 1991, Applied Statistics 40:283), with n cases over K
districts, p the part of each in the residents, and corrected for the city's rate being counted from the same cases
(given n, the squares of the counts tell of A through n (n - 1) pairs of cases):

    A = (Σ (observed - n p)² / (n p) - (K - 1)) / ((n - 1) (1 - Σ p²))

With few cases that is mostly chance and often below zero. So it is drawn towards what all 手口 and age groups say
together, each counting as its own precision allows, and never below `LEAST`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures.need import gamma

Floats = NDArray[np.float64]

LEAST: Final = 0.04
"""Districts are never taken to be all alike: so much their true ratios differ at least (standard deviation 0.2)."""
USUAL: Final = 0.1
"""What is taken where nothing can be learned: a standard deviation of about 0.3."""
LEVEL: Final = 0.90


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Per series (手口 × age group) a row, per district a column; `spread` (A) per series.

    `ratio` is the mean of RR, `low` and `high` the ends of its interval, `shape` that of the gamma distribution which
    both come from: its mean is `ratio`.
    """

    ratio: Floats
    low: Floats
    high: Floats
    shape: Floats
    spread: Floats


def spread_of(observed: Floats, expected: Floats) -> Floats:
    """A by moments for each row, as it comes: below zero too. NaN where there are fewer than two cases or districts."""
    cases = expected.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.where(expected > 0, (observed - expected) ** 2 / expected, 0.0).sum(axis=1)
        pairs = (cases - 1) * (1 - (expected**2).sum(axis=1) / cases**2)
        found: Floats = (off - (_districts(expected) - 1)) / pairs
    found[(cases <= 1) | (_districts(expected) < 2)] = np.nan
    return found


def _districts(expected: Floats) -> Floats:
    count: Floats = (expected > 0).sum(axis=1).astype(np.float64)
    return count


def spreads(observed: Floats, expected: Floats) -> Floats:
    """A for each row: its own by moments and that of all rows together, each by its precision; never below LEAST.

    The variance of A by moments is about 2 / K · (K / (n - 1) + A)²; true A is taken to differ between rows by half of
    the common one. The common one has a standard error added: a spread taken too small promises too much.
    """
    own = spread_of(observed, expected)
    is_known = np.isfinite(own)
    if not is_known.any():
        return np.full(len(own), USUAL)
    cases, districts = expected.sum(axis=1)[is_known] - 1, _districts(expected)[is_known]

    def precision(spread: float) -> Floats:
        found: Floats = districts / (2 * (districts / cases + spread) ** 2)
        return found

    first = precision(USUAL)
    common = max(float(((own[is_known] * first).sum() + np.sqrt(first.sum())) / first.sum()), LEAST)
    weight, prior = precision(common), 4 / common**2
    found = np.full(len(own), common)
    found[is_known] = (common * prior + own[is_known] * weight) / (prior + weight)
    kept: Floats = np.maximum(found, LEAST)
    return kept


def shrunk(observed: Floats, expected: Floats, level: float = LEVEL) -> Shrunk:
    """Every row by its spread. `expected` sums up to `observed` in each row: it is the city's rate times residents.

    The interval takes in that the city's rate is itself counted from few cases: relative variances 1 / (observed + α)
    of the district and w² / N of the city add up, N its cases and w the weight of the city in the district's answer.
    """
    spread = spreads(observed, expected)
    alpha = (1 / spread)[:, None]
    ratio = (observed + alpha) / (expected + alpha)
    weight = alpha / (expected + alpha)
    cases = np.maximum(observed.sum(axis=1, keepdims=True), 1.0)
    shape = 1 / (1 / (observed + alpha) + weight**2 / cases)
    low, high = ends(shape, level)
    return Shrunk(ratio, ratio * low, ratio * high, shape, spread)


def ends(shape: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The ends of the middle `level` of a gamma distribution with mean 1."""
    tail = (1 - level) / 2
    return gamma.quantile(shape, tail) / shape, gamma.quantile(shape, 1 - tail) / shape


def counted(observed: Floats, level: float = LEVEL) -> tuple[Floats, Floats, Floats]:
    """(mean, low, high) of what is expected where nothing is known but one count of it: Jeffreys' gamma(count + ½)."""
    low, high = ends(observed + 0.5, level)
    mean = observed + 0.5
    return mean, mean * low, mean * high
