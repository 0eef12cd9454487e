"""Residents by age, sex and place as a publication gives them, and their sums by district. Pure.

A cell that the publication does not tell (X, 秘匿) is absent: no data, which is not 0.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

OPEN: Final = 999
"""The end of a class without one: 85歳以上 is [85, OPEN)."""
BOTH: Final = ""
MALE: Final = "MALE"
FEMALE: Final = "FEMALE"
SEXES: Final = (BOTH, MALE, FEMALE)
# The place of the sums over the whole municipality, and of towns that belong to no district.
EVERYWHERE: Final = "*"


class Ages(NamedTuple):
    """A class of ages in whole years: [first, end)."""

    first: int
    end: int

    @property
    def is_open(self) -> bool:
        return self.end == OPEN

    def holds(self, other: "Ages") -> bool:
        """Whether the other class lies in this one and is smaller."""
        return self != other and self.first <= other.first and other.end <= self.end

    def meets(self, other: "Ages") -> bool:
        return self.first < other.end and other.first < self.end


ALL_AGES: Final = Ages(0, OPEN)
# 年齢不詳: in the sum of all ages and in no class.
NO_AGE: Final = Ages(OPEN, OPEN)

Key = tuple[Ages, str]
Cells = Mapping[Key, int]


@dataclass(frozen=True)
class Town:
    """A 町丁目 (or district) of the publication with the cells that it tells."""

    name: str
    cells: Cells


@dataclass(frozen=True)
class Said:
    """One publication. `classes` are disjoint and ascending; `whole` is its own total line, empty where it has none.

    Keys of cells are (class, ALL_AGES or NO_AGE; BOTH, MALE or FEMALE).
    """

    classes: tuple[Ages, ...]
    towns: tuple[Town, ...]
    whole: Cells

    @property
    def keys(self) -> list[Key]:
        """Every (ages, sex) that somebody's cell has, all ages first."""
        held = {key for town in self.towns for key in town.cells} | set(self.whole)
        return sorted(held, key=lambda key: (key[0] != ALL_AGES, key))

    def known(self, key: Key) -> int:
        """The sum of the cells that the towns tell."""
        return sum(town.cells.get(key, 0) for town in self.towns)

    def lacking(self, key: Key) -> list[str]:
        """The towns without that cell."""
        return [town.name for town in self.towns if key not in town.cells]

    def is_complete(self, key: Key) -> bool:
        """Whether the towns' cells are all there is: none lacks, or those that tell add up to the total line (what
        a small town hides was then added to another one)."""
        return not self.lacking(key) or self.whole.get(key) == self.known(key)

    def total(self, key: Key) -> int | None:
        """Of the whole municipality: the total line, else the sum of its towns; None where a town's cell lacks."""
        if key in self.whole:
            return self.whole[key]
        return self.known(key) if self.towns and not self.lacking(key) else None


def by_district(said: Said, district_of: Mapping[str, str]) -> Iterator[tuple[str, Key, int | None]]:
    """(district, key, people) of each district and of EVERYWHERE; None is "no data".

    A town without a district counts in EVERYWHERE alone. A district is no data where one of its towns does not tell,
    unless the file's own totals prove that nothing is missing (`Said.is_complete`).
    """
    members: dict[str, list[Town]] = {}
    for town in said.towns:
        if district := district_of.get(town.name):
            members.setdefault(district, []).append(town)
    for key in said.keys:
        yield EVERYWHERE, key, said.total(key)
        complete = said.is_complete(key)
        for district, towns in members.items():
            cells = [town.cells.get(key) for town in towns]
            told = [cell for cell in cells if cell is not None]
            yield district, key, sum(told) if complete or len(told) == len(cells) else None


def covered(cells: Mapping[Ages, int], wanted: Ages) -> int | None:
    """The people of `wanted` by classes that make it up exactly; None where they do not, or one has no data."""
    if wanted in cells:
        return cells[wanted]
    ending = {ages.first: ages for ages in cells if ages not in (ALL_AGES, NO_AGE)}
    at, people = wanted.first, 0
    while at < wanted.end:
        ages = ending.get(at)
        if ages is None or ages.end > wanted.end:
            return None
        people += cells[ages]
        at = ages.end
    return people


def smallest(found: Iterable[Ages]) -> tuple[Ages, ...]:
    """The classes that everybody is counted in once: a class that smaller ones make up (65歳以上 beside 5歳階級) is
    left out; one that they do not make up (65歳以上 beside うち75歳以上) takes their place."""
    kept: set[Ages] = set()
    for ages in sorted(set(found) - {ALL_AGES, NO_AGE}, key=lambda ages: (ages.end - ages.first, ages)):
        inner = {one for one in kept if ages.holds(one)}
        if covered(dict.fromkeys(inner, 0), ages) is None:
            kept = kept - inner | {ages}
    return tuple(sorted(kept))


def overlapping(classes: Sequence[Ages]) -> tuple[Ages, Ages] | None:
    """Two neighbours that share an age."""
    return next(((one, two) for one, two in pairwise(classes) if one.meets(two)), None)


def to_plain(said: Said) -> dict[str, Any]:
    """As JSON: lists in the order of `keys`, null for no data."""
    keys = said.keys
    return {
        "classes": [list(ages) for ages in said.classes],
        "keys": [[ages.first, ages.end, sex] for ages, sex in keys],
        "towns": [[town.name, *(town.cells.get(key) for key in keys)] for town in said.towns],
        "whole": [said.whole.get(key) for key in keys],
    }


def of_plain(plain: Mapping[str, Any]) -> Said:
    keys = [(Ages(first, end), sex) for first, end, sex in plain["keys"]]

    def cells(row: Sequence[int | None]) -> dict[Key, int]:
        return {key: cell for key, cell in zip(keys, row, strict=True) if cell is not None}

    return Said(
        classes=tuple(Ages(*pair) for pair in plain["classes"]),
        towns=tuple(Town(name, cells(row)) for name, *row in plain["towns"]),
        whole=cells(plain["whole"]),
    )
