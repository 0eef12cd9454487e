"""How many people live where: the denominator of a rate, with its day and its source.

Which day: the last 基準日 on or before the day asked for (a rate asks for the middle of its period), for then a table
published later does not move a rate that was told before; where there is none before, the first one after. Both are
the nearest known answer on their side, and `People.used` says which one was taken.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Q

from cases.figures.population_rows import PopulationTable, Residents
from cases.figures.residents import (
    ALL_AGES,
    BOTH,
    EVERYWHERE,
    NO_AGE,
    OPEN,
    Ages,
    Key,
    by_district,
    covered,
    of_plain,
)
from cases.records import ages as bands

ALL: Final = "*"
"""In a key of `People`: every district, or every age."""

# Of one table: (area, sex) → ages → people; what has no data is absent.
_Cells = Mapping[tuple[str, str], Mapping[Ages, int]]


@dataclass(frozen=True)
class Used:
    """The table that was taken for one centre."""

    table: UUID
    centre_id: int
    as_of: date
    source: str
    is_made_up: bool


@dataclass(frozen=True)
class People(Mapping[tuple[str, str], int]):
    """Residents of one or several centres' municipalities: (district or `*`, band or `*`) → people.

    A key without data is absent. Bands are those of `cases.records.ages`, the coarse ones (60S, 80_OVER) too.
    """

    used: tuple[Used, ...]
    _cells: tuple[_Cells, ...]

    def between(
        self, first: int = 0, end: int = OPEN, *, areas: Iterable[str] = (ALL,), sex: str = BOTH
    ) -> int | None:
        """People of `first` to below `end` years in those districts; None where a part of it has no data."""
        found = [self._of(area, sex, Ages(first, end)) for area in areas]
        known = [people for people in found if people is not None]
        return sum(known) if known and len(known) == len(found) else None

    def band(self, code: str, *, areas: Iterable[str] = (ALL,), sex: str = BOTH) -> int | None:
        """People of a band of ages; None for 年齢不明 and 団体, who live nowhere."""
        if code == ALL:
            return self.between(areas=areas, sex=sex)
        band = bands.BY_CODE.get(code)
        if band is None or band.start is None:
            return None
        return self.between(band.start, OPEN if band.end is None else band.end, areas=areas, sex=sex)

    def _of(self, area: str, sex: str, wanted: Ages) -> int | None:
        """Over the centres that have such a district (each has the municipality)."""
        there = [cells[area, sex] for cells in self._cells if (area, sex) in cells]
        found = [covered(cells, wanted) for cells in there]
        known = [people for people in found if people is not None]
        return sum(known) if known and len(known) == len(found) else None

    @property
    def areas(self) -> tuple[str, ...]:
        """`*`, then the districts."""
        held = dict.fromkeys(area for cells in self._cells for area, _sex in cells)
        return (ALL, *(area for area in held if area != EVERYWHERE))

    @property
    def classes(self) -> tuple[Ages, ...]:
        """The classes of ages that every centre's table has, ascending."""
        held = [{ages for of_area in cells.values() for ages in of_area} for cells in self._cells]
        return tuple(sorted(set.intersection(*held) - {ALL_AGES, NO_AGE})) if held else ()

    @property
    def is_made_up(self) -> bool:
        return any(used.is_made_up for used in self.used)

    def __getitem__(self, key: tuple[str, str]) -> int:
        area, band = key
        people = self.band(band, areas=(area,))
        if people is None:
            raise KeyError(key)
        return people

    def __iter__(self) -> Iterator[tuple[str, str]]:
        codes = (ALL, *bands.BY_CODE)
        return (
            (area, code)
            for area in self.areas
            for code in codes
            if self.band(code, areas=(area,)) is not None
        )

    def __len__(self) -> int:
        return sum(1 for _key in self)


def people(centre_ids: Collection[int], on: date, *, known_at: datetime | None = None) -> People | None:
    """The residents to divide by for a period whose middle is `on`; None where a centre has no population.

    `known_at`: as the tables stood at that moment, for what was issued then.
    """
    return people_by_day(centre_ids, known_at=known_at)(on)


def people_by_day(
    centre_ids: Collection[int], *, known_at: datetime | None = None
) -> Callable[[date], People | None]:
    """`people` for one day after the other, with one question for the tables."""
    by_centre = _held(centre_ids, known_at)

    def on(day: date) -> People | None:
        if not by_centre or len(by_centre) < len(set(centre_ids)):
            return None
        chosen = [_nearest(tables, day) for tables in by_centre.values()]
        return People(tuple(map(_used, chosen)), tuple(_cells(table.uid) for table in chosen))

    return on


def _held(centre_ids: Collection[int], known_at: datetime | None) -> dict[int, list[PopulationTable]]:
    """Per centre its tables by 基準日."""
    confirmed = PopulationTable.objects.filter(centre__in=centre_ids, confirmed_at__isnull=False)
    held = confirmed.defer("content", "notes")
    if known_at is None:
        held = held.filter(ended_at__isnull=True)
    else:
        held = held.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=known_at), confirmed_at__lte=known_at)
    by_centre: dict[int, list[PopulationTable]] = {}
    for table in held.order_by("centre", "as_of"):
        by_centre.setdefault(table.centre_id, []).append(table)
    return by_centre


def _nearest(tables: list[PopulationTable], on: date) -> PopulationTable:
    before = [table for table in tables if table.as_of <= on]
    return before[-1] if before else tables[0]


@lru_cache(maxsize=64)
def _cells(table: UUID) -> _Cells:
    """A confirmed table never changes, so a process reads it once."""
    rows = Residents.objects.filter(table__uid=table).values_list("area", "sex", "first", "end", "people")
    return _arranged((area, (Ages(first, end), sex), count) for area, sex, first, end, count in rows)


def _arranged(rows: Iterable[tuple[str, Key, int | None]]) -> _Cells:
    cells: dict[tuple[str, str], dict[Ages, int]] = {}
    for area, (ages, sex), count in rows:
        held = cells.setdefault((area, sex), {})
        if count is not None:
            held[ages] = count
    return cells


def of_table(table: PopulationTable) -> People:
    """The residents of one confirmed table, whether it still holds or not."""
    return People((_used(table),), (_cells(table.uid),))


def of_draft(table: PopulationTable, district_of: Mapping[str, str]) -> People:
    """The residents that a draft would give with those districts."""
    return People((_used(table),), (_arranged(by_district(of_plain(table.content), district_of)),))


def _used(table: PopulationTable) -> Used:
    return Used(table.uid, table.centre_id, table.as_of, table.source, table.is_made_up)
