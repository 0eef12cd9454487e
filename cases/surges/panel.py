"""What is watched: counts per week of the whole, of each 手口, and of its age groups and districts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from cases.surges.fitting import Bools, Floats, Indices


class Level(IntEnum):
    """How finely a cell is cut."""

    TOTAL = 0
    SCAM = 1
    AGE = 2
    AREA = 3


@dataclass(frozen=True, order=True)
class Cell:
    """The whole (no code), a 手口, one of its age groups, or that group in one district."""

    scam: str = ""
    age: str = ""
    area: str = ""

    def __post_init__(self) -> None:
        if (self.age and not self.scam) or (self.area and not self.age):
            raise ValueError("an age group needs its 手口, a district its age group")

    @property
    def level(self) -> Level:
        return Level(bool(self.scam) + bool(self.age) + bool(self.area))

    @property
    def above(self) -> "tuple[Cell, ...]":
        """The cells that hold it, highest first."""
        held_by = [Cell(), Cell(self.scam), Cell(self.scam, self.age)]
        return tuple(held_by[: self.level])


@dataclass(frozen=True)
class Panel:
    """`counts`: cells × weeks, oldest first. The last week is judged; weeks are seven days counted back from its end.

    `open_days`: days of each week on which the centre was open; a week without one says nothing.
    `since`: of each cell the first week whose counts mean what they mean today (a break of the code), else 0. A code
    that is new, and before which nothing of its kind was counted elsewhere, has no break: its past is truly zero.
    """

    cells: tuple[Cell, ...]
    counts: Floats
    open_days: Floats
    since: Indices

    def __post_init__(self) -> None:
        weeks = self.counts.shape[1]
        if not (len(self.cells) == len(self.counts) == len(self.since) and len(self.open_days) == weeks > 0):
            raise ValueError("expected one row per cell and one column per week")

    @property
    def weeks(self) -> int:
        return int(self.counts.shape[1])

    def until(self, week: int) -> "Panel":
        """The same as it would stand with `week` (from 0) as its last one."""
        end = week + 1
        return Panel(self.cells, self.counts[:, :end], self.open_days[:end], np.minimum(self.since, week))

    def only(self, which: Bools) -> "Panel":
        cells = tuple(cell for cell, is_in in zip(self.cells, which.tolist(), strict=True) if is_in)
        return Panel(cells, self.counts[which], self.open_days, self.since[which])

    def with_cases(self) -> "Panel":
        """Without the cells in which nothing ever came; the whole stays."""
        is_whole = np.array([cell.level == Level.TOTAL for cell in self.cells], dtype=np.bool_)
        return self.only(is_whole | self.counts.any(axis=1))

    @property
    def a_year(self) -> float:
        """Cases of the whole in the last 52 weeks; of a shorter history, made up to a year."""
        totals = self.counts[[cell.level == Level.TOTAL for cell in self.cells]]
        recent = totals[:, -52:]
        return float(recent.sum() * 52 / recent.shape[1]) if len(totals) else 0.0


def panel(
    cells: Sequence[Cell], counts: Floats, open_days: Floats | None = None, since: Indices | None = None
) -> Panel:
    """With every week open alike and no breaks unless said otherwise."""
    given = np.asarray(counts, dtype=np.float64)
    return Panel(
        cells=tuple(cells),
        counts=given,
        open_days=np.ones(given.shape[1]) if open_days is None else np.asarray(open_days, dtype=np.float64),
        since=np.zeros(len(given), dtype=np.int64) if since is None else np.asarray(since, dtype=np.int64),
    )


def tree(
    scams: Sequence[str],
    ages: Sequence[str],
    areas: Sequence[str],
    counts: Floats,
    open_days: Floats | None = None,
    since: Indices | None = None,
) -> Panel:
    """The whole, and every 手口, age group and district of it that had a case; `counts`: 手口 × age × area × weeks.

    "" among the codes stands for what cannot be told (not typed, age not known, from outside): it counts in the cells
    above alone. `since` is of the 手口.
    """
    cells, rows, begins = [Cell()], [counts.sum(axis=(0, 1, 2))], [0]
    for n, scam in enumerate(scams):
        if not scam:
            continue
        begin = 0 if since is None else int(since[n])
        found = [(Cell(scam), counts[n].sum(axis=(0, 1)))]
        for m, age in enumerate(ages):
            if age:
                found.append((Cell(scam, age), counts[n, m].sum(axis=0)))
                found += [(Cell(scam, age, area), counts[n, m, k]) for k, area in enumerate(areas) if area]
        for cell, row in found:
            if row.any():
                cells.append(cell)
                rows.append(row)
                begins.append(begin)
    return panel(cells, np.array(rows), open_days, np.array(begins, dtype=np.int64))
