"""Log-linear quasi-Poisson regressions of many series at once: one level per season, and a common slope in time.

The normal equations of such a model have the shape of an arrow: each season has its own level, and the slope alone
ties them. So they are solved by weighted means within seasons, without a matrix, which also keeps a season without a
case (its level falls without end) from spoiling the others. The steps are those of R's `glm.fit`: start at y + 0.1, at
most 25 rounds, until the deviance changes by less than 1e-8 of itself; where it overflows, the step is halved.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

ROUNDS: Final = 25
TOLERANCE: Final = 1e-8
SMALLEST: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Rows:
    """`m` series of `n` past points. `counts` is 0 where `known` is 0; `offset` is the logarithm of the exposure.

    `times` and `seasons` (one column per season, 1 or 0) are shared by all series (n; n × p) or each series' own
    (m × n; m × n × p). `offset` is shared (n) or each series' own (m × n).
    """

    counts: Floats
    known: Floats
    times: Floats
    seasons: Floats
    offset: Floats

    def only(self, which: Bools | Indices) -> "Rows":
        """Some of the series."""
        return Rows(
            counts=self.counts[which],
            known=self.known[which],
            times=self.times[which] if self.times.ndim == 2 else self.times,
            seasons=self.seasons[which] if self.seasons.ndim == 3 else self.seasons,
            offset=self.offset[which] if self.offset.ndim == 2 else self.offset,
        )

    def by_season(self, values: Floats) -> Floats:
        """Sums of the points of each season: m × n → m × p."""
        if self.seasons.ndim == 2:
            shared: Floats = values @ self.seasons
            return shared
        own: Floats = np.matmul(values[:, None, :], self.seasons)[:, 0, :]
        return own

    def spread(self, levels: Floats) -> Floats:
        """Each point gets the value of its season: m × p → m × n."""
        if self.seasons.ndim == 2:
            return levels[:, self._places]
        return np.take_along_axis(levels, self._places, axis=1)

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """The season of each point, from 0."""
        places: NDArray[np.intp] = self.seasons.argmax(axis=-1)
        return places


@dataclass(frozen=True)
class Fit:
    """Of each series: `levels` per season, `slope` per unit of time (0 without a trend), and how well known they are.

    `weights` are the working weights of the last step (times the given ones), `mass` their sums per season, `centres`
    the weighted mean times of the seasons and `spread` the weighted sum of squared times about them: of these the
    variances of levels and slope are made. `is_settled` is False where the steps did not converge.
    """

    is_settled: Bools
    levels: Floats
    slope: Floats
    means: Floats
    weights: Floats
    mass: Floats
    centres: Floats
    spread: Floats

    def only(self, which: Bools | Indices) -> "Fit":
        return Fit(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


@dataclass(frozen=True)
class _Step:
    levels: Floats
    slope: Floats
    weights: Floats
    mass: Floats
    centres: Floats
    spread: Floats


def fitted(rows: Rows, prior: Floats, *, with_trend: bool) -> Fit:
    """The regression of every series; `prior` weighs its points (m × n, 0 where not known)."""
    count, seasons = len(rows.counts), rows.seasons.shape[-1]
    found = Fit(
        is_settled=np.zeros(count, dtype=np.bool_),
        levels=np.zeros((count, seasons)),
        slope=np.zeros(count),
        means=np.ones_like(rows.counts),
        weights=np.zeros_like(rows.counts),
        mass=np.zeros((count, seasons)),
        centres=np.zeros((count, seasons)),
        spread=np.zeros(count),
    )
    at = np.arange(count)
    eta = np.log(rows.counts + 0.1)
    means = rows.counts + 0.1
    deviance = _deviance(rows.counts, means, prior)
    last: _Step | None = None
    for round_no in range(1, ROUNDS + 1):
        step = _stepped(rows, prior, eta, means, with_trend=with_trend)
        step, eta, means, now = _halved(rows, prior, step, last)
        with np.errstate(invalid="ignore"):
            is_settled = np.abs(now - deviance) / (np.abs(now) + 0.1) < TOLERANCE
        is_lost = ~np.isfinite(now)
        rests = is_settled | is_lost | (round_no == ROUNDS)
        _keep(found, at[rests], _some(step, rests), means[rests], is_settled[rests])
        if rests.all():
            break
        goes_on = ~rests
        at, rows, prior = at[goes_on], rows.only(goes_on), prior[goes_on]
        eta, means, deviance, last = eta[goes_on], means[goes_on], now[goes_on], _some(step, goes_on)
    return found


def _stepped(rows: Rows, prior: Floats, eta: Floats, means: Floats, *, with_trend: bool) -> _Step:
    """One step of weighted least squares on the working response."""
    weights = prior * means
    response = eta - rows.offset + (rows.counts - means) / means
    mass = rows.by_season(weights)
    divisor = np.where(mass > 0, mass, 1.0)
    level = rows.by_season(weights * response) / divisor
    if not with_trend:
        return _Step(level, np.zeros(len(mass)), weights, mass, np.zeros_like(mass), np.zeros(len(mass)))
    centres = rows.by_season(weights * rows.times) / divisor
    off_centre = rows.times - rows.spread(centres)
    pull = weights * off_centre
    spread = (pull * off_centre).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (pull * response).sum(axis=1) / spread
    return _Step(level - slope[:, None] * centres, slope, weights, mass, centres, spread)


def _halved(
    rows: Rows, prior: Floats, step: _Step, last: _Step | None
) -> tuple[_Step, Floats, Floats, Floats]:
    """The step, what it predicts, and its deviance; halved towards the last one while that is not finite."""
    eta, means, deviance = _predicted(rows, prior, step)
    for _ in range(ROUNDS):
        is_lost = ~np.isfinite(deviance)
        if last is None or not is_lost.any():
            break
        half = _some(step, is_lost)
        levels, slope = (half.levels + last.levels[is_lost]) / 2, (half.slope + last.slope[is_lost]) / 2
        step.levels[is_lost], step.slope[is_lost] = levels, slope
        part = rows.only(is_lost)
        eta[is_lost], means[is_lost], deviance[is_lost] = _predicted(
            part, prior[is_lost], replace(half, levels=levels, slope=slope)
        )
    return step, eta, means, deviance


def _predicted(rows: Rows, prior: Floats, step: _Step) -> tuple[Floats, Floats, Floats]:
    with np.errstate(over="ignore", invalid="ignore"):
        eta = rows.spread(step.levels) + step.slope[:, None] * rows.times + rows.offset
        means = np.maximum(np.exp(eta), SMALLEST)
        return eta, means, _deviance(rows.counts, means, prior)


def _deviance(counts: Floats, means: Floats, prior: Floats) -> Floats:
    """Twice the logarithm of how much likelier the counts would be as their own means; not finite is as it is."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        own = np.where(counts > 0, counts * np.log(np.where(counts > 0, counts, 1.0) / means), 0.0)
        each = np.where(prior > 0, prior * (own - (counts - means)), 0.0)
    total: Floats = 2 * each.sum(axis=1)
    return total


def _some(step: _Step, which: Bools) -> _Step:
    return _Step(**{field.name: getattr(step, field.name)[which] for field in fields(step)})


def _keep(found: Fit, at: Indices, step: _Step, means: Floats, is_settled: Bools) -> None:
    found.is_settled[at], found.means[at] = is_settled, means
    for field in fields(step):
        getattr(found, field.name)[at] = getattr(step, field.name)
