"""How unlikely the newest count of each cell is, on two scales: the last week, and the last four weeks together.

A cell with a past is judged by the flexible Farrington method; one without (three cases at most, or no fit) and one
whose history is short by a gamma–Poisson predictive distribution: with c cases in an exposure E before, and the
uninformative prior of half a case, the count of an exposure e is negative binomial with mean (c + ½) e / E and size
c + ½. What is expected of a 手口 and its parts is less by the part of the newest cases that is not coded yet (`typed`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

import numpy as np

from cases.surges import tails, typed
from cases.surges.baseline import Timeline
from cases.surges.farrington import LARGEST_MEAN, Method, Reason, Settings, of_many_series
from cases.surges.fitting import Bools, Floats, Indices
from cases.surges.panel import Panel

WEEKS_A_YEAR: Final = 52
MOST_YEARS: Final = 5
FEWEST_YEARS: Final = 2
FEWEST_WEEKS: Final = 26
WEEKS_EXCLUDED: Final = 26
"""What came lately may be the wave itself."""
WEEKS_EXCLUDED_OF_A_SHORT_HISTORY: Final = 4
FEW_IN_BASELINE: Final = 3
BAND: Final = 0.01
_PRIOR: Final = 0.5


class Basis(StrEnum):
    """By what a cell was judged, or why it was not."""

    PAST_YEARS = "PAST_YEARS"
    NEW_CODE = "NEW_CODE"
    NO_FIT = "NO_FIT"
    SHORT_HISTORY = "SHORT_HISTORY"
    TOO_SHORT = "TOO_SHORT"
    TOO_LARGE = "TOO_LARGE"
    CLOSED = "CLOSED"


EVALUATED: Final = frozenset({Basis.PAST_YEARS, Basis.NEW_CODE, Basis.NO_FIT, Basis.SHORT_HISTORY})


@dataclass(frozen=True)
class Scale:
    """One count per cell: what came, what was expected (with the size of its distribution), the upper bound of 99 %,
    and the probability of so many or more. NaN where it was not evaluated."""

    count: Floats
    mean: Floats
    size: Floats
    upper: Floats
    probability: Floats

    @classmethod
    def none(cls, count: int) -> "Scale":
        return cls(*(np.full(count, np.nan) for _ in fields(cls)))

    def of_a_part(self, part: float, where: Bools) -> "Scale":
        """What is told where so small a part of the cases can be seen yet (`where`), and as before elsewhere."""
        if part >= 1 or not where.any():
            return self
        found = Scale(*(getattr(self, field.name).copy() for field in fields(self)))
        found.put(where, _told(self.count[where], self.mean[where] * part, self.size[where]))
        return found

    def put(self, where: Bools, other: "Scale") -> None:
        for field in fields(self):
            getattr(self, field.name)[where] = getattr(other, field.name)


@dataclass(frozen=True)
class Scales:
    """Both scales of all cells; `basis` holds the values of `Basis`, `years` how many past years were compared."""

    week: Scale
    four: Scale
    basis: tuple[Basis, ...]
    years: Indices


@dataclass(frozen=True)
class _Design:
    """One scale: how many weeks a point holds, points a year, and the settings of the method but for the years."""

    weeks: int
    freq: int
    half_window: int
    periods: int

    def settings(self, years: int) -> Settings:
        return Settings(
            years=years,
            half_window=self.half_window,
            periods=self.periods,
            excluded=-(-WEEKS_EXCLUDED // self.weeks),
            trend_probability=1.0,
            method=Method.NB_PLUGIN,
            alpha=BAND,
            fewest=(0, 1),
        )


WEEK: Final = _Design(weeks=1, freq=WEEKS_A_YEAR, half_window=4, periods=5)
FOUR: Final = _Design(weeks=4, freq=13, half_window=1, periods=4)


def both(panel: Panel) -> Scales:
    """Every cell on both scales."""
    count = len(panel.cells)
    week, four = Scale.none(count), Scale.none(count)
    week.count[:] = panel.counts[:, -1]
    four.count[:] = np.where(panel.weeks >= FOUR.weeks, panel.counts[:, -FOUR.weeks :].sum(axis=1), np.nan)
    basis = np.full(count, Basis.TOO_SHORT, dtype=object)
    years = np.zeros(count, dtype=np.int64)
    if panel.open_days[-1] <= 0:
        return Scales(week, four, (Basis.CLOSED,) * count, years)
    for reach, where in _by_reach(panel):
        part = panel.only(where)
        if reach >= FEWEST_YEARS:
            of_week, of_four, of_basis = _by_past_years(part, reach)
        else:
            of_week, of_four, of_basis = _by_short_history(part)
        week.put(where, of_week)
        four.put(where, of_four)
        basis[where], years[where] = of_basis, reach
    is_concerned = typed.concerned(panel)
    week = week.of_a_part(typed.part(panel, WEEK.weeks, _of_the_whole(week.mean, is_concerned)), is_concerned)
    four = four.of_a_part(typed.part(panel, FOUR.weeks, _of_the_whole(four.mean, is_concerned)), is_concerned)
    return Scales(week, four, tuple(Basis(value) for value in basis), years)


def part_typed(panel: Panel) -> float:
    """Of the newest week, by which `both` has lessened what is expected of a 手口."""
    is_concerned = typed.concerned(panel)
    whole = both(panel.only(~is_concerned)).week.mean
    return typed.part(panel, WEEK.weeks, float(whole[0]) if len(whole) else np.nan)


def _of_the_whole(mean: Floats, is_concerned: Bools) -> float:
    found = mean[~is_concerned]
    return float(found[0]) if len(found) else np.nan


def week_by_week(panel: Panel, weeks: int, part: float = 1.0) -> Scale:
    """The one cell of a panel in each of its last weeks, the oldest first, as `both` tells it of the week's scale.

    `part`: of the newest week, as `part_typed` tells it of the whole panel.
    All weeks with as many years behind them are fitted at once, so that a line of two years is drawn in a moment.
    """
    ends = np.arange(max(0, panel.weeks - weeks), panel.weeks)
    places = ends[:, None] - np.arange(panel.weeks - 1, -1, -1)
    is_there = places >= 0
    counts = np.where(is_there, _usable(panel)[0][places], np.nan)
    open_days = np.where(is_there, panel.open_days[places], 0.0)
    found = Scale.none(len(ends))
    for years, where in _parted(ends + 1 - panel.since[0]):
        is_judged = where & (open_days[:, -1] > 0)
        if is_judged.any():
            found.put(is_judged, _week_of(counts[is_judged], open_days[is_judged], years))
    found.count[:] = panel.counts[0, ends]  # of weeks that could not be judged too
    return found.of_a_part(part, ends == panel.weeks - 1)


def _week_of(counts: Floats, open_days: Floats, years: int) -> Scale:
    """Weeks that each have a row of past of their own; see `_by_past_years` and `_by_short_history`."""
    last = counts.shape[1] - 1
    has_years = years >= FEWEST_YEARS
    start = max(0, last - WEEK.freq * years - WEEK.half_window) if has_years else 0
    end = max(0, last - (WEEKS_EXCLUDED if has_years else WEEKS_EXCLUDED_OF_A_SHORT_HISTORY))
    known = np.isfinite(counts[:, start:end]) & (open_days[:, start:end] > 0)
    past = np.where(known, counts[:, start:end], 0.0).sum(axis=1)
    exposure = np.where(known, open_days[:, start:end], 0.0).sum(axis=1)
    dispersion = _overdispersion(counts[:, start:end])
    if not has_years:
        predicted = _predicted(counts[:, -1], open_days[:, -1], past, exposure, dispersion)
        enough = known.sum(axis=1) >= FEWEST_WEEKS
        scale = Scale.none(len(counts))
        scale.put(enough, _of(predicted, enough))
        return scale
    is_new = past <= FEW_IN_BASELINE
    scale = Scale.none(len(counts))
    if not is_new.all():
        scale.put(~is_new, _fitted(WEEK, counts[~is_new], open_days[~is_new], years))
    where = is_new | np.isnan(scale.probability)
    dispersion = np.where(is_new, 1.0, dispersion)
    scale.put(where, _of(_predicted(counts[:, -1], open_days[:, -1], past, exposure, dispersion), where))
    return scale


def _by_reach(panel: Panel) -> Iterator[tuple[int, Bools]]:
    """The cells by how many whole years lie behind the newest week (and the newest four)."""
    yield from _parted(panel.weeks - panel.since)


def _parted(usable: Indices) -> Iterator[tuple[int, Bools]]:
    """Histories of so many weeks by their whole years, of weeks and of four weeks."""
    weekly = (usable - 1) // WEEK.freq
    fours = (usable // FOUR.weeks - 1) // FOUR.freq
    reach = np.clip(np.minimum(weekly, fours), 0, MOST_YEARS)
    for years in np.unique(reach).tolist():
        yield int(years), reach == years


def _by_past_years(panel: Panel, years: int) -> tuple[Scale, Scale, list[Basis]]:
    counts = _usable(panel)
    start = max(0, panel.weeks - 1 - WEEK.freq * years - WEEK.half_window)
    past, exposure = _past(counts, panel.open_days, start, panel.weeks - 1 - WEEKS_EXCLUDED)
    is_new = past <= FEW_IN_BASELINE
    # Most cells of a small district are new, and a regression without cases takes every round it is given.
    week, four = Scale.none(len(counts)), Scale.none(len(counts))
    if not is_new.all():
        week.put(~is_new, _fitted(WEEK, counts[~is_new], panel.open_days, years))
        four.put(~is_new, _fitted(FOUR, *_in_fours(counts[~is_new], panel.open_days), years))
    basis = np.where(is_new, Basis.NEW_CODE, Basis.PAST_YEARS).astype(object)
    for scale, design in ((week, WEEK), (four, FOUR)):
        has_no_fit = ~is_new & np.isnan(scale.probability)
        basis[has_no_fit] = Basis.NO_FIT
        where = is_new | has_no_fit
        dispersion = np.where(
            is_new, 1.0, _overdispersion(counts[:, start : panel.weeks - 1 - WEEKS_EXCLUDED])
        )
        scale.put(where, _of(_predicted(*_newest(panel, design), past, exposure, dispersion), where))
    is_untold = np.isnan(week.probability) & np.isnan(four.probability)
    basis[is_untold] = Basis.TOO_LARGE
    return week, four, basis.tolist()


def _by_short_history(panel: Panel) -> tuple[Scale, Scale, list[Basis]]:
    """All weeks since the beginning but the last four before this one."""
    counts = _usable(panel)
    end = max(0, panel.weeks - 1 - WEEKS_EXCLUDED_OF_A_SHORT_HISTORY)
    past, exposure = _past(counts, panel.open_days, 0, end)
    dispersion = _overdispersion(counts[:, :end])
    known = (np.isfinite(counts[:, :end]) & (panel.open_days[:end] > 0)).sum(axis=1)
    is_enough = known >= FEWEST_WEEKS
    week, four = Scale.none(len(counts)), Scale.none(len(counts))
    for scale, design in ((week, WEEK), (four, FOUR)):
        found = _predicted(*_newest(panel, design), past, exposure, dispersion)
        scale.put(np.ones(len(counts), dtype=np.bool_), found)
        for field in ("mean", "size", "upper", "probability"):
            getattr(scale, field)[~is_enough] = np.nan
    basis = np.where(past <= FEW_IN_BASELINE, Basis.NEW_CODE, Basis.SHORT_HISTORY).astype(object)
    basis[~is_enough] = Basis.TOO_SHORT
    return week, four, basis.tolist()


def _usable(panel: Panel) -> Floats:
    """The counts, not known before a break."""
    return np.where(np.arange(panel.weeks) < panel.since[:, None], np.nan, panel.counts)


def _in_fours(counts: Floats, open_days: Floats) -> tuple[Floats, Floats]:
    """Sums of four weeks, counted back from the last; what is left over at the beginning is dropped."""
    whole = counts.shape[1] // FOUR.weeks
    length = whole * FOUR.weeks
    return (
        counts[:, -length:].reshape(len(counts), whole, FOUR.weeks).sum(axis=2),
        open_days[-length:].reshape(whole, FOUR.weeks).sum(axis=1),
    )


def _fitted(design: _Design, counts: Floats, open_days: Floats, years: int) -> Scale:
    """By the bare method, but wider by how uncertain the expectation itself is."""
    at = counts.shape[1] - 1
    points = of_many_series(counts, Timeline(at + 1, design.freq), design.settings(years), at, open_days)
    mean = np.where(points.reason == Reason.EVALUATED, points.mean, np.nan)
    with np.errstate(divide="ignore"):
        size = mean / (points.dispersion - 1 + mean * points.error**2)
    count = counts[:, -1].copy()
    return _told(count, mean, size)


def _past(counts: Floats, open_days: Floats, start: int, end: int) -> tuple[Floats, Floats]:
    """Cases from week `start` until before `end`, and the open days in which they came."""
    known = np.isfinite(counts[:, start:end]) & (open_days[start:end] > 0)
    past = np.where(known, counts[:, start:end], 0.0).sum(axis=1)
    exposure: Floats = known @ open_days[start:end]
    return past, exposure


def _overdispersion(counts: Floats) -> Floats:
    """Variance of the weeks by their mean, at least 1."""
    known = np.isfinite(counts)
    n = np.maximum(known.sum(axis=1), 2)
    mean = np.where(known, counts, 0.0).sum(axis=1) / n
    squares = np.where(known, (np.where(known, counts, 0.0) - mean[:, None]) ** 2, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(mean > 0, np.maximum(squares / (n - 1) / mean, 1.0), 1.0)


def _newest(panel: Panel, design: _Design) -> tuple[Floats, Floats]:
    """The counts that are judged, and the open days in which they came."""
    return panel.counts[:, -design.weeks :].sum(axis=1), panel.open_days[-design.weeks :].sum()


def _predicted(count: Floats, now: Floats, past: Floats, exposure: Floats, dispersion: Floats) -> Scale:
    """The gamma–Poisson distribution, wider where the weeks before varied more than chance alone."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(exposure > 0, (past + _PRIOR) * now / exposure, np.nan)
        mean = np.where(mean <= LARGEST_MEAN, mean, np.nan)
        size = mean / (dispersion - 1 + mean / (past + _PRIOR))
    return _told(count, mean, size)


def _told(count: Floats, mean: Floats, size: Floats) -> Scale:
    return Scale(count, mean, size, tails.upper_bound(BAND, mean, size), tails.at_least(count, mean, size))


def _of(scale: Scale, where: Bools) -> Scale:
    return Scale(*(getattr(scale, field.name)[where] for field in fields(scale)))
