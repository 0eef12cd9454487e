"""The last look before anything is printed: is every small count hidden, and could each be any small number?

It shares nothing with the search: it reads the question or the ledger, counts for itself, and never solves anything.
It is shown pairs of tables and adds them up in whole numbers and fractions, without rounding: a small count is
safe where one table shows the reader everything that the printed one does, holds no negative number, and has at most 1
in that place, and another has the threshold or more. Such tables prove by themselves that nobody can tell.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor
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
    shape = [int(n) for n in question["leaf_shape"]]
    nodes = [
        [{leaf} for leaf in range(n)] + [set(group) for group in of]
        for n, of in zip(shape, question["groups"], strict=True)
    ]
    places = list(product(*(range(n) for n in shape)))
    counts = [int(count) for count in question["leaf_counts"]]
    values: dict[Cell, Fraction] = {}
    for place, count in zip(places, counts, strict=True):
        _add(values, nodes, place, Fraction(count))
    hidden = set(suppressed)
    threshold = int(question["threshold"])
    found = []
    for cell, value in values.items():
        if not 0 < value < threshold:
            continue
        reached = [value]
        for deviations in tables.get(cell, ()):
            moved = _moved(nodes, places, counts, deviations)
            if moved is not None and all(cell in hidden for cell, by in moved.items() if by):
                reached.append(value + moved.get(cell, Fraction(0)))
        if cell not in hidden or min(reached) > 1 or max(reached) < threshold:
            found.append(cell)
    return found


def _add(
    sums: dict[Cell, Fraction], nodes: Sequence[Sequence[set[int]]], place: Cell, amount: Fraction
) -> None:
    above = [
        [at for at, leaves in enumerate(of) if leaf in leaves] for leaf, of in zip(place, nodes, strict=True)
    ]
    for cell in product(*above):
        sums[cell] = sums.get(cell, Fraction(0)) + amount


def _moved(
    nodes: Sequence[Sequence[set[int]]], places: Sequence[Cell], counts: Sequence[int], deviations: Deviations
) -> dict[Cell, Fraction] | None:
    """By how much each cell differs from the printed table; None where a leaf would be negative."""
    moved: dict[Cell, Fraction] = {}
    for leaf, by in deviations.items():
        if counts[leaf] + by < 0:
            return None
        _add(moved, nodes, places[leaf], by)
    return moved


def exposed_in_union(
    ledger: Ledger, reader: Audience, tables: Mapping[Sum, Sequence[Deviations]]
) -> list[Sum]:
    """Small counts of any release that the reader has read, or that the tables do not prove to stay uncertain.

    Behind a number that was printed rounded, and not exactly elsewhere, enough counts have to be left instead. The
    leaves of all tables of the ledger are numbered through, in their order.
    """
    first = 0
    numbered: dict[str, dict[Cell, int]] = {}
    counts: list[int] = []
    for table in ledger.tables:
        places = product(*(range(len(axis.codes)) for axis in table.axes))
        numbered[table.name] = {place: first + at for at, place in enumerate(places)}
        counts += table.leaves
        first += len(table.leaves)
    of_name = {table.name: table for table in ledger.tables}
    leaves = {
        said.of: _leaves(of_name[said.of.of], said.of, numbered[said.of.of]) for said in ledger.statements
    }
    values = {of: Fraction(sum(counts[leaf] for leaf in at)) for of, at in leaves.items()}
    read = [said for said in ledger.statements if said.audience <= reader and not said.is_hidden]
    bounds = [(said.of, said.low or 0, said.high or 0) for said in read]
    exact = {frozenset(leaves[said.of]) for said in read if said.low == said.high}
    left = {frozenset(leaves[said.of]): COUNTS_LEFT[said.rounded_to] for said in read if said.rounded_to}
    threshold = ledger.thresholds[reader]
    found = []
    for of, value in values.items():
        is_rounded = frozenset(leaves[of]) in left.keys() - exact
        if not is_rounded and not 0 < value < threshold:
            continue
        reached = [value]
        for deviations in tables.get(of, ()):
            moved = {
                at: sum((deviations.get(leaf, 0) for leaf in of_sum), Fraction(0))
                for at, of_sum in leaves.items()
            }
            is_possible = (
                all(counts[leaf] + by >= 0 for leaf, by in deviations.items())
                and all(low <= values[at] + moved[at] <= high for at, low, high in bounds)
                and _tied(ledger, numbered, deviations)
            )
            if is_possible:
                reached.append(value + moved[of])
        if is_rounded:
            is_told = floor(max(reached)) - ceil(min(reached)) + 1 < left[frozenset(leaves[of])]
        else:
            is_told = frozenset(leaves[of]) in exact or min(reached) > 1 or max(reached) < threshold
        if is_told:
            found.append(of)
    return found


def _leaves(table: Counts, of: Sum, numbered: Mapping[Cell, int]) -> list[int]:
    return [
        leaf
        for place, leaf in numbered.items()
        if all(axis.codes[at] in codes for axis, at, codes in zip(table.axes, place, of.codes, strict=True))
    ]


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
