"""Which past points a point is compared with, and in which season each of them lies.

As R's `surveillance::farringtonFlexible` (1.20.3) chooses them, so that its published series can be recomputed: the
same calendar week (or month) of the last b years with w points on either side is one season, and the rest of the year
is parted into `periods` − 1 seasons of nearly equal length.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

WEEKLY: Final = 52
MONTHLY: Final = 12
DAILY: Final = 365


class NoBaseline(Exception):
    """The history does not reach back far enough, or the year is too short for so many seasons."""


@dataclass(frozen=True)
class Timeline:
    """Points of time. Without `days` a year is `freq` points; with them (ordinal days, rising) a calendar year."""

    length: int
    freq: int
    days: Indices | None = None

    def references(self, at: int, years: int) -> list[int]:
        """The point itself and the same one of each year before, newest first. Raises NoBaseline."""
        if self.days is None:
            found = [at - self.freq * back for back in range(years + 1)]
            if found[-1] < 0:
                raise NoBaseline
            return found
        today = date.fromordinal(int(self.days[at]))
        sought = [_years_before(today, back) for back in range(years + 1)]
        if self.freq == WEEKLY:
            sought = [_same_weekday(day, today) for day in sought]
        ordinals = np.array([day.toordinal() for day in sought], dtype=np.int64)
        places = np.searchsorted(self.days, ordinals)
        places = np.minimum(places, self.length - 1)
        if not np.array_equal(self.days[places], ordinals):
            raise NoBaseline
        return [int(place) for place in places]

    def times(self, points: Indices) -> Floats:
        """Of each point its time since the first of them (by date, in units of the first gap), or its number from 1."""
        if self.days is None:
            return (points + 1).astype(np.float64)
        since: Floats = (self.days[points] - self.days[points[0]]) / _first_gap(self.days)
        return since

    def time_of(self, at: int, first_known: int) -> float:
        """Where the regression is read off; `first_known` is the first past point with a count.

        By date it is counted from that point even where `times` begins earlier: so does R.
        """
        if self.days is None:
            return float(at + 1)
        return float((self.days[at] - self.days[first_known]) / _first_gap(self.days))


@dataclass(frozen=True)
class Baseline:
    """Past points of one point, rising, and the season of each: 1 … `periods`, of which the last is today's."""

    points: Indices
    seasons: Indices


def baseline(
    timeline: Timeline, at: int, *, years: int, half_window: int, periods: int, excluded: int
) -> Baseline:
    """The past of the point `at` (from 0). `excluded`: how many points just before it are left out with it.

    Raises NoBaseline.
    """
    seasons = _seasons(timeline.references(at, years), timeline.length, half_window, periods)
    seasons[max(0, at - excluded) : at + 1] = 0
    points = np.flatnonzero(seasons)
    if not len(points):
        raise NoBaseline
    return Baseline(points, seasons[points])


def _seasons(references: list[int], length: int, half_window: int, periods: int) -> Indices:
    """Of every point its season, 0 for none."""
    seasons = np.zeros(length, dtype=np.int64)
    now = references[0]
    seasons[max(0, now - half_window) : now + 1] = periods
    for later, reference in pairwise(references):
        seasons[max(0, reference - half_window) : reference + half_window + 1] = periods
        if periods > 1:
            rest = later - reference - 2 * half_window - 1
            if rest < max(0, periods - 2 * half_window - 1):
                raise NoBaseline
            _part_the_rest(seasons, reference + half_window + 1, rest, periods)
    return seasons


def _part_the_rest(seasons: Indices, start: int, rest: int, periods: int) -> None:
    """Numbers `rest` points from `start` on by seasons 1 … periods − 1, longer ones first."""
    length, longer = divmod(rest, periods - 1)
    at = start
    for season in range(1, periods):
        step = length + (season <= longer)
        if step:
            seasons[at : at + step] = season
        else:  # R counts an empty season backwards: it takes its neighbours
            seasons[max(0, at - 1) : at + 1] = season
        at += step


def _years_before(day: date, years: int) -> date:
    """29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _same_weekday(day: date, like: date) -> date:
    """The nearest day with the weekday of `like`; weeks begin on Sunday where two are as near (they never are)."""
    wanted, given = like.isoweekday() % 7, day.isoweekday() % 7
    first = day - timedelta(days=given - wanted)
    second = first + timedelta(days=-7 if first > day else 7)
    return second if abs((first - day).days) > abs((second - day).days) else first


def _first_gap(days: Indices) -> float:
    return float(days[1] - days[0])
