"""All releases of a centre laid side by side, as the gate reads them: who has read one may have read the others.

Each set of traits that was published is a table of its own, cut as finely as anything ever said of it; what two of
them have in common is a table that ties them. Words and days that nothing was ever said to tell apart are one place:
that changes nothing for a reader who adds and subtracts, and keeps the tables small. Stretches of days that no number
ever joins are looked at apart.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from math import prod
from typing import Final, Protocol, TypeVar

import numpy as np

from cases.figures.releases import days as sets_of_days
from cases.figures.releases.days import Days, Stretch
from cases.figures.releases.frozen import Key, Traits
from cases.gate.ledger import Audience, Axis, Codes, Counts, Ledger, Statement, Sum

_DAYS: Final = "days"
# Leaves of all tables together that the gate decides about in reasonable time and memory.
MOST_LEAVES: Final = 12_000


MARGIN: Final = 1e-6  # what a solver's arithmetic leaves
Bounds = tuple[int, int | None]
Part = TypeVar("Part")


class TooLarge(Exception):
    """More leaves than can be judged."""


class CountsDoNotTie(Exception):
    """Frozen tables of the same days disagree: a case behind them was erased since. They cannot be judged together."""


@dataclass(frozen=True)
class Number:
    """One number: cases with these words of each trait (None: any) on these days."""

    traits: Traits
    words: tuple[frozenset[str] | None, ...]
    days: Days


@dataclass(frozen=True)
class Said:
    """What a release said of a number, as `Statement`; `value` was the count behind it, None where it is not known.

    `smallest`: the smallest count that could be read in this release, by reader.
    """

    release: str
    audience: Audience
    of: Number
    value: int | None
    low: int | None
    high: int | None
    rounded_to: int | None
    smallest: Mapping[Audience, int]


@dataclass(frozen=True)
class SideBySide:
    """The ledger of everything that bears on the wanted numbers, and under which name it has each number.

    `between` are small numbers that nobody ever printed and that periods leave over when one is taken from another:
    they stand in the ledger as hidden.
    """

    ledger: Ledger
    sums: Mapping[Number, Sum]
    between: tuple[Sum, ...] = ()
    cuts: Mapping[str, "_Cut"] = field(default_factory=dict)

    def apart(
        self, parts: Callable[[Traits, Days], Mapping[Key, Sequence[int]]]
    ) -> dict[str, list[tuple[int, ...]]]:
        """What each leaf of each table is made of, row-major; `parts` gives it by day and words."""
        found: dict[str, list[tuple[int, ...]]] = {}
        for name, cut in self.cuts.items():
            leaves: list[list[int]] = [[] for _leaf in range(cut.size)]
            for leaf, part in cut.placed(parts):
                leaves[leaf] += part
            found[name] = [tuple(sorted(of)) for of in leaves]
        return found

    def without(self, told: Collection[Sum]) -> "SideBySide":
        """The same without these numbers between, which nothing protects any more."""
        left = tuple(of for of in self.between if of not in told)
        kept = tuple(said for said in self.ledger.statements if said.of not in told or said.release)
        return replace(self, ledger=replace(self.ledger, statements=kept), between=left)


class Counted(Protocol):
    """What is added up: cases, or their yen."""

    def counts(self, traits: Traits, days: Days) -> Mapping[Key, int]:
        """By day and words."""


def side_by_side(
    frozen: Counted, said: Sequence[Said], wanted: Sequence[Number], thresholds: Mapping[Audience, int]
) -> SideBySide:
    """Raises TooLarge, CountsDoNotTie."""
    asked = set(wanted)
    all_days = {number.days for number in (*asked, *(one.of for one in said))}
    reach = _reach(all_days, {number.days for number in asked})
    near = [one for one in said if one.of.days and sets_of_days.common(one.of.days, reach)]
    numbers = list(dict.fromkeys([*wanted, *(one.of for one in near)]))
    cuts = _cuts(frozen, numbers)
    tables = {traits: cut.table(frozen) for traits, cut in cuts.items()}
    sums = {number: tables[number.traits].sum_of(number) for number in numbers}
    ledger = Ledger(
        thresholds,
        tuple(table.counts for table in tables.values()),
        tied=tuple(_ties(tables)),
        own_thresholds=_own_thresholds(near, sums),
    )
    statements = tuple(_statements(ledger, near, sums, asked))
    between = tuple(_between(ledger, tables, numbers, set(sums.values())))
    hidden = tuple(Statement("", Audience.PUBLIC, of) for of in between)
    named = {tables[traits].counts.name: cut for traits, cut in cuts.items()}
    return SideBySide(replace(ledger, statements=(*statements, *hidden)), sums, between, named)


def _between(
    ledger: Ledger, tables: Mapping[Traits, "_Table"], numbers: Iterable[Number], named: set[Sum]
) -> Iterator[Sum]:
    """Small numbers of a stretch of days that only the difference of two published periods tells apart."""
    largest = max(ledger.thresholds.values())
    for traits, words in dict.fromkeys((number.traits, number.words) for number in numbers):
        for days in tables[traits].days_of:
            of = tables[traits].sum_of(Number(traits, words, days))
            if of not in named and 0 < ledger.value(of) < largest:
                named.add(of)
                yield of


def _reach(sets: Iterable[Days], wanted: Iterable[Days]) -> Days:
    """The days that are joined with wanted ones by any numbers."""
    reached = sets_of_days.joined(stretch for days in wanted for stretch in days)
    left = list(sets)
    while True:
        touching = [days for days in left if sets_of_days.common(days, reached)]
        if not touching:
            return reached
        left = [days for days in left if days not in touching]
        reached = sets_of_days.joined([*reached, *(stretch for days in touching for stretch in days)])


# --- tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    """A table of the ledger: `words_of` are the words of each code of its traits, `days_of` the days of each period."""

    traits: Traits
    words_of: tuple[tuple[frozenset[str], ...], ...]
    days_of: tuple[Days, ...]
    counts: Counts

    def sum_of(self, number: Number) -> Sum:
        return Sum(self.counts.name, self._codes(number.words, number.days))

    def _codes(self, words: Sequence[frozenset[str] | None], days: Days) -> Codes:
        chosen = [
            frozenset(_name(n) for n, place in enumerate(places) if of is None or place <= of)
            for places, of in zip(self.words_of, words, strict=True)
        ]
        when = frozenset(
            _name(n) for n, place in enumerate(self.days_of) if not sets_of_days.without(place, days)
        )
        return (*chosen, when)


def _name(place: int) -> str:
    return f"p{place}"


def _cuts(frozen: Counted, numbers: Sequence[Number]) -> dict[Traits, "_Cut"]:
    """Every set of traits that was published, and every set that several have in common."""
    published = dict.fromkeys(number.traits for number in numbers)
    closed = set(map(frozenset, published))
    while more := {one & other for one, other in combinations(closed, 2)} - closed:
        closed |= more
    words = _words(frozen, numbers)
    every = sorted((tuple(sorted(traits)) for traits in closed), key=lambda traits: (-len(traits), traits))
    cuts = {
        traits: _Cut(traits, [n for n in numbers if set(traits) <= set(n.traits)], words) for traits in every
    }
    if sum(cut.size for cut in cuts.values()) > MOST_LEAVES:
        raise TooLarge
    return cuts


def _words(frozen: Counted, numbers: Iterable[Number]) -> dict[str, set[str]]:
    """Every word of each trait that a case has or a number names."""
    found: dict[str, set[str]] = {}
    for number in numbers:
        for trait, words in zip(number.traits, number.words, strict=True):
            found.setdefault(trait, set()).update(words or ())
    for traits, days in _days_of(numbers).items():
        for key in frozen.counts(traits, days):
            for trait, word in zip(traits, key[1:], strict=True):
                found[trait].add(word)
    return found


def _days_of(numbers: Iterable[Number]) -> dict[Traits, Days]:
    """On which days each table was published."""
    found: dict[Traits, list[Stretch]] = {}
    for number in numbers:
        found.setdefault(number.traits, []).extend(number.days)
    return {traits: sets_of_days.joined(stretches) for traits, stretches in found.items()}


class _Cut:
    """How finely a table has to be cut: by all that was said of it and of tables that hold it."""

    def __init__(self, traits: Traits, numbers: Sequence[Number], words: Mapping[str, set[str]]) -> None:
        self.traits = traits
        self._published = _days_of(numbers)
        self.words = [
            _alike(words[trait], {n.words[n.traits.index(trait)] for n in numbers}) for trait in traits
        ]
        days = {number.days for number in numbers}
        self._segments = sets_of_days.cut(days)
        alike: dict[tuple[int, ...], list[Stretch]] = {}
        member: list[list[int]] = [[] for _segment in self._segments]
        for n, of in enumerate(days):
            for at in sets_of_days.places(self._segments, of):
                member[at].append(n)
        for segment, of_segment in zip(self._segments, member, strict=True):
            alike.setdefault(tuple(of_segment), []).append(segment)
        self.days = [sets_of_days.joined(stretches) for stretches in alike.values()]

    @property
    def size(self) -> int:
        return len(self.days) * prod(map(len, self.words))

    def placed(self, counted: Callable[[Traits, Days], Mapping[Key, Part]]) -> Iterator[tuple[int, Part]]:
        """(number of a leaf, row-major; what belongs there), of one leaf as often as there are days and words in it.

        Of its own counts where it was published, elsewhere of those of a table that holds it.
        """
        places = [{word: n for n, of in enumerate(codes) for word in of} for codes in self.words]
        when = {day: n for n, of in enumerate(self.days) for start, end in of for day in range(start, end)}
        done: Days = ()
        for traits in sorted(self._published, key=lambda of: (of != self.traits, len(of), of)):
            days = sets_of_days.without(self._published[traits], done)
            at = [1 + traits.index(trait) for trait in self.traits]
            for key, part in counted(traits, days).items():
                leaf = 0
                for codes, place, n in zip(self.words, places, at, strict=True):
                    leaf = leaf * len(codes) + place[key[n]]
                yield leaf * len(self.days) + when[key[0]], part
            done = sets_of_days.joined([*done, *days])

    def table(self, frozen: Counted) -> _Table:
        leaves = [0] * self.size
        for leaf, count in self.placed(frozen.counts):
            leaves[leaf] += count
        axes = [
            Axis(trait, tuple(map(_name, range(len(codes)))))
            for trait, codes in zip(self.traits, self.words, strict=True)
        ]
        axes.append(Axis(_DAYS, tuple(map(_name, range(len(self.days))))))
        counts = Counts(",".join(self.traits), tuple(axes), tuple(leaves))
        return _Table(self.traits, tuple(self.words), tuple(self.days), counts)


def _alike(words: Iterable[str], sets: Iterable[frozenset[str] | None]) -> tuple[frozenset[str], ...]:
    """The words in groups that none of the sets tells apart, in a lasting order."""
    named = [of for of in sets if of is not None]
    groups: dict[tuple[bool, ...], list[str]] = {}
    for word in sorted(words):
        groups.setdefault(tuple(word in of for of in named), []).append(word)
    return tuple(sorted(map(frozenset, groups.values()), key=min))


# --- what ties them ---------------------------------------------------------------------------------------------


def _ties(tables: Mapping[Traits, _Table]) -> Iterator[tuple[Sum, Sum]]:
    """Each table with the next smaller ones that it holds: every sum that both have is the same number."""
    for held, holding in product(tables, tables):
        if set(held) < set(holding) and not any(
            set(held) < set(between) < set(holding) for between in tables
        ):
            yield from _tied(tables[held], tables[holding])


def _tied(held: _Table, holding: _Table) -> Iterator[tuple[Sum, Sum]]:
    at = [holding.traits.index(trait) for trait in held.traits]
    for words, days in product(product(*(holding.words_of[n] for n in at)), holding.days_of):
        wide: list[frozenset[str] | None] = [None] * len(holding.traits)
        for n, of in zip(at, words, strict=True):
            wide[n] = of
        one, other = Number(holding.traits, tuple(wide), days), Number(held.traits, words, days)
        left, right = holding.sum_of(one), held.sum_of(other)
        if _value(holding.counts, left) != _value(held.counts, right):
            raise CountsDoNotTie
        yield left, right


def _value(counts: Counts, of: Sum) -> int:
    places = [
        sorted(n for n, code in enumerate(axis.codes) if code in codes)
        for axis, codes in zip(counts.axes, of.codes, strict=True)
    ]
    return int(counts.array[np.ix_(*places)].sum())


# --- what was said ----------------------------------------------------------------------------------------------


def _own_thresholds(said: Iterable[Said], sums: Mapping[Number, Sum]) -> dict[tuple[Audience, Sum], int]:
    """A number keeps the threshold under which it was first published: a later rule is not held against it."""
    found: dict[tuple[Audience, Sum], int] = {}
    for one in said:
        for reader, smallest in one.smallest.items():
            found.setdefault((reader, sums[one.of]), smallest)
    return found


def _statements(
    ledger: Ledger, said: Iterable[Said], sums: Mapping[Number, Sum], wanted: set[Number]
) -> Iterator[Statement]:
    """What was said, of the counts that hold now.

    Where the days were counted anew since and the number is another one, its reader is taken to know the new number to
    within the change; a number that is wanted again is decided anew.
    """
    for one in said:
        now = ledger.value(sums[one.of])
        moved = 0 if one.value is None else now - one.value
        if moved and one.of in wanted:
            continue
        statement = Statement(one.release, one.audience, sums[one.of], one.low, one.high, one.rounded_to)
        if one.low is None or one.high is None or not moved:
            yield statement
        elif one.rounded_to is None:
            yield replace(statement, low=max(0, now - abs(moved)), high=now + abs(moved))
        else:
            low, high = min(one.low, one.low + moved), max(one.high, one.high + moved)
            yield replace(statement, low=max(0, low), high=high)


# --- what can be computed ---------------------------------------------------------------------------------------


def computed(
    intervals: Mapping[tuple[Audience, Sum], tuple[float, float | None]],
    said: Iterable[Said],
    side: SideBySide,
) -> dict[Number, dict[Audience, Bounds]]:
    """What each reader can compute, in whole numbers."""
    found: dict[Number, dict[Audience, Bounds]] = {}
    for one in said:
        of = side.sums[one.of]
        for reader in Audience:
            if (reader, of) in intervals:
                found.setdefault(one.of, {})[reader] = _ends(*intervals[reader, of])
    return found


def _ends(low: float, high: float | None) -> Bounds:
    """The whole numbers within an interval: who reads knows that counts are whole."""
    first = -int(-(low - MARGIN) // 1)
    return max(0, first), None if high is None else int((high + MARGIN) // 1)
