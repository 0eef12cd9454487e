"""How many times as often as before, with the interval that so few cases leave open.

Counts of two periods are taken as Poisson. Given their sum, the later one is binomial, so that the exact
(Clopper–Pearson) interval of its share is an exact interval of the ratio of the rates. It covers the true ratio in at
least 95 % of cases, whatever the counts: with few cases it is wide, and that is the answer.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LEVEL: Final = 0.95
_STEPS: Final = 60
_PRECISE: Final = 1e-13
_TINY: Final = 1e-300


@dataclass(frozen=True)
class Ratio:
    """`value` times as often; None where there was none before. `high` None: no upper end (none before)."""

    value: float | None
    low: float
    high: float | None

    @property
    def is_rise(self) -> bool:
        """Whether even the lower end is more often than before."""
        return self.low > 1


@lru_cache(maxsize=4096)
def ratio(now: int, before: int, periods: int) -> Ratio:
    """`now` cases in one period against `before` in `periods` (≥ 1) of the same length together."""
    tail = (1 - LEVEL) / 2
    low = 0.0 if now == 0 else _where(now, before + 1, tail)
    high = 1.0 if before == 0 else _where(now + 1, before, 1 - tail)
    return Ratio(
        value=now * periods / before if before else None,
        low=periods * low / (1 - low),
        high=periods * high / (1 - high) if before else None,
    )


@lru_cache(maxsize=4096)
def share(of_these: int, of_all: int) -> tuple[float, float]:
    """The ends of the exact interval of the share of which `of_these` of `of_all` (≥ 1) were found."""
    tail = (1 - LEVEL) / 2
    others = of_all - of_these
    low = 0.0 if of_these == 0 else _where(of_these, others + 1, tail)
    high = 1.0 if others == 0 else _where(of_these + 1, others, 1 - tail)
    return low, high


def incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) for a, b > 0: of `a + b - 1` trials with probability x, that of `a` or more, where both are whole.

    By the continued fraction of the incomplete beta function, on whichever side it ends soon
    (Abramowitz & Stegun 26.5.8; evaluated by the modified method of Lentz).
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = x * (1 - x) * _density(a, b, x)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            d, c = 1 / _away(1 + term * d), _away(1 + term / c)
            change = c * d
            value *= change
        if abs(change - 1) < _PRECISE:
            break
    return value


def _away(number: float) -> float:
    """Not zero: the next fraction divides by it."""
    return number if abs(number) > _TINY else _TINY


def _density(a: float, b: float, x: float) -> float:
    """The slope of I_x(a, b) at 0 < x < 1."""
    return math.exp(
        math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        + (a - 1) * math.log(x)
        + (b - 1) * math.log1p(-x)
    )


def _where(a: float, b: float, share: float) -> float:
    """The p in (0, 1) at which I_p(a, b) is the share: Newton's method, halving where that leaves what is known."""
    low, high, p = 0.0, 1.0, a / (a + b)
    for _ in range(_STEPS):
        beyond = incomplete_beta(a, b, p) - share
        low, high = (low, p) if beyond >= 0 else (p, high)
        slope = _density(a, b, p)
        nearer = p - beyond / slope if slope > _TINY else low
        if not low < nearer < high:
            nearer = (low + high) / 2
        if abs(nearer - p) <= _PRECISE * p:
            return nearer
        p = nearer
    return p
