"""The last look before anything is printed: is every small count hidden, and could each be any small number?

It shares nothing with the search: it reads the question or the ledger, counts for itself, and never solves anything.
It is shown pairs of tables and adds them up in whole numbers and fractions, without rounding: a small count is
safe where one table shows the reader everything that the printed one does, holds no negative number, and has at most 1
in that place, and another has the threshold or more. Such tables prove by themselves that nobody can tell.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor, lcm
from typing import Any

from cases.gate.ledger import Audience, Counts, Ledger, Sum
from cases.gate.rounding import COUNTS_LEFT

Cell = tuple[int, ...]
Deviations = Mapping[int, Fraction]
"""By which amounts a table's leaves (row-major numbers) differ from the true ones; all others are the same."""


def exposed(
    question: Mapping[str, Any], suppressed: Collection[Cell], tables: Mapping[Cell, Sequence[Deviations]]
) -> list[Cell]:
    """The small counts of any level that are printed, or of which the tables do not prove that they stay uncertain.

    `question` is the value that `manage.py suppress` reads.
    """
    threshold = int(question["threshold"])
    table = _Table(question, [int(count) for count in question["leaf_counts"]])
    small = {cell: (1, threshold) for cell, value in table.values.items() if 0 < value < threshold}
    return table.exposed(small, suppressed, tables)


def _must_reach(amounts: Sequence[int], rule: Mapping[str, Any]) -> Fraction | None:
    """The sum above which nobody stands out any more; None where nobody does. `amounts` are the largest first."""
    is_few = 0 < len(amounts) < int(rule["contributors"])
    if rule.get("p") is not None:
        missing = Fraction(rule["p"]) * sum(amounts[:1]) - (0 if is_few else sum(amounts[2:]))
        return sum(amounts) + missing if missing > 0 or is_few else None
    largest = sum(amounts) if is_few else sum(amounts[: int(rule["largest"])])
    is_told = is_few or largest > Fraction(rule["share"]) * sum(amounts)
    return largest / Fraction(rule["share"]) if is_told else None


class _Table:
    """The cells of every level, added up from the leaves."""

    def __init__(self, question: Mapping[str, Any], counts: Sequence[int]) -> None:
        nodes = [
            [{leaf} for leaf in range(int(n))] + [set(group) for group in of]
            for n, of in zip(question["leaf_shape"], question["groups"], strict=True)
        ]
        self._counts = counts
        self._above = [
            list(product(*above))
            for above in product(
                *(
                    [[at for at, leaves in enumerate(of) if leaf in leaves] for leaf in range(int(n))]
                    for n, of in zip(question["leaf_shape"], nodes, strict=True)
                )
            )
        ]
        self.values: dict[Cell, int] = {}
        for count, above in zip(counts, self._above, strict=True):
            for cell in above:
                self.values[cell] = self.values.get(cell, 0) + count

    def exposed(
        self,
        ranges: Mapping[Cell, tuple[Fraction | int, Fraction | int]],
        suppressed: Collection[Cell],
        tables: Mapping[Cell, Sequence[Deviations]],
    ) -> list[Cell]:
        """Cells that are printed or of which the tables do not reach both ends of their ranges."""
        hidden = set(suppressed)
        found = []
        possible: dict[int, dict[Cell, int]] = {}  # what each table moves, none where it is not possible
        for cell, (down, up) in ranges.items():
            value = Fraction(self.values[cell])
            reached = [value]
            for deviations in tables.get(cell, ()):
                if id(deviations) not in possible:
                    moved = self._moved(deviations)
                    is_possible = moved is not None and all(at in hidden for at, by in moved.items() if by)
                    possible[id(deviations)] = moved if moved is not None and is_possible else {}
                moved_by = possible[id(deviations)].get(cell, 0)
                reached.append(value + Fraction(moved_by, _denominator(deviations)))
            if cell not in hidden or min(reached) > down or max(reached) < up:
                found.append(cell)
        return found

    def _moved(self, deviations: Deviations) -> dict[Cell, int] | None:
        """By how much each cell differs, in parts of the common denominator; None where a leaf would be negative."""
        parts = _denominator(deviations)
        moved: dict[Cell, int] = {}
        for leaf, by in deviations.items():
            amount = by.numerator * (parts // by.denominator)
            if self._counts[leaf] * parts + amount < 0:
                return None
            for cell in self._above[leaf]:
                moved[cell] = moved.get(cell, 0) + amount
        return moved


def _denominator(deviations: Deviations) -> int:
    return lcm(*(by.denominator for by in deviations.values()))


def exposed_in_union(
    ledger: Ledger, reader: Audience, tables: Mapping[Sum, Sequence[Deviations]]
) -> list[Sum]:
    """Small counts of any release that the reader has read, or that the tables do not prove to stay uncertain.

    Behind a number that was printed rounded, and not exactly elsewhere, enough counts have to be left instead. The
    leaves of all tables of the ledger are numbered through, in their order.
    """
    read = _Read(ledger, reader)
    return [of for of in read.values if read.is_told(of, tables.get(of, ()))]


def exposed_sums(
    ledger: Ledger,
    amounts: Mapping[str, Sequence[Sequence[int]]],
    rule: Mapping[str, Any],
    reader: Audience,
    tables: Mapping[frozenset[int], Sequence[Deviations]],
) -> list[frozenset[int]]:
    """Sums of money, by their leaves, that point at somebody and that the reader has or is not proved to be unsure of.

    Looked at is every sum that was said, every leaf, and what is left of a sum when another is taken from it.
    `amounts` are the contributions to each leaf of each table. `rule`: fewer than "contributors", or the "largest"
    together above the "share" of the sum; with "p" instead of these: the sum without the two largest below that share
    of the largest. Each has to look possible so much higher that they no longer stand out, and as much lower. Whoever
    reads knows where nobody contributed.
    """
    read = _Read(ledger, reader)
    of_leaf = [list(of) for table in ledger.tables for of in amounts[table.name]]
    named = {read.leaves(said.of) for said in ledger.statements}
    places = named | {frozenset({leaf}) for leaf in range(len(of_leaf))}
    places |= {one - other for one in named for other in named if other < one}
    found = []
    for leaves in places:
        amounts_of = [amount for leaf in leaves for amount in of_leaf[leaf] if amount]
        each = sorted(amounts_of, reverse=True)
        up = _must_reach(each, rule)
        if up is None:
            continue
        above = max(up - sum(each), Fraction(0))
        reached = [Fraction(0)]
        for deviations in tables.get(leaves, ()):
            if all(of_leaf[leaf] for leaf, by in deviations.items() if by) and read.may_be(deviations):
                reached.append(sum((deviations.get(leaf, Fraction(0)) for leaf in leaves), Fraction(0)))
        below = min(above, Fraction(sum(each)))
        if max(reached) < above or -min(reached) < below:
            found.append(leaves)
    return found


class _Read:
    """Everything that a reader has read, over the leaves of all tables."""

    def __init__(self, ledger: Ledger, reader: Audience) -> None:
        self._ledger = ledger
        self._numbered: dict[str, dict[Cell, int]] = {}
        self._counts: list[int] = []
        for table in ledger.tables:
            places = product(*(range(len(axis.codes)) for axis in table.axes))
            self._numbered[table.name] = {place: len(self._counts) + at for at, place in enumerate(places)}
            self._counts += table.leaves
        of_name = {table.name: table for table in ledger.tables}
        self._leaves = {
            said.of: frozenset(_leaves(of_name[said.of.of], said.of, self._numbered[said.of.of]))
            for said in ledger.statements
        }
        self.values = {of: sum(self._counts[leaf] for leaf in at) for of, at in self._leaves.items()}
        self._sums_of: list[list[Sum]] = [[] for _count in self._counts]
        for of, at in self._leaves.items():
            for leaf in at:
                self._sums_of[leaf].append(of)
        self._pairs = None if ledger.tied is None else _pairs(ledger, self._numbered)
        read = [said for said in ledger.statements if said.audience <= reader and not said.is_hidden]
        self._bounds = [(said.of, said.low or 0, said.high or 0) for said in read]
        self._exact = {self._leaves[said.of] for said in read if said.low == said.high}
        self._left = {self._leaves[said.of]: COUNTS_LEFT[said.rounded_to] for said in read if said.rounded_to}
        self._limits: dict[frozenset[int], int] = {}
        for of, at in self._leaves.items():
            limit = ledger.own_thresholds.get((reader, of), ledger.thresholds[reader])
            self._limits[at] = min(limit, self._limits.get(at, limit))

    def leaves(self, of: Sum) -> frozenset[int]:
        """The leaves of a sum that was said, numbered through."""
        return self._leaves[of]

    def may_be(self, deviations: Deviations) -> bool:
        """Whether the reader cannot tell such tables from the true ones."""
        return self._moved(deviations) is not None

    def is_told(self, of: Sum, tables: Sequence[Deviations]) -> bool:
        """Whether it is small, or printed rounded, and not proved to stay uncertain."""
        at, value = self._leaves[of], Fraction(self.values[of])
        is_rounded = at in self._left.keys() - self._exact
        if not is_rounded and not 0 < value < self._limits[at]:
            return False
        reached = [value]
        for deviations in tables:
            moved = self._moved(deviations)
            if moved is not None:
                reached.append(value + moved.get(of, Fraction(0)))
        if is_rounded:
            return floor(max(reached)) - ceil(min(reached)) + 1 < self._left[at]
        return at in self._exact or min(reached) > 1 or max(reached) < self._limits[at]

    def _moved(self, deviations: Deviations) -> dict[Sum, Fraction] | None:
        """By how much each sum differs; None where the reader can tell the tables from the true ones."""
        moved: dict[Sum, Fraction] = {}
        for leaf, by in deviations.items():
            for of in self._sums_of[leaf]:
                moved[of] = moved.get(of, Fraction(0)) + by
        is_possible = (
            all(self._counts[leaf] + by >= 0 for leaf, by in deviations.items())
            and all(low <= self.values[of] + moved.get(of, 0) <= high for of, low, high in self._bounds)
            and self._are_tied(deviations)
        )
        return moved if is_possible else None

    def _are_tied(self, deviations: Deviations) -> bool:
        if self._pairs is None:
            return _tied(self._ledger, self._numbered, deviations)
        return _equal(self._pairs, deviations)


def _leaves(table: Counts, of: Sum, numbered: Mapping[Cell, int]) -> list[int]:
    chosen = [
        [at for at, code in enumerate(axis.codes) if code in codes]
        for axis, codes in zip(table.axes, of.codes, strict=True)
    ]
    return [numbered[place] for place in product(*chosen)]


def _pairs(ledger: Ledger, numbered: Mapping[str, Mapping[Cell, int]]) -> list[tuple[set[int], set[int]]]:
    """The leaves of the sums that readers know to be equal."""
    of_name = {table.name: table for table in ledger.tables}
    return [
        (
            set(_leaves(of_name[one.of], one, numbered[one.of])),
            set(_leaves(of_name[other.of], other, numbered[other.of])),
        )
        for one, other in ledger.tied or ()
    ]


def _equal(pairs: Sequence[tuple[set[int], set[int]]], deviations: Deviations) -> bool:
    """Whether both sums of each pair differ from the true ones by the same."""
    return all(
        sum((by for leaf, by in deviations.items() if leaf in left), Fraction(0))
        == sum((by for leaf, by in deviations.items() if leaf in right), Fraction(0))
        for left, right in pairs
    )


def _tied(ledger: Ledger, numbered: Mapping[str, Mapping[Cell, int]], deviations: Deviations) -> bool:
    """Whether tables that share axes still have the same sums over the rest, code by code of what they share."""
    for one, other in combinations(ledger.tables, 2):
        names = [axis.name for axis in one.axes if axis.name in {of.name for of in other.axes}]
        sums: list[dict[tuple[str, ...], Fraction]] = []
        for table in (one, other):
            codes = {axis.name: axis.codes for axis in table.axes}
            where = [[axis.name for axis in table.axes].index(name) for name in names]
            by_code: dict[tuple[str, ...], Fraction] = dict.fromkeys(
                product(*(codes[name] for name in names)), Fraction(0)
            )
            for place, leaf in numbered[table.name].items():
                by_code[tuple(codes[name][place[at]] for name, at in zip(names, where, strict=True))] += (
                    deviations.get(leaf, 0)
                )
            sums.append(by_code)
        if any(by != sums[1][code] for code, by in sums[0].items() if code in sums[1]):
            return False
    return True
