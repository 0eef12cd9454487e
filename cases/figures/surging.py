"""The watched cells of one centre, counted from facts: what `cases.surges` judges, last week by last week.

Weeks are seven days counted back from the day that is judged. An erased case, of which no more than month and weekday
are known, is spread over the days of its month; so a baseline neither loses it nor piles it up on the first days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures import breaks, columns, counting
from cases.figures.breaks import Break
from cases.figures.columns import Facts
from cases.figures.comparing import months_on
from cases.figures.counting import Axis, Selection
from cases.figures.dimensions import BLANK, DIMENSIONS, SENIOR
from cases.figures.layout import ERASED, day_number
from cases.figures.trends import MIDDLE, YOUNG, age_group
from cases.law import calendar
from cases.law.calendar import Closed
from cases.records.centre import Area
from cases.records.codes import Kind
from cases.surges.panel import Level, Panel, tree

Floats = NDArray[np.float64]

WEEKS: Final = 5 * 52 + 12
"""Five years, and what is compared around the oldest week."""
AGAIN: Final = 4
"""Each night so many weeks are judged: what was typed late is then in its week."""
UNCLASSIFIED: Final = "UNCLASSIFIED"
_AGE_GROUPS: Final = (YOUNG, MIDDLE, SENIOR)
_NO_DISTRICT: Final = frozenset({BLANK, ERASED, *Area.EVERYWHERE})
_NO_TYPE: Final = frozenset({BLANK, UNCLASSIFIED, ERASED})


@dataclass(frozen=True)
class Watched:
    """`panel` as of the fact `as_of`; its last week is seven days that end with `ends`."""

    panel: Panel
    as_of: int
    ends: date

    def before(self, weeks: int) -> "Watched":
        """The same as it stood so many weeks earlier, but with what was entered since."""
        if not weeks:
            return self
        earlier = self.panel.until(self.panel.weeks - 1 - weeks)
        return Watched(earlier.with_cases(), self.as_of, self.ends - timedelta(weeks=weeks))

    @property
    def cases(self) -> int:
        """Those of the last week."""
        return self._in_last_week(Level.TOTAL)

    @property
    def typed(self) -> int:
        """Of these, those whose 手口 was entered."""
        return min(self._in_last_week(Level.SCAM), self.cases)

    def _in_last_week(self, level: Level) -> int:
        is_meant = [cell.level == level for cell in self.panel.cells]
        return round(float(self.panel.counts[is_meant, -1].sum()))


def watched(
    centre_id: int,
    on: date,
    *,
    as_of: int | None = None,
    closed: Closed = calendar.NOTHING_OF_ITS_OWN,
    breaks_of_its_own: Sequence[Break] = (),
    weeks: int = WEEKS,
) -> Watched | None:
    """Every cell that had a case in the `weeks` that end with the day `on`; None where no case lies there."""
    facts = columns.read(as_of)
    spanned = counting.days_spanned(facts, {centre_id})
    if spanned is None or spanned[0] > on:
        return None
    weeks = min(weeks, (on - spanned[0]).days // 7 + 1)
    start = on - timedelta(days=7 * weeks - 1)
    scams, areas, counts = _counted(facts, centre_id, start, weeks)
    is_typed = [scam not in _NO_TYPE for scam in scams]
    return Watched(
        panel=tree(
            [scam if typed else "" for scam, typed in zip(scams, is_typed, strict=True)],
            [*_AGE_GROUPS, ""],
            ["" if area in _NO_DISTRICT else area for area in areas],
            counts,
            open_days=_open_days(start, weeks, closed),
            since=_since(scams, start, [*breaks.KNOWN, *breaks_of_its_own]),
        ),
        as_of=facts.as_of,
        ends=on,
    )


def _counted(facts: Facts, centre_id: int, start: date, weeks: int) -> tuple[list[str], list[str], Floats]:
    """(手口, districts, 手口 × age group and none × district × week)."""
    end = start + timedelta(days=7 * weeks)
    # An erased case lies in the first days of its month, which may be before the first week.
    first = start.replace(day=1)
    scam, scams = DIMENSIONS["scam_main"].axis(facts, first, end)
    area, areas = DIMENSIONS["area"].axis(facts, first, end)
    age = counting.by_word(facts, "age_band", _place_of_age)(len(_AGE_GROUPS) + 1)
    week = Axis(counting.RECEIVED_ON, np.repeat(np.arange(weeks), 7), weeks, base=day_number(start))
    month, months = DIMENSIONS["month"].axis(facts, first, end)
    of_cases = counting.count(
        facts,
        Selection(frozenset({centre_id}), start, end, [_by_erasure(facts, is_erased=False)]),
        [scam, age, area, week],
    )
    of_erased = counting.count(
        facts,
        Selection(frozenset({centre_id}), first, end, [_by_erasure(facts, is_erased=True)]),
        [scam, age, area, month],
    )
    return scams, areas, of_cases + of_erased @ _shares(months, start, weeks)


def _place_of_age(band: str) -> int:
    group = age_group(band)
    return _AGE_GROUPS.index(group) if group in _AGE_GROUPS else len(_AGE_GROUPS)


def _by_erasure(facts: Facts, *, is_erased: bool) -> Axis:
    return counting.by_word(facts, "source", lambda source: int((source == ERASED) == is_erased))(2)


def _shares(months: Sequence[str], start: date, weeks: int) -> Floats:
    """Of each month (a row) the part of its days that lies in each week."""
    shares = np.zeros((len(months), weeks))
    for n, day in enumerate(_days(start, weeks)):
        length = (months_on(day, 1) - months_on(day, 0)).days
        shares[months.index(f"{day:%Y-%m}"), n // 7] += 1 / length
    return shares


def _days(start: date, weeks: int) -> list[date]:
    return [start + timedelta(days=n) for n in range(7 * weeks)]


def _open_days(start: date, weeks: int, closed: Closed) -> Floats:
    """Working days of each week; a week without any says nothing."""
    is_open = [calendar.is_working_day(day, closed) for day in _days(start, weeks)]
    of_weeks: Floats = np.array(is_open, dtype=np.float64).reshape(weeks, 7).sum(axis=1)
    return of_weeks


def _since(scams: Sequence[str], start: date, known_breaks: Sequence[Break]) -> NDArray[np.int64]:
    """The first whole week after the last break of each 手口."""
    return np.array(
        [
            max(
                [
                    -((start - known.on).days // 7)
                    for known in known_breaks
                    if known.kind == Kind.SCAM_TYPE
                    and known.on > start
                    and (not known.codes or scam in known.codes)
                ],
                default=0,
            )
            for scam in scams
        ],
        dtype=np.int64,
    )
