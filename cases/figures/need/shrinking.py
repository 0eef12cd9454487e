"""Rates of districts drawn towards the city's: a gamma prior around it, its width by moments, the answer by Bayes.

Of one 手口 and age group, a district with `observed` cases where the city's rate would bring `expected` has the rate
ratio RR = (observed + α) / (expected + β). α = β = 1 / A, so that the prior's mean is the city's rate and A is how much
true ratios differ between districts.

A comes from the squares of what is off, each cell counting by its own precision: the optimal quadratic estimating
equation (Breslow 1984, Applied Statistics 33:38; Crowder 1987, Biometrika 74:591). Given the n cases of a row, with p
the part of a district in the residents, (observed - n p)² is n p (1 - p) and A n (n - 1) p² (1 - 2 p + Σ p²) more; its
variance is about 2 m² + m with m = n p + A (n p)². Weighting every cell alike, as Marshall (1991, Applied Statistics
40:283) does, lets cells that expect a twentieth of a case drown the others. All 手口 and age groups tell the common A
together; a row's own is drawn towards it, each by its precision.

A is unbiased and may come out below zero; half a standard error is added before it is cut off there. How much of the
truth an interval holds is concave in A, so an unbiased A holds too little. With v the variance beside A's, the
second-order correction is (z² + 1) / 4 · se² / (v + A) (in the manner of Yoshimori and Lahiri 2014, Annals of
Statistics 42:1233): up to three quarters of a standard error where few cases came, nothing where A is known well. But
where districts are truly alike every addition holds too much, and nobody can know that they are: half stands between.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures.need import gamma

Floats = NDArray[np.float64]

LEAST: Final = 1e-4
"""Stands for districts that are all alike: their true ratios differ by a hundredth."""
USUAL: Final = 0.1
"""What is taken where nothing can be learned: a standard deviation of about 0.3."""
ADDED: Final = 0.5
"""Standard errors that are added to the common A."""
LEVEL: Final = 0.90
_ROUNDS: Final = 8


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


@dataclass(frozen=True, eq=False)
class Squares:
    """Of every cell how far the square of what is off exceeds chance, and by how much it would for an A of 1."""

    expected: Floats
    beyond: Floats
    each: Floats

    @classmethod
    def of(cls, observed: Floats, expected: Floats) -> "Squares":
        cases = expected.sum(axis=1, keepdims=True)
        part = expected / np.where(cases > 0, cases, 1.0)
        alike = (part**2).sum(axis=1, keepdims=True)
        pairs = np.maximum(cases * (cases - 1), 0.0)
        return cls(
            expected,
            (observed - expected) ** 2 - expected * (1 - part),
            pairs * part**2 * (1 - 2 * part + alike),
        )

    def told(self, spread: float) -> tuple[Floats, Floats]:
        """Per row A times its precision, and the precision: how much it says, were A so large."""
        mean = self.expected + spread * self.expected**2
        weight = self.each / np.where(mean > 0, 2 * mean**2 + mean, 1.0)
        return (weight * self.beyond).sum(axis=1), (weight * self.each).sum(axis=1)


def spreads(observed: Floats, expected: Floats) -> Floats:
    """A for each row: its own and that of all rows together, each by its precision; never below LEAST.

    True A is taken to differ between rows by half of the common one.
    """
    squares = Squares.of(observed, expected)
    common = USUAL
    for _round in range(_ROUNDS):
        weighed, precision = squares.told(common)
        whole = precision.sum()
        if not whole:
            return np.full(len(observed), USUAL)
        raw = float(weighed.sum() / whole)
        common = max(raw, LEAST)
    common = max(raw + ADDED / float(np.sqrt(whole)), LEAST)
    weighed, precision = squares.told(common)
    prior = 4 / common**2
    kept: Floats = np.maximum((common * prior + weighed) / (prior + precision), LEAST)
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
