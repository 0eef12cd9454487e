"""The flexible Farrington method: is a count higher than the same weeks of past years, their season and trend explain?

Recomputes `surveillance::farringtonFlexible` (R, 1.20.3; Noufaily et al. 2013, Stat Med 32(7):1206–1222) to the last
digits that count, for many series or many points at once. What R does and is kept on purpose: after the second fit the
weights of the points stand where the working weights stood, so that the error of the prediction and the test of the
trend come from them; the score of the quantile methods compares a logarithm with a count, which decides an alarm only
where the bound is below the logarithm. Not kept: R stops the whole run where one point cannot be evaluated; here that
point has a `Reason`.
"""

from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.surges import tails
from cases.surges.baseline import Baseline, NoBaseline, Timeline, baseline
from cases.surges.fitting import SMALLEST, Bools, Fit, Floats, Indices, Rows, fitted

LARGEST_MEAN: Final = 1e7
"""Above it a mean is an overflowing trend, not a number of cases."""
_AT_ONCE: Final = 512
_FEWEST_YEARS_WITH_TREND: Final = 3


class Method(StrEnum):
    """How the bound is made of mean, its error and the dispersion."""

    DELTA = "delta"
    NB_PLUGIN = "nbPlugin"
    MUAN = "muan"


class Reason(IntEnum):
    """Why a point was not evaluated; EVALUATED where it was."""

    EVALUATED = 0
    NO_HISTORY = 1
    NO_CONVERGENCE = 2
    TOO_LARGE = 3
    NO_COUNT = 4


@dataclass(frozen=True, kw_only=True)
class Settings:
    """As R names them: b, w, noPeriods, pastWeeksNotIncluded, reweight, weightsThreshold, trend, pThresholdTrend,
    thresholdMethod, powertrans, alpha, limit54. The defaults are those of R.

    `excluded` None: as many points as `half_window`. `fewest`: so many cases in so many points, this one included, or
    there is no alarm.
    """

    years: int = 5
    half_window: int = 3
    periods: int = 1
    excluded: int | None = None
    reweights: bool = True
    weights_threshold: float = 2.58
    with_trend: bool = True
    trend_probability: float = 0.05
    method: Method = Method.DELTA
    power: float = 2 / 3
    alpha: float = 0.05
    fewest: tuple[float, int] = (5, 4)

    @property
    def points_excluded(self) -> int:
        return self.half_window if self.excluded is None else self.excluded


@dataclass(frozen=True)
class Points:
    """One value per series or point; NaN where there is none.

    `upper` and `expected` are NaN too where too few cases came lately (`Settings.fewest`); `alarm` is 1 or 0.
    `mean` and `size` are of the distribution of the count (`tails`), whatever the method draws its bound from, and
    `error` is the standard error of the mean's logarithm.
    """

    upper: Floats
    expected: Floats
    alarm: Floats
    probability: Floats
    dispersion: Floats
    has_trend: Bools
    mean: Floats
    size: Floats
    error: Floats
    reason: Indices

    @classmethod
    def none(cls, count: int, reason: Reason) -> "Points":
        blank = {field.name: np.full(count, np.nan) for field in fields(cls)}
        return cls(
            **{**blank, "has_trend": np.zeros(count, dtype=np.bool_), "reason": np.full(count, reason)}
        )

    def put(self, at: NDArray[np.intp] | slice, other: "Points") -> None:
        for field in fields(self):
            getattr(self, field.name)[at] = getattr(other, field.name)


@dataclass(frozen=True)
class _Now:
    """The point that is judged: its count (NaN where unknown), time, log exposure, and whether enough cases came."""

    counts: Floats
    times: Floats
    offset: Floats
    is_enough: Floats

    def only(self, which: NDArray[np.intp] | slice) -> "_Now":
        return _Now(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


def of_one_series(
    observed: Floats,
    timeline: Timeline,
    settings: Settings,
    first: int,
    last: int,
    exposure: Floats | None = None,
) -> Points:
    """The points `first` … `last` (from 0, both included) of one series, each by its own past."""
    found = Points.none(last - first + 1, Reason.NO_HISTORY)
    weights = np.ones_like(observed) if exposure is None else exposure
    pasts: dict[int, Baseline] = {}
    for at in range(first, last + 1):
        try:
            past = _past(timeline, at, settings)
        except NoBaseline:
            continue
        if _known(observed[past.points], weights[past.points]).any():
            pasts[at] = past
    if pasts:
        evaluated = _evaluated(
            _stacked(observed, weights, timeline, settings, pasts),
            _nows(observed, weights, timeline, settings, pasts),
            settings,
        )
        found.put(np.array(list(pasts)) - first, evaluated)
    return found


def of_many_series(
    observed: Floats, timeline: Timeline, settings: Settings, at: int, exposure: Floats | None = None
) -> Points:
    """One point of many series (one a row), all by the same design; `exposure` is shared or each series' own.

    A count is NaN where it is not known, an exposure 0 where nothing could come (closed).
    """
    found = Points.none(len(observed), Reason.NO_HISTORY)
    try:
        past = _past(timeline, at, settings)
    except NoBaseline:
        return found
    weights = np.broadcast_to(np.ones(1) if exposure is None else exposure, observed.shape)
    seasons = _columns(past.seasons, settings.periods)
    times = timeline.times(past.points)
    for start in range(0, len(observed), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        counts, exposed = observed[part][:, past.points], weights[part][:, past.points]
        known = _known(counts, exposed)
        rows = Rows(
            counts=np.where(known, counts, 0.0),
            known=known.astype(np.float64),
            times=times,
            seasons=seasons,
            offset=np.log(np.where(known, exposed, 1.0)),
        )
        first_known = past.points[np.argmax(known, axis=1)]
        now = _Now(
            counts=np.where(weights[part, at] > 0, observed[part, at], np.nan),
            times=np.array([timeline.time_of(at, int(point)) for point in first_known]),
            offset=np.log(np.where(weights[part, at] > 0, weights[part, at], 1.0)),
            is_enough=_enough(observed[part], at, settings),
        )
        found.put(part, _evaluated(rows, now, settings))
    return found


def _past(timeline: Timeline, at: int, settings: Settings) -> Baseline:
    return baseline(
        timeline,
        at,
        years=settings.years,
        half_window=settings.half_window,
        periods=settings.periods,
        excluded=settings.points_excluded,
    )


def _known(counts: Floats, exposure: Floats) -> Bools:
    return np.isfinite(counts) & (exposure > 0)


def _columns(seasons: Indices, periods: int) -> Floats:
    """One column per season."""
    is_of: Bools = seasons[..., None] == np.arange(1, periods + 1)
    return is_of.astype(np.float64)


def _enough(observed: Floats, at: int, settings: Settings) -> Floats:
    """1 where enough cases came lately, 0 where not, NaN where a count of them is not known."""
    least, points = settings.fewest
    recent = observed[:, max(0, at - points + 1) : at + 1].sum(axis=1)
    return np.where(np.isnan(recent), np.nan, (recent >= least).astype(np.float64))


def _stacked(
    observed: Floats, exposure: Floats, timeline: Timeline, settings: Settings, pasts: dict[int, Baseline]
) -> Rows:
    """The pasts of several points of one series, one a row, filled up to the longest with points not known."""
    longest = max(len(past.points) for past in pasts.values())
    counts, times, offset = (np.zeros((len(pasts), longest)) for _ in range(3))
    known = np.zeros((len(pasts), longest), dtype=np.bool_)
    seasons = np.full((len(pasts), longest), settings.periods)
    for row, past in enumerate(pasts.values()):
        width = slice(len(past.points))
        counts[row, width] = observed[past.points]
        known[row, width] = _known(observed[past.points], exposure[past.points])
        times[row, width] = timeline.times(past.points)
        seasons[row, width] = past.seasons
        offset[row, width] = np.log(np.where(exposure[past.points] > 0, exposure[past.points], 1.0))
    return Rows(
        counts=np.where(known, counts, 0.0),
        known=known.astype(np.float64),
        times=times,
        seasons=_columns(seasons, settings.periods),
        offset=offset,
    )


def _nows(
    observed: Floats, exposure: Floats, timeline: Timeline, settings: Settings, pasts: dict[int, Baseline]
) -> _Now:
    at = np.array(list(pasts))
    times = [
        timeline.time_of(
            point, int(past.points[np.argmax(_known(observed[past.points], exposure[past.points]))])
        )
        for point, past in pasts.items()
    ]
    return _Now(
        counts=np.where(exposure[at] > 0, observed[at], np.nan),
        times=np.array(times),
        offset=np.log(np.where(exposure[at] > 0, exposure[at], 1.0)),
        is_enough=np.concatenate([_enough(observed[None, :], point, settings) for point in pasts]),
    )


@dataclass(frozen=True)
class _Model:
    """What is left of a fit: the logarithm of the mean at the point and its variance, dispersion and trend."""

    is_fitted: Bools
    has_trend: Bools
    eta: Floats
    error: Floats
    dispersion: Floats
    t: Floats
    freedom: Floats

    def put(self, where: Bools, other: "_Model") -> None:
        for field in fields(self):
            getattr(self, field.name)[where] = getattr(other, field.name)


def _evaluated(rows: Rows, now: _Now, settings: Settings) -> Points:
    model = _modelled(rows, now, settings, with_trend=settings.with_trend)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.exp(model.eta)
        is_significant = (
            tails.student_two_sided(model.t, model.freedom) < settings.trend_probability
            if settings.with_trend
            else model.has_trend
        )
        is_plausible = np.maximum(mean, SMALLEST) <= rows.counts.max(axis=1)
    has_years = settings.years >= _FEWEST_YEARS_WITH_TREND
    is_refused = model.is_fitted & model.has_trend & ~(is_significant & is_plausible & has_years)
    if is_refused.any():
        refused = np.flatnonzero(is_refused)
        model.put(is_refused, _modelled(rows.only(is_refused), now.only(refused), settings, with_trend=False))
    return _bounded(model, now, settings)


def _modelled(rows: Rows, now: _Now, settings: Settings, *, with_trend: bool) -> _Model:
    """Fitted, without a trend where it does not converge with one; then again with outliers weighed down."""
    model = _fit_and_weigh(rows, now, settings, with_trend=with_trend)
    if with_trend and not model.is_fitted.all():
        again = ~model.is_fitted
        places = np.flatnonzero(again)
        model.put(again, _fit_and_weigh(rows.only(again), now.only(places), settings, with_trend=False))
    return model


def _fit_and_weigh(rows: Rows, now: _Now, settings: Settings, *, with_trend: bool) -> _Model:
    first = fitted(rows, rows.known, with_trend=with_trend)
    freedom = _freedom(rows, with_trend=with_trend)
    second, prior = first, first.weights
    if settings.reweights:
        dispersion = np.maximum(_dispersion(rows, first, first.weights, freedom), 1.0)
        prior = _weights(rows, first, dispersion, settings.weights_threshold)
        second = fitted(rows, prior, with_trend=with_trend)
    dispersion = np.maximum(_dispersion(rows, second, second.weights, freedom), 1.0)
    # R keeps the points' weights where the working weights were: errors are told from these.
    scale = _dispersion(rows, second, prior, freedom)
    off_centre = now.times - second.centres[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = 1 / second.mass[:, -1]
        if with_trend:
            variance = variance + off_centre**2 / second.spread
        eta = second.levels[:, -1] + second.slope * now.times + now.offset
        error = np.sqrt(scale * variance)
        t = second.slope / np.sqrt(scale / second.spread)
    is_fitted = first.is_settled & (freedom > 0) & (second.mass[:, -1] > 0) & np.isfinite(eta)
    return _Model(is_fitted, np.full(len(eta), with_trend), eta, error, dispersion, t, freedom)


def _freedom(rows: Rows, *, with_trend: bool) -> Floats:
    seasons = (rows.by_season(rows.known) > 0).sum(axis=1)
    freedom: Floats = rows.known.sum(axis=1) - seasons - int(with_trend)
    return freedom


def _dispersion(rows: Rows, fit: Fit, weights: Floats, freedom: Floats) -> Floats:
    """The weighted squares of the working residuals by what is free; NaN where nothing is."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        squares = np.where(rows.known > 0, weights * ((rows.counts - fit.means) / fit.means) ** 2, 0.0)
        found: Floats = np.where(freedom > 0, squares.sum(axis=1) / freedom, np.nan)
    return found


def _weights(rows: Rows, fit: Fit, dispersion: Floats, threshold: float) -> Floats:
    """Less than others for points whose standardised Anscombe residual is above the threshold; n in sum."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        leverage = fit.weights * rows.spread(1 / np.where(fit.mass > 0, fit.mass, 1.0))
        squared = (rows.times - rows.spread(fit.centres)) ** 2
        leverage = leverage + np.where(
            fit.spread[:, None] > 0, fit.weights * squared / fit.spread[:, None], 0.0
        )
        raw = 1.5 * (rows.counts ** (2 / 3) * fit.means ** (-1 / 6) - np.sqrt(fit.means))
        residuals = raw / np.sqrt(dispersion[:, None] * np.maximum(1 - leverage, 0.0))
        # A point that alone makes its season is met exactly: no outlier.
        residuals = np.where(leverage > 1 - 10 * SMALLEST, 0.0, residuals)
        weights = np.where(residuals > threshold, residuals**-2.0, 1.0) * rows.known
    found: Floats = weights * (rows.known.sum(axis=1) / weights.sum(axis=1))[:, None]
    return found


def _bounded(model: _Model, now: _Now, settings: Settings) -> Points:
    found = Points.none(len(model.eta), Reason.NO_CONVERGENCE)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.exp(model.eta)
        if settings.method == Method.MUAN:
            mean = np.exp(model.eta + tails.normal_quantile(1 - settings.alpha) * model.error)
    is_large = model.is_fitted & ~(mean <= LARGEST_MEAN)
    found.put(np.flatnonzero(is_large), _too_large(model, now, mean, is_large))
    at = np.flatnonzero(model.is_fitted & ~is_large)
    if len(at):
        bound = _by_delta if settings.method == Method.DELTA else _by_quantile
        found.put(at, bound(_picked(model, at), now.only(at), mean[at], settings))
    return found


def _too_large(model: _Model, now: _Now, mean: Floats, where: Bools) -> Points:
    """No bound and no alarm. By Chebyshev a count of under a thousandth of a finite mean is all but certain to come."""
    found = Points.none(int(where.sum()), Reason.TOO_LARGE)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        is_certain = (mean < np.inf) & (now.counts < mean / 1000) & (model.dispersion / mean < 1e-7)
    found.alarm[:] = 0.0
    found.probability[is_certain[where]] = 1.0
    return found


def _picked(model: _Model, at: NDArray[np.intp]) -> _Model:
    return _Model(**{field.name: getattr(model, field.name)[at] for field in fields(model)})


def _by_quantile(model: _Model, now: _Now, mean: Floats, settings: Settings) -> Points:
    """Bound and probability of the negative binomial distribution, of Poisson's without dispersion."""
    with np.errstate(divide="ignore"):
        size = np.where(model.dispersion > 1, mean / (model.dispersion - 1), np.inf)
    upper = tails.upper_bound(settings.alpha, mean, size)
    return _told(
        model,
        now,
        upper,
        centre=model.eta,
        expected=np.exp(model.eta),
        probability=tails.at_least(now.counts, mean, size),
        mean=mean,
        size=size,
    )


def _by_delta(model: _Model, now: _Now, mean: Floats, settings: Settings) -> Points:
    """Bound and probability of a normal distribution of the count's power."""
    mean = np.maximum(mean, SMALLEST)
    power = settings.power
    tau = model.dispersion + (model.error * mean) ** 2 / mean
    deviation = power * np.sqrt(mean ** (2 * power - 1) * tau)
    reach = tails.normal_quantile(1 - settings.alpha) * deviation
    with np.errstate(invalid="ignore", divide="ignore"):
        ends = np.array([mean**power - reach, mean**power + reach]) ** (1 / power)
        upper = np.fmax(*ends)
        probability = tails.normal_above((now.counts**power - mean**power) / deviation)
        size = np.where(model.dispersion > 1, mean / (model.dispersion - 1), np.inf)
    return _told(model, now, upper, centre=mean, expected=mean, probability=probability, mean=mean, size=size)


def _told(
    model: _Model,
    now: _Now,
    upper: Floats,
    *,
    centre: Floats,
    expected: Floats,
    probability: Floats,
    mean: Floats,
    size: Floats,
) -> Points:
    is_enough = now.is_enough == 1
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (now.counts - centre) / (upper - centre)
    return Points(
        upper=np.where(is_enough, upper, np.nan),
        expected=np.where(is_enough & ~np.isnan(upper), expected, np.nan),
        alarm=(is_enough & (score > 1) & (now.counts != 0)).astype(np.float64),
        probability=probability,
        dispersion=model.dispersion,
        has_trend=model.has_trend,
        mean=mean,
        size=size,
        error=model.error,
        reason=np.where(np.isnan(now.counts), Reason.NO_COUNT, Reason.EVALUATED),
    )
