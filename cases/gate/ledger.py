"""What was ever published, to whom, and of which counts: the union of all releases that a reader may lay side by side.

Counts stand in frozen tables of up to three dimensions beside the period. Tables of the same cases are tied by every
margin that they share: a reader who adds up one knows the sums of the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

Codes = tuple[frozenset[str], ...]


class Audience(IntEnum):
    """Who reads a release. Members read what the public reads, too."""

    PUBLIC = 1
    MEMBERS = 2


class FrozenCountsChanged(Exception):
    """Counts behind a release differ from those it was made of: they need a table of another name (a new version)."""


@dataclass(frozen=True)
class Axis:
    """One dimension of a table: its name, which other tables share, and its codes."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """Counts of cases by all axes at once, row-major, frozen with the first release that is made of them."""

    name: str
    axes: tuple[Axis, ...]
    leaves: tuple[int, ...]

    @cached_property
    def array(self) -> NDArray[np.int64]:
        """By the places of the codes."""
        return np.array(self.leaves, dtype=np.int64).reshape([len(axis.codes) for axis in self.axes])

    def places(self, codes: Codes) -> tuple[int, ...]:
        """The leaves (row-major numbers) that a sum over these codes adds up. Raises KeyError for an unknown code."""
        at = []
        for axis, of in zip(self.axes, codes, strict=True):
            place = {code: number for number, code in enumerate(axis.codes)}
            at.append(sorted(place[code] for code in of))
        numbers = np.arange(len(self.leaves)).reshape([len(axis.codes) for axis in self.axes])
        return tuple(int(leaf) for leaf in numbers[np.ix_(*at)].ravel())

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return prod(len(axis.codes) for axis in self.axes)


@dataclass(frozen=True)
class Sum:
    """One number that can be printed: cases of these codes, one set per axis of the table `of`."""

    of: str
    codes: Codes


@dataclass(frozen=True)
class Statement:
    """What a release says of one number to its audience: the bounds it lies within, the same where it is exact.

    `low` and `high` are None where it was hidden or withheld; `rounded_to` is 5 or 10 where the release is rounded.
    """

    release: str
    audience: Audience
    of: Sum
    low: int | None = None
    high: int | None = None
    rounded_to: int | None = None

    @property
    def is_hidden(self) -> bool:
        """Nothing was printed."""
        return self.low is None

    @property
    def is_exact(self) -> bool:
        """The number was printed as it is."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True)
class Ledger:
    """Frozen tables, everything that was said of them, and below which count a number is small, by audience.

    `tied` are the pairs of sums that readers know to be equal; where it is None, every margin that two tables share,
    code by code. `own_thresholds` are of numbers that were first said under another threshold, which stays theirs.
    """

    thresholds: Mapping[Audience, int]
    tables: tuple[Counts, ...] = ()
    statements: tuple[Statement, ...] = ()
    tied: tuple[tuple[Sum, Sum], ...] | None = None
    own_thresholds: Mapping[tuple[Audience, Sum], int] = field(default_factory=dict)

    def table(self, name: str) -> Counts:
        """Raises KeyError."""
        return {table.name: table for table in self.tables}[name]

    def smallest(self, reader: Audience, of: Sum) -> int:
        """Below which count the number is small for this reader."""
        return self.own_thresholds.get((reader, of), self.thresholds[reader])

    @property
    def pairs(self) -> Iterable[tuple[Sum, Sum]]:
        """Sums of two tables that are equal."""
        return ties(self.tables) if self.tied is None else self.tied

    def value(self, of: Sum) -> int:
        """The true number."""
        table = self.table(of.of)
        return sum(table.leaves[leaf] for leaf in table.places(of.codes))

    def is_small(self, of: Sum, audience: Audience) -> bool:
        """A count that is too small to print for these readers; a zero is not."""
        return 0 < self.value(of) < self.smallest(audience, of)

    def seen_by(self, audience: Audience) -> Iterable[Statement]:
        """What the audience has read."""
        return (said for said in self.statements if said.audience <= audience)

    def with_counts(self, counts: Counts) -> "Ledger":
        """The ledger with one more table, or with a table that has grown by further codes, such as a month.

        Raises FrozenCountsChanged where a count that was there before is another now.
        """
        others = tuple(table for table in self.tables if table.name != counts.name)
        if len(others) < len(self.tables) and not _has_grown(self.table(counts.name), counts):
            raise FrozenCountsChanged
        return replace(self, tables=(*others, counts))

    def with_statements(self, statements: Iterable[Statement]) -> "Ledger":
        """The ledger after a release."""
        return replace(self, statements=(*self.statements, *statements))


def _has_grown(before: Counts, after: Counts) -> bool:
    if [axis.name for axis in before.axes] != [axis.name for axis in after.axes]:
        return False
    if not all(set(old.codes) <= set(new.codes) for old, new in zip(before.axes, after.axes, strict=True)):
        return False
    at = [
        [new.codes.index(code) for code in old.codes]
        for old, new in zip(before.axes, after.axes, strict=True)
    ]
    return bool((after.array[np.ix_(*at)] == before.array).all())


def ties(tables: Iterable[Counts]) -> Iterable[tuple[Sum, Sum]]:
    """Sums of two tables that are equal because both count the same cases: one pair per code of what they share."""
    for one, other in combinations(tables, 2):
        codes = {axis.name: set(axis.codes) for axis in other.axes}
        shared = [
            (axis.name, [c for c in axis.codes if c in codes[axis.name]])
            for axis in one.axes
            if axis.name in codes
        ]
        for chosen in product(*(of for _, of in shared)):
            fixed = {name: frozenset({code}) for (name, _), code in zip(shared, chosen, strict=True)}
            yield _margin(one, fixed), _margin(other, fixed)


def _margin(table: Counts, fixed: Mapping[str, frozenset[str]]) -> Sum:
    return Sum(table.name, tuple(fixed.get(axis.name, frozenset(axis.codes)) for axis in table.axes))
