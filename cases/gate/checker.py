"""The last look before anything is printed: is every small count hidden, and could each be any small number?

It shares nothing with the search: it reads the question as it came in, counts for itself, and never solves anything.
It is shown pairs of tables and adds them up in whole numbers and fractions, without rounding: a small count is
safe where one table shows the reader everything that the printed one does, holds no negative number, and has at most 1
in that place, and another has the threshold or more. Such tables prove by themselves that nobody can tell.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

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
