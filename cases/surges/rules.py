"""What becomes an alarm: both scales together, weighed over all cells, and never from a case or two.

p = 2 × the smaller of the two probabilities; then Benjamini–Hochberg over all cells of a level that were evaluated, so
that of the alarms of a week a fifth is chance (the observed share is higher for weak waves: people's verdicts are
counted); then a smallest count. Levels are weighed apart: a thousand districts in which hardly anything ever comes
would else hide a 手口 that rises everywhere. A centre with too few cases for this watches new codes alone.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cases.surges import tails
from cases.surges.fitting import Bools, Floats, Indices
from cases.surges.panel import Level, Panel
from cases.surges.scales import EVALUATED, Basis, Scale, Scales, both

_WEEKS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`false_share`: the share of chance among alarms that is aimed at. `fewest_week`, `fewest_four`: with fewer cases
    in the week and in the four weeks nothing is an alarm. Below `small_centre` cases a year the hierarchy is off.
    `largest_probability`: no cell above it is an alarm, however few cells there are and however many of them alarm.
    """

    false_share: float = 0.2
    largest_probability: float = 0.02
    fewest_week: int = 3
    fewest_four: int = 4
    small_centre: int = 1_000


@dataclass(frozen=True)
class Judged:
    """One value per cell of the panel. `probability` is NaN where the cell was not evaluated.

    `score` is how far beyond the expected count the week lies, in units of the way to its upper bound.
    `smallest_wave`: so many more cases a week, for four weeks, would become an alarm here today; NaN if not evaluated.
    """

    panel: Panel
    scales: Scales
    probability: Floats
    is_alarm: Bools
    score: Floats
    smallest_wave: Floats
    is_small_centre: bool

    @property
    def alarms(self) -> Indices:
        """Places of the alarming cells, the least probable first."""
        places = np.flatnonzero(self.is_alarm)
        return places[np.lexsort((-self.score[places], self.probability[places]))]


def judged(panel: Panel, rules: Rules | None = None) -> Judged:
    """Judges the last week of every cell."""
    rules = rules or Rules()
    scales = both(panel)
    is_small = panel.a_year < rules.small_centre and any(cell.level == Level.TOTAL for cell in panel.cells)
    is_watched = _watched(panel, scales, is_small_centre=is_small)
    smaller = np.fmin(scales.week.probability, scales.four.probability)
    probability = np.where(is_watched, np.minimum(1.0, 2 * smaller), np.nan)
    limit, next_limit = limits_of(panel, probability, rules)
    week, four = scales.week, scales.four
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (week.count - week.mean) / (week.upper - week.mean)
    return Judged(
        panel=panel,
        scales=scales,
        probability=probability,
        is_alarm=is_enough(week.count, four.count, rules) & (probability <= limit),
        score=score,
        smallest_wave=_smallest_wave(scales, probability, next_limit, rules),
        is_small_centre=is_small,
    )


def is_enough(week: Floats, four: Floats, rules: Rules) -> Bools:
    """Whether there are as many cases as an alarm needs, on either scale."""
    return (week >= rules.fewest_week) | (four >= rules.fewest_four)


def limits_of(panel: Panel, probability: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Of each cell the largest probability that alarms at its level (−1 if none does), and what one more could have."""
    levels = np.array([cell.level for cell in panel.cells], dtype=np.int64)
    found = np.empty((2, len(levels)))
    for level in np.unique(levels):
        of_level = limits(probability[levels == level], rules.false_share)
        found[:, levels == level] = np.minimum(of_level, rules.largest_probability)[:, None]
    return found[0], found[1]


def limits(probability: Floats, false_share: float) -> tuple[float, float]:
    """Benjamini–Hochberg: the largest probability that is an alarm (−1 if none is), and what one more could have."""
    known = np.sort(probability[~np.isnan(probability)])
    if not len(known):
        return -1.0, 0.0
    steps = false_share * np.arange(1, len(known) + 1) / len(known)
    below = np.flatnonzero(known <= steps)
    alarms = int(below[-1]) + 1 if len(below) else 0
    return (float(known[alarms - 1]) if alarms else -1.0), false_share * min(alarms + 1, len(known)) / len(
        known
    )


def _watched(panel: Panel, scales: Scales, *, is_small_centre: bool) -> Bools:
    """Every cell that was evaluated; in a small centre the 手口 without a past alone."""
    return np.array(
        [
            basis in EVALUATED
            and (not is_small_centre or (cell.level == Level.SCAM and basis == Basis.NEW_CODE))
            for cell, basis in zip(panel.cells, scales.basis, strict=True)
        ],
        dtype=np.bool_,
    )


def _smallest_wave(scales: Scales, probability: Floats, limit: Floats, rules: Rules) -> Floats:
    """Whichever scale would tell first; as things stand today in the other cells."""
    found = np.full(len(probability), np.nan)
    at = np.flatnonzero(~np.isnan(probability) & (limit > 0) & (limit < 1))
    if len(at):
        by_week = _needed(scales.week, at, limit[at], rules.fewest_week)
        by_four = _needed(scales.four, at, limit[at], rules.fewest_four) / _WEEKS
        found[at] = np.maximum(1.0, np.ceil(np.fmin(by_week, by_four)))
    return found


def _needed(scale: Scale, at: Indices, limit: Floats, fewest: int) -> Floats:
    """How many cases more than expected make the count unlikely enough."""
    mean, size = scale.mean[at], scale.size[at]
    needed: Floats = np.maximum(tails.upper_bound(limit / 2, mean, size) + 1, fewest) - mean
    return needed
