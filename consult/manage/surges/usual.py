"""The small town's table: each 手口 of the last four weeks beside its usual four weeks. Counts, no alarm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.figures import measures
from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import Question
from cases.records.centre import Centre

_FOUR_WEEKS: Final = timedelta(weeks=4)
_YEAR: Final = timedelta(weeks=52)
_PERIODS: Final = 13
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
    now = _by_scam(centre, start, until + _ONE_DAY)
    before = _by_scam(centre, start - _YEAR, start)
    names = dict(zip(now, DIMENSIONS["scam_main"].texts(now), strict=True))
    rows = [Usual(names[code], count, before.get(code, 0)) for code, count in now.items() if count]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def _by_scam(centre: Centre, start: date, end: date) -> Mapping[str, int]:
    answer = measures.breakdown(Question(frozenset({centre.pk}), start, end, rows="scam_main"))
    return {code: row[0] for code, row in zip(answer.row_codes, answer.cells, strict=True)}
