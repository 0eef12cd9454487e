"""Rising topics by age group: what comes in more often than before, with the reason as data.

Time runs in periods of four weeks (28 days: every weekday four times), counted back from a last day. The last
period is compared with the mean of the twelve before it, and shown beside the same weeks a year (52 weeks) ago.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from django.utils.translation import gettext_lazy

from cases.figures import columns, counting
from cases.figures.columns import Facts
from cases.figures.counting import Axis, Counts, Selection
from cases.figures.dimensions import DIMENSIONS, NOT_SENIOR, SENIOR, SENIOR_CODES, senior_code
from cases.figures.intervals import Ratio, ratio
from cases.figures.layout import day_number
from cases.figures.measures import SeniorShare
from cases.records import ages

PERIOD: Final = timedelta(weeks=4)
PERIODS_BEFORE: Final = 12
A_YEAR_OF_PERIODS: Final = 13
SERIES_LENGTH: Final = 24
MIN_COUNT: Final = 5
# Above this the count is within what chance brings.
LARGEST_PROBABILITY: Final = 0.01

YOUNG: Final = "UNDER_30"
MIDDLE: Final = "30_64"
EVERYONE: Final = "ALL"
GROUPS: Final = {
    EVERYONE: gettext_lazy("全年代"),
    YOUNG: gettext_lazy("29歳以下"),
    MIDDLE: gettext_lazy("30〜64歳"),
    SENIOR: gettext_lazy("65歳以上"),
}
# 年齢不明, 団体 and bands that lie across two groups count for everyone alone.
_IN_NO_GROUP: Final = "NONE"
_AGE_GROUPS: Final = (YOUNG, MIDDLE, SENIOR, _IN_NO_GROUP)


@dataclass(frozen=True)
class Rising:
    """One 主 手口 of one age group that rises.

    `now` counts the last period; `expected` is the mean of the `periods_before` complete periods before it (12, or
    fewer for a short history); `last_year` is None before records began. `probability` is that of so many or more
    by chance. `share_65` is of the 手口 in the last period, all ages. `series` is 24 periods, oldest first.
    """

    scam: str
    group: str
    now: int
    expected: float
    last_year: int | None
    probability: float
    share_65: SeniorShare
    series: tuple[int, ...]
    periods_before: int

    @property
    def has_short_history(self) -> bool:
        return self.periods_before < PERIODS_BEFORE

    @property
    def before(self) -> int:
        """How many there were in all the periods before together."""
        return sum(self.series[-1 - self.periods_before : -1])

    @property
    def ratio(self) -> Ratio:
        """How many times as often as in the periods before, with its 95 % interval."""
        return ratio(self.now, self.before, self.periods_before)


def rising(centre_ids: frozenset[int], on: date, limit: int = 12, as_of: int | None = None) -> list[Rising]:
    """What rises in the four weeks that end with the day `on`, strongest evidence first.

    Empty where no complete period lies before them.
    """
    facts = columns.read(as_of)
    spanned = counting.days_spanned(facts, centre_ids)
    complete = (on + timedelta(days=1) - spanned[0]) // PERIOD - 1 if spanned else 0
    if complete < 1:
        return []
    codes, counts = _counts(facts, centre_ids, on)
    seniors = {code: _share_65(counts[n].sum(axis=1)[:, -1]) for n, code in enumerate(codes)}
    found = [
        _compared(code, group, series, complete, seniors[code])
        for n, code in enumerate(codes)
        for group, series in _series(counts[n].sum(axis=0)).items()
    ]
    risen = [item for item in found if item.now >= MIN_COUNT and item.probability <= LARGEST_PROBABILITY]
    return sorted(risen, key=lambda item: (item.probability, -item.now, item.scam, item.group))[:limit]


def poisson_tail(count: int, mean: float) -> float:
    """The probability of `count` or more where `mean` (> 0) are expected. Exact up to rounding.

    The sum runs over whichever side is the shorter way to full precision: upwards from the count above the
    mean (terms fall from the first), and one minus the terms below it otherwise.
    """
    if count <= 0:
        return 1.0
    if count <= mean:
        return 1.0 - math.fsum(_poisson(k, mean) for k in range(count))
    term = total = _poisson(count, mean)
    k = count
    while term > total * 1e-17:
        k += 1
        term *= mean / k
        total += term
    return total


def _poisson(k: int, mean: float) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def _counts(facts: Facts, centre_ids: frozenset[int], on: date) -> tuple[list[str], Counts]:
    """手口 × senior or not × age group × period (oldest first)."""
    end = on + timedelta(days=1)
    start = end - SERIES_LENGTH * PERIOD
    scam, codes = DIMENSIONS["scam_main"].axis(facts, start, end)
    senior = counting.by_word(facts, "age_band", lambda band: SENIOR_CODES.index(senior_code(band)))
    group = counting.by_word(facts, "age_band", lambda band: _AGE_GROUPS.index(age_group(band)))
    periods = np.repeat(np.arange(SERIES_LENGTH), PERIOD.days)
    period = Axis(counting.RECEIVED_ON, periods, SERIES_LENGTH, base=day_number(start))
    axes = [scam, senior(len(SENIOR_CODES)), group(len(_AGE_GROUPS)), period]
    return codes, counting.count(facts, Selection(centre_ids, start, end), axes)


def _series(counts: Counts) -> Mapping[str, tuple[int, ...]]:
    """Age group × period → the series of each group, everyone first."""
    by_group = {group: counts[n] for n, group in enumerate(_AGE_GROUPS) if group != _IN_NO_GROUP}
    return {
        group: tuple(int(count) for count in series)
        for group, series in {EVERYONE: counts.sum(axis=0), **by_group}.items()
    }


def _compared(scam: str, group: str, series: tuple[int, ...], complete: int, share_65: SeniorShare) -> Rising:
    periods = min(PERIODS_BEFORE, complete)
    before = sum(series[-1 - periods : -1])
    # None at all in the periods before is taken as half a case: nothing is ever proved impossible.
    probability = poisson_tail(series[-1], max(before, 0.5) / periods)
    return Rising(
        scam=scam,
        group=group,
        now=series[-1],
        expected=before / periods,
        last_year=series[-1 - A_YEAR_OF_PERIODS] if complete >= A_YEAR_OF_PERIODS else None,
        probability=probability,
        share_65=share_65,
        series=series,
        periods_before=periods,
    )


def _share_65(by_senior: Counts) -> SeniorShare:
    seniors, others = (int(by_senior[SENIOR_CODES.index(code)]) for code in (SENIOR, NOT_SENIOR))
    return SeniorShare(seniors, seniors + others, int(by_senior.sum()))


def age_group(band: str) -> str:
    """The group that holds the whole band, or _IN_NO_GROUP."""
    senior, is_30_or_older = senior_code(band), ages.is_at_least(band, 30)
    if is_30_or_older is False:
        return YOUNG
    if is_30_or_older and senior == NOT_SENIOR:
        return MIDDLE
    return SENIOR if senior == SENIOR else _IN_NO_GROUP
