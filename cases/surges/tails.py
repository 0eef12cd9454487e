"""Probabilities of counts, for whole arrays at once, in bounded time whatever is asked.

A count is negative binomial with a `mean` and a `size` (variance = mean + mean² / size), or Poisson where `size` is
infinite. P(Y ≥ y) is the regularised incomplete beta function I_x(y, size) with x / (1 − x) = mean / size. It is
computed from a saddle-point form of its leading factor, which loses no digits to large arguments, times the continued
fraction of Abramowitz & Stegun 26.5.8 where the smaller argument is small, or Gauss–Legendre points on the logit scale.
No step depends on a stopping rule alone: every loop ends after a fixed number of rounds.
"""

import math
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Poisson is taken as a negative binomial whose variance is this much larger: below 1e-9 in every probability.
_POISSON: Final = 2.0**33
_ROUNDS: Final = 2_000
# So few places are gone through faster one by one than as arrays: a round of arrays costs as much as some thirty.
_FEW: Final = 24
_TURNS: Final = 180
_LARGEST_COUNT: Final = 2.0**53
_PRECISE: Final = 1e-15
_TINY: Final = 1e-300
# From here on both arguments are so large that the density is all but normal on the logit scale.
_SMOOTH: Final = 400.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_WIDTHS: Final = 11.0
_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
_SHIFT: Final = 10


def at_least(count: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y ≥ count). A broken count is rounded down (with 1e-7 of grace).

    NaN where any of the three is NaN, or the mean beyond the whole numbers that can be told apart.
    """
    count, mean, size = np.broadcast_arrays(np.floor(count + 1e-7), mean, size)
    is_told = ~np.isnan(count) & (mean < _LARGEST_COUNT) & ~np.isnan(size)
    found = np.where(is_told, 1.0, np.nan)
    at = np.flatnonzero(is_told & (count >= 1) & (mean > 0))
    y, m = count.ravel()[at], mean.ravel()[at]
    r = np.minimum(size.ravel()[at], m * _POISSON)
    is_below = (y <= np.minimum(m, _SMOOTH)) & (r > _SMOOTH)
    flat: Floats = found.ravel()
    flat[at[is_below]] = 1 - _fewer(y[is_below], m[is_below], r[is_below])
    y, m, r = y[~is_below], m[~is_below], r[~is_below]
    flat[at[~is_below]] = incomplete_beta(y, r, m / (m + r), r / (m + r))
    # So rare a mean rounds to nothing.
    flat[(is_told & (count >= 1) & (mean <= 0)).ravel()] = 0.0
    return flat.reshape(count.shape)


def upper_bound(alpha: float | Floats, mean: Floats, size: Floats) -> Floats:
    """The smallest count that is exceeded with a probability of `alpha` at most (0 < alpha < 1).

    By narrowing an interval that holds it for certain, every third time by half: no distribution has more than
    `alpha` beyond mean + sd × √((1 − alpha) / alpha) (Cantelli). NaN where that is beyond the whole numbers that can
    be told apart.
    """
    level, mean, size = np.broadcast_arrays(np.asarray(alpha, dtype=np.float64), mean, size)
    with np.errstate(over="ignore", invalid="ignore"):  # without a bound, as it says
        deviation = np.sqrt(mean + mean * mean / size)
        high: Floats = np.ceil(mean + deviation * np.sqrt((1 - level) / level)) + 1
    high[~(high < _LARGEST_COUNT)] = np.nan
    low = np.full(mean.shape, -1.0)
    beyond_low, beyond_high = np.ones(mean.shape), at_least(high + 1, mean, size)
    for turn in range(_TURNS):
        at = np.flatnonzero(high - low > 1)
        if not len(at):
            break
        middle = np.floor((low[at] + high[at]) / 2)
        if turn % 3:  # by the logarithms of the two tails, which are all but straight; then one beyond
            first, last = (np.log(np.maximum(beyond[at], _TINY)) for beyond in (beyond_low, beyond_high))
            share = (first - np.log(level[at])) / np.maximum(first - last, _TINY)
            near = np.floor(low[at] + share * (high[at] - low[at])) + (turn % 3 - 1)
            middle = np.clip(near, low[at] + 1, high[at] - 1)
        beyond = at_least(middle + 1, mean[at], size[at])
        is_low = beyond > level[at]
        low[at[is_low]], beyond_low[at[is_low]] = middle[is_low], beyond[is_low]
        high[at[~is_low]], beyond_high[at[~is_low]] = middle[~is_low], beyond[~is_low]
    return high


def student_two_sided(t: Floats, freedom: Floats) -> Floats:
    """P(|T| ≥ |t|) for Student's t; NaN where either is NaN or nothing is free."""
    squared = t * t
    found = np.full(np.shape(t), np.nan)
    found[np.isinf(squared) & (freedom > 0)] = 0.0
    at = np.isfinite(squared) & (freedom > 0)
    of, free = squared[at], freedom[at]
    found[at] = incomplete_beta(free / 2, np.full(of.shape, 0.5), free / (free + of), of / (free + of))
    return found


def normal_above(z: Floats) -> Floats:
    """P(Z > z) for the standard normal."""
    return np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in z.tolist()], dtype=np.float64)


def normal_quantile(p: float) -> float:
    return NormalDist().inv_cdf(p)


def _fewer(count: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y < count), summed from the largest term down; for a count below the mean and a large size.

    There the continued fraction of the other side would take small differences of large terms.
    """
    if not len(count):
        return count
    x, rest = mean / (mean + size), size / (mean + size)
    term = _leading(count, size, x, rest) / ((count - 1 + size) * x)
    total = term.copy()
    for step in range(1, int(_SMOOTH)):
        below = count - step
        if not np.any(below > 0):
            break
        term = term * np.maximum(below, 0) / ((below - 1 + size) * x)
        total += term
    return total


def incomplete_beta(a: Floats, b: Floats, x: Floats, rest: Floats) -> Floats:
    """I_x(a, b) for a, b > 0; `rest` is 1 − x, given apart so that none of its digits are lost.

    Absolute error below 1e-10.
    """
    found = np.where(x <= 0, 0.0, 1.0)
    inside = (x > 0) & (rest > 0)
    is_smooth = inside & (np.minimum(a, b) > _SMOOTH)
    is_steep = inside & ~is_smooth
    found[is_smooth] = _by_points(a[is_smooth], b[is_smooth], x[is_smooth], rest[is_smooth])
    found[is_steep] = _by_fraction(a[is_steep], b[is_steep], x[is_steep], rest[is_steep])
    return found


def _by_fraction(a: Floats, b: Floats, x: Floats, rest: Floats) -> Floats:
    """On whichever side the fraction ends soon."""
    if not len(a):
        return a
    is_low = x < (a + 1) / (a + b + 2)
    first, second = np.where(is_low, a, b), np.where(is_low, b, a)
    near, far = np.where(is_low, x, rest), np.where(is_low, rest, x)
    tail = _leading(first, second, near, far) * _fraction(first, second, near) / first
    return np.where(is_low, tail, 1 - tail)


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """The continued fraction by the modified method of Lentz; each place rests once it is precise."""
    found = np.empty_like(a)
    at = np.arange(len(a))
    c, d = np.ones_like(a), 1 / _away(1 - (a + b) * x / (a + 1))
    value = d.copy()
    for m in range(1, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        change = c * d
        value *= change
        is_open = np.abs(change - 1) > _PRECISE
        if not is_open.all():
            found[at[~is_open]] = value[~is_open]
            at = at[is_open]
            a, b, x, c, d, value = (part[is_open] for part in (a, b, x, c, d, value))
            if len(at) <= _FEW:
                break
        elif len(at) <= _FEW:
            break
    else:
        found[at] = value
        return found
    parts = (part.tolist() for part in (a, b, x, c, d, value))
    found[at] = [_to_its_end(m + 1, *place) for place in zip(*parts, strict=True)]
    return found


def _to_its_end(first: int, a: float, b: float, x: float, c: float, d: float, value: float) -> float:
    """The same rounds of one place from `first` on: each step as above, so the digits are the same."""
    for m in range(first, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        below, above = 1 + even * d, 1 + even / c
        d = 1 / (below if abs(below) > _TINY else _TINY)
        c = above if abs(above) > _TINY else _TINY
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        below, above = 1 + odd * d, 1 + odd / c
        d = 1 / (below if abs(below) > _TINY else _TINY)
        c = above if abs(above) > _TINY else _TINY
        change = c * d
        value *= change
        if abs(change - 1) <= _PRECISE:
            break
    return value


def _by_points(a: Floats, b: Floats, x: Floats, rest: Floats) -> Floats:
    """With t = 1 / (1 + e⁻ᵘ) the density is tᵃ (1 − t)ᵇ in u: its tail beyond x, over eleven of its widths."""
    if not len(a):
        return a
    n = a + b
    width = np.sqrt(n / a / b)
    edge = np.log(x / rest) - np.log(a / b)
    is_low = edge < 0
    reach = _WIDTHS * width
    middle = np.where(is_low, edge - reach / 2, edge + reach / 2)
    u = middle[:, None] + reach[:, None] / 2 * _NODES
    density = np.exp(a[:, None] * u - n[:, None] * np.log1p((a / n)[:, None] * np.expm1(u)))
    peak = np.sqrt(a / n * b / (2 * math.pi)) * np.exp(_errors(n, a, b))
    tail = peak * reach / 2 * (density @ _WEIGHTS)
    return np.where(is_low, tail, 1 - tail)


def _leading(a: Floats, b: Floats, x: Floats, rest: Floats) -> Floats:
    """xᵃ (1 − x)ᵇ / B(a, b) by Loader's saddle point: deviances instead of differences of large logarithms."""
    n = a + b
    off = a * rest - b * x  # a − n x, and the same below b
    share_a, share_b = off / a, -off / b
    deviance = a * _deviance(share_a, n * x / a) + b * _deviance(share_b, n * rest / b)
    return np.sqrt(a / n * b / (2 * math.pi)) * np.exp(_errors(n, a, b) - deviance)


def _errors(n: Floats, a: Floats, b: Floats) -> Floats:
    """What Stirling's formula leaves of the binomial coefficient's logarithm; all at once, as calls cost most."""
    whole, first, second = np.split(_stirling(np.concatenate((n, a, b))), 3)
    left: Floats = whole - first - second
    return left


def _deviance(share: Floats, ratio: Floats) -> Floats:
    """−log(ratio) − share, where ratio = 1 − share; from whichever of the two is known more exactly."""
    is_near = np.abs(share) < 0.5
    logarithm = np.where(is_near, np.log1p(-np.where(is_near, share, 0.0)), np.log(np.maximum(ratio, _TINY)))
    return -logarithm - share


def _stirling(z: Floats) -> Floats:
    """log Γ(z + 1) less Stirling's formula, for z > 0."""
    is_small = z < _SHIFT
    w = np.where(is_small, z + _SHIFT, z)
    power, found = 1 / w, np.zeros_like(w)
    for coefficient in _STIRLING:
        found += coefficient * power
        power /= w * w
    if is_small.any():
        low, high = z[is_small], w[is_small]
        product = np.prod([low + step for step in range(1, _SHIFT + 1)], axis=0)
        between = (high + 0.5) * np.log(high) - high - np.log(product) - (low + 0.5) * np.log(low) + low
        found[is_small] += between
    return found


def _away(number: Floats) -> Floats:
    """Not zero: the next fraction divides by it."""
    return np.where(np.abs(number) > _TINY, number, _TINY)
