"""Four weeks beside the usual four of the year before: each 手口 of a small town, who is hit by a surge and where.

Counts, no alarm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.dimensions import DIMENSIONS, SENIOR
from cases.figures.measures import Question
from cases.figures.trends import GROUPS, MIDDLE, YOUNG, age_group
from cases.records.centre import Centre
from cases.surges.panel import Cell

_FOUR_WEEKS: Final = timedelta(weeks=4)
_YEAR: Final = timedelta(weeks=52)
_PERIODS: Final = 13
AREAS: Final = 5
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Usual:
    """`mean` of four weeks in the year before; `before` cases in all of it."""

    name: str
    count: int
    before: int

    @property
    def mean(self) -> float:
        return self.before / _PERIODS


def counts(centre: Centre, until: date) -> list[Usual]:
    """The four weeks that end with `until` against the 52 before them, the most frequent 手口 first."""
    start = until + _ONE_DAY - _FOUR_WEEKS
    now = _by(centre, "scam_main", Cell(), start, until + _ONE_DAY)
    before = _by(centre, "scam_main", Cell(), start - _YEAR, start)
    names = dict(zip(now, DIMENSIONS["scam_main"].texts(now), strict=True))
    rows = [Usual(names[code], count, before.get(code, 0)) for code, count in now.items() if count]
    return sorted(rows, key=lambda row: (-row.count, row.name))


@dataclass(frozen=True)
class Hit:
    """Age groups from the youngest on, those whose age nobody knows last; districts by their cases."""

    ages: Sequence[Usual]
    areas: Sequence[Usual]


def hit(centre: Centre, cell: Cell, until: date) -> Hit:
    """The cases of a 手口 (of one district where the cell is one) in the four weeks that end with `until`."""
    start = until + _ONE_DAY - _FOUR_WEEKS
    ages, ages_before = (
        _in_groups(_by(centre, "age_band", cell, *days))
        for days in ((start, until + _ONE_DAY), (start - _YEAR, start))
    )
    areas = _by(centre, "area", cell, start, until + _ONE_DAY)
    areas_before = _by(centre, "area", cell, start - _YEAR, start)
    names = dict(zip(areas, DIMENSIONS["area"].texts(areas, {centre.pk}), strict=True))
    by_area = [Usual(names[code], count, areas_before.get(code, 0)) for code, count in areas.items() if count]
    return Hit(
        [Usual(name, count, ages_before[name]) for name, count in ages.items() if count or ages_before[name]],
        sorted(by_area, key=lambda row: (-row.count, row.name))[:AREAS],
    )


def _in_groups(by_band: Mapping[str, int]) -> dict[str, int]:
    """The age groups that are watched, by name; ages that cannot be told together at the end."""
    found = {str(GROUPS[group]): 0 for group in (YOUNG, MIDDLE, SENIOR)} | {_("年齢不明・団体"): 0}
    for band, count in by_band.items():
        group = age_group(band)
        found[str(GROUPS[group]) if group in GROUPS else _("年齢不明・団体")] += count
    return found


def _by(centre: Centre, rows: str, cell: Cell, start: date, end: date) -> Mapping[str, int]:
    filters = {"scam_main": [cell.scam]} if cell.scam else {}
    if cell.area:
        filters["area"] = [cell.area]
    answer = measures.breakdown(Question(frozenset({centre.pk}), start, end, rows=rows, filters=filters))
    return {code: row[0] for code, row in zip(answer.row_codes, answer.cells, strict=True)}
