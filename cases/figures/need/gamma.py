"""The gamma distribution over many cells at once: probabilities below a point, and the point of a probability."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PRECISE: Final = 1e-15
_MOST_TERMS: Final = 20_000
_STEPS: Final = 60
_TINY: Final = 1e-300
_NEAR_ENOUGH: Final = 1e-13


def log_gamma(shape: Floats) -> Floats:
    found: Floats = np.array([math.lgamma(one) for one in shape.ravel().tolist()], dtype=np.float64)
    return found.reshape(shape.shape)


def below(shape: Floats, x: Floats) -> Floats:
    """P(X ≤ x) for X gamma with these shapes (> 0) and scale 1; 0 for x ≤ 0.

    By the series for x < shape + 1 and the continued fraction beyond (Abramowitz & Stegun 6.5.29, 6.5.31; Lentz).
    """
    shape, x = np.broadcast_arrays(np.asarray(shape, dtype=np.float64), np.asarray(x, dtype=np.float64))
    found = np.zeros(shape.shape)
    is_low = (x > 0) & (x < shape + 1)
    is_high = (x >= shape + 1) & np.isfinite(x)
    front = np.zeros(shape.shape)
    there = is_low | is_high
    front[there] = np.exp(shape[there] * np.log(x[there]) - x[there] - log_gamma(shape[there]))
    if is_low.any():
        found[is_low] = front[is_low] * _series(shape[is_low], x[is_low])
    if is_high.any():
        found[is_high] = 1 - front[is_high] * _fraction(shape[is_high], x[is_high])
    found[np.isposinf(x)] = 1
    return np.clip(found, 0.0, 1.0)


def _series(shape: Floats, x: Floats) -> Floats:
    term = 1 / shape
    total = term.copy()
    for n in range(1, _MOST_TERMS):
        term = term * x / (shape + n)
        total += term
        if np.all(term <= total * _PRECISE):
            break
    return total


def _fraction(shape: Floats, x: Floats) -> Floats:
    b = x + 1 - shape
    c = np.full(shape.shape, 1 / _TINY)
    d = 1 / b
    value = d.copy()
    for n in range(1, _MOST_TERMS):
        a = -n * (n - shape)
        b = b + 2
        d = 1 / _away(a * d + b)
        c = _away(b + a / c)
        change = c * d
        value *= change
        if np.all(np.abs(change - 1) <= _PRECISE * 4):
            break
    return value


def _away(number: Floats) -> Floats:
    """Not zero: the next fraction divides by it."""
    return np.where(np.abs(number) > _TINY, number, _TINY)


def quantile(shape: Floats, probability: float) -> Floats:
    """The x with P(X ≤ x) = `probability` (in (0, 1)), scale 1.

    Newton's method on the logarithms of both, in which the lower tail is a line; halving where that leaves the way.
    Cells that are done are left alone: one that is slow does not hold up the others.
    """
    flat = np.atleast_1d(np.asarray(shape, dtype=np.float64)).ravel()
    log_of = log_gamma(flat)
    high = np.log(np.maximum(flat * 4, flat + 40))
    u = np.minimum(np.log(_near(flat, log_of, probability)), high)
    low = np.full(flat.shape, -math.inf)
    open_ones = np.arange(len(flat))
    for _ in range(_STEPS):
        at, a = u[open_ones], flat[open_ones]
        found = np.maximum(below(a, np.exp(at)), _TINY)
        is_beyond = found >= probability
        low[open_ones] = np.where(is_beyond, low[open_ones], at)
        high[open_ones] = np.where(is_beyond, at, high[open_ones])
        slope = np.exp(a * at - np.exp(at) - log_of[open_ones]) / found
        nearer = at - (np.log(found) - math.log(probability)) / np.maximum(slope, _TINY)
        is_off = ~((nearer > low[open_ones]) & (nearer < high[open_ones]))
        halved = np.where(np.isfinite(low[open_ones]), (low[open_ones] + high[open_ones]) / 2, at - 1)
        nearer = np.where(is_off, halved, nearer)
        u[open_ones] = nearer
        open_ones = open_ones[np.abs(nearer - at) > _NEAR_ENOUGH]
        if not len(open_ones):
            break
    answer: Floats = np.exp(u).reshape(np.shape(shape))
    return answer


def _near(shape: Floats, log_of: Floats, probability: float) -> Floats:
    """A first guess (Wilson and Hilferty 1931); for small shapes the head of the series."""
    z = _normal(probability)
    with np.errstate(all="ignore"):
        guess = shape * (1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))) ** 3
        head = np.exp((math.log(probability) + log_of + np.log(shape)) / shape)
    return np.where((shape > 1) & (guess > 0), guess, np.maximum(head, _TINY))


def _normal(probability: float) -> float:
    """The point of the normal distribution, near enough for a guess (Abramowitz & Stegun 26.2.23)."""
    tail = min(probability, 1 - probability)
    t = math.sqrt(-2 * math.log(tail))
    z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t**3
    )
    return z if probability > 0.5 else -z
