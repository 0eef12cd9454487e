"""A table of counts as its reader sees it: leaves, groups of leaves, and which of its cells are one quantity."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, ...]
"""One node per dimension: its leaves are 0..n-1, then its groups in order."""

PRICE_OF_LEAF: Final = 1
PRICE_OF_MARGIN: Final = 4
PRICE_OF_GRAND_TOTAL: Final = 1000


@dataclass(frozen=True)
class Quantity:
    """What one or more cells show: a sum of leaves.

    Cells of the same leaves (a group of one leaf, a group named twice) are one quantity under several names: who
    reads one of them has read them all.
    """

    leaves: tuple[int, ...]
    names: tuple[Cell, ...]
    value: int


@dataclass(frozen=True)
class Table:
    """Counts of leaves, row-major, with the groups of each dimension; the first group of a dimension is its total.

    Groups may nest and overlap. A dimension without groups has no total.
    """

    leaf_shape: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    counts: tuple[int, ...]

    def nodes(self, dimension: int) -> list[tuple[int, ...]]:
        """The leaves under each node of a dimension."""
        return [(leaf,) for leaf in range(self.leaf_shape[dimension])] + [
            tuple(sorted(group)) for group in self.groups[dimension]
        ]

    @property
    def node_shape(self) -> tuple[int, ...]:
        """How many nodes each dimension has."""
        return tuple(
            leaves + len(groups) for leaves, groups in zip(self.leaf_shape, self.groups, strict=True)
        )

    @property
    def size(self) -> int:
        """How many cells of any level there are."""
        return prod(self.node_shape)

    def cells(self) -> Iterator[Cell]:
        """Every cell of any level."""
        return product(*(range(nodes) for nodes in self.node_shape))

    @cached_property
    def values(self) -> NDArray[np.int64]:
        """The value of every cell, by its nodes."""
        values = np.array(self.counts, dtype=np.int64).reshape(self.leaf_shape)
        for dimension in range(len(self.leaf_shape)):
            moved = np.moveaxis(values, dimension, 0)
            sums = [moved[list(leaves)].sum(axis=0) for leaves in self.nodes(dimension)]
            values = np.moveaxis(np.stack(sums), 0, dimension)
        return values

    def price(self, cell: Cell) -> int:
        """What hiding the cell costs: 1 for a leaf, 4 for a margin or subtotal, 1000 for the grand total."""
        above = [node - leaves for node, leaves in zip(cell, self.leaf_shape, strict=True)]
        if all(node < 0 for node in above):
            return PRICE_OF_LEAF
        return PRICE_OF_GRAND_TOTAL if all(node == 0 for node in above) else PRICE_OF_MARGIN

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every quantity once, with all its names."""
        names: dict[tuple[tuple[int, ...], ...], list[Cell]] = {}
        nodes = [self.nodes(dimension) for dimension in range(len(self.leaf_shape))]
        for cell in self.cells():
            names.setdefault(tuple(of[node] for of, node in zip(nodes, cell, strict=True)), []).append(cell)
        numbers = np.arange(len(self.counts)).reshape(self.leaf_shape)
        return tuple(
            Quantity(
                tuple(int(leaf) for leaf in numbers[np.ix_(*leaves)].ravel()),
                tuple(cells),
                int(self.values[cells[0]]),
            )
            for leaves, cells in names.items()
        )

    def is_primary(self, cell: Cell, threshold: int) -> bool:
        """A count that is too small to print; a zero is not."""
        return 0 < int(self.values[cell]) < threshold
