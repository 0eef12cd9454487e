"""The demo data's planted waves: how soon each is on a card, and how many other cards there are.

Counted straight from the generator, without a database: what is measured is the rule, not the saving. Other cards are
counted week by week, and as waves night by night, as the product's night run sees them (a night judges the seven days
before it; a wave that goes on is the same wave).
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cases.surges import cards, rules
from cases.surges.panel import Cell, Level, Panel, panel, tree

Floats = NDArray[np.float64]

TODAY: Final = date(2026, 11, 20)
SIZES: Final = (20_000, 5_000)
DAYS: Final = 7 * (5 * 52 + 12)
QUIET: Final = 104
NIGHTS: Final = 364
LOOKED_AT: Final = 6
TYPED: Final = 0.7
DRAWS: Final = 20
# A wave of so many days ago is over.
_OPEN_FOR: Final = 28
_RUN_OUT: Final = 15 * 7
"""So long a planted wave and what follows it do not count as quiet."""


@dataclass(frozen=True)
class Counted:
    """Cases of every 手口, age group, district and day; the last day is yesterday."""

    scams: list[str]
    groups: list[str]
    areas: list[str]
    by_day: Floats
    open_days: Floats

    def until(self, day: int) -> Panel:
        """The cells as they stood when this day (from 0) was over."""
        weeks = min((day + 1) // 7, DAYS // 7)
        first = day + 1 - 7 * weeks
        shape = (*self.by_day.shape[:3], weeks, 7)
        return tree(
            self.scams,
            self.groups,
            self.areas,
            self.by_day[..., first : day + 1].reshape(shape).sum(axis=4),
            self.open_days[first : day + 1].reshape(weeks, 7).sum(axis=1),
        )


def run(cases: int = 20_000, *, seed: int = 1) -> dict[str, Any]:
    """Needs Django's settings, as the generator's calendars do."""
    from cases.demo import profile

    counted, first_day = _counted(cases, seed)
    last = counted.by_day.shape[3] - 1
    found = rules.judged(counted.until(last))
    told: dict[str, Any] = {
        "cases": cases,
        "a_year": round(found.panel.a_year),
        "cells": len(found.panel.cells),
        "is_small_centre": found.is_small_centre,
    }
    if found.is_small_centre:
        return told | {"cards": [_name(card.cell) for card in cards.cards(found)]}
    starts = {wave.scam: (wave.start - first_day).days for wave in profile.surges(TODAY)}
    told["planted"] = [
        {
            "scam": scam,
            "since": (first_day + timedelta(days=start)).isoformat(),
            "week": _week_found(counted, scam, start),
            "weeks_partly_typed": _weeks_partly_typed(counted, scam, start, seed),
        }
        for scam, start in starts.items()
    ]
    return told | {"others": _others(counted, list(starts.values()), last, seed)}


def _weeks_partly_typed(counted: Counted, scam: str, start: int, seed: int) -> dict[str, int]:
    """In how many of `DRAWS` the card comes in which week; "none": not within six."""
    weeks = [_week_found(counted, scam, start, np.random.default_rng([seed, draw])) for draw in range(DRAWS)]
    return dict(sorted(Counter(str(week or "none") for week in weeks).items()))


def _others(counted: Counted, starts: list[int], last: int, seed: int) -> dict[str, Any]:
    """Cards of quiet weeks, and waves of quiet nights, in the two years before the newest planted wave."""
    end = max(starts)

    def is_quiet(day: int) -> bool:
        return not any(0 <= day - start < _RUN_OUT for start in starts)

    weeks = [day for n in range(QUIET) if is_quiet(day := end - 1 - 7 * n)]
    a_week = [[_name(card.cell) for card in cards.cards(rules.judged(counted.until(day)))] for day in weeks]
    rng = np.random.default_rng(seed)
    partly = [len(cards.cards(rules.judged(_partly_typed(rng, counted.until(day))))) for day in weeks]
    _say(f"{len(weeks)} quiet weeks")
    nights = [day for n in reversed(range(NIGHTS)) if is_quiet(day := end - 1 - n)]
    begun = list(_begun(counted, nights))
    _say(f"{len(nights)} quiet nights")
    return {
        "weeks": len(weeks),
        "cards_a_week": round(sum(map(len, a_week)) / len(weeks), 2),
        "standard_error": round(float(np.std([len(one) for one in a_week], ddof=1) / len(weeks) ** 0.5), 2),
        "cards_a_week_partly_typed": round(sum(partly) / len(weeks), 2),
        "nights": len(nights),
        "waves_a_week_by_night": round(7 * len(begun) / len(nights), 2),
        "most_often": Counter(name for one in a_week for name in one).most_common(5),
    }


def _begun(counted: Counted, nights: list[int]) -> Iterator[str]:
    """The waves that begin, each once while it goes on."""
    seen: dict[Cell, int] = {}
    for night in nights:
        for card in cards.cards(rules.judged(counted.until(night))):
            same = [
                cell
                for cell, day in seen.items()
                if night - day < _OPEN_FOR and Level.TOTAL not in (cell.level, card.cell.level)
                and (cell == card.cell or cell in card.cell.above or card.cell in cell.above)
            ]  # fmt: skip
            if not same and card.cell not in seen:
                yield _name(card.cell)
            for cell in same:
                del seen[cell]
            seen[min([*same, card.cell], key=lambda cell: cell.level)] = night


def _week_found(
    counted: Counted, scam: str, start: int, rng: np.random.Generator | None = None
) -> int | None:
    """The week of the wave (from 1) in which a card of its 手口 comes; None if not within six.

    `rng`: of the week that is judged only `TYPED` of the cases have their 手口 yet, drawn by chance.
    """
    for week in range(LOOKED_AT):
        day = start + 7 * (week + 1) - 1
        if day >= counted.by_day.shape[3]:
            return None
        seen = counted.until(day)
        if rng is not None:
            seen = _partly_typed(rng, seen)
        if any(card.cell.scam == scam for card in cards.cards(rules.judged(seen))):
            return week + 1
    return None


def _partly_typed(rng: np.random.Generator, given: Panel) -> Panel:
    """The whole is known; of the 手口 a part. A cell is drawn for itself: what its parts lack is another chance."""
    counts = given.counts.copy()
    is_of_type = np.array([cell.level != Level.TOTAL for cell in given.cells])
    counts[is_of_type, -1] = rng.binomial(counts[is_of_type, -1].astype(np.int64), TYPED)
    return panel(given.cells, counts, given.open_days, given.since)


def _counted(cases: int, seed: int) -> tuple[Counted, date]:
    """With the first day."""
    from cases.demo import generator
    from cases.figures.dimensions import SENIOR
    from cases.figures.trends import MIDDLE, YOUNG, age_group
    from cases.law import calendar
    from cases.records.centre import Area

    groups = [YOUNG, MIDDLE, SENIOR, ""]
    rows = [
        (
            "" if entry.scam_main == "UNCLASSIFIED" else entry.scam_main,
            age_group(entry.party_age_band),
            "" if entry.area in Area.EVERYWHERE else entry.area,
            entry.received_at.date(),
        )
        for entry in generator.entries(cases, seed, TODAY)
    ]
    _say(f"{len(rows):,} cases made")
    first = min(row[3] for row in rows)
    length = (TODAY - first).days
    scams, areas = (sorted({row[n] for row in rows}) for n in (0, 2))
    by_day = np.zeros((len(scams), len(groups), len(areas), length))
    for scam, group, area, day in rows:
        place = groups.index(group) if group in groups else len(groups) - 1
        by_day[scams.index(scam), place, areas.index(area), (day - first).days] += 1
    days = [float(calendar.is_working_day(first + timedelta(days=n))) for n in range(length)]
    return Counted(scams, groups, areas, by_day, np.array(days)), first


def _name(cell: Cell) -> str:
    return "/".join(filter(None, (cell.scam, cell.age, cell.area))) or "*"


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
