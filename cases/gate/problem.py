"""What is to be hidden at least cost, and from whom: the question that `suppress` answers, without its table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Knowledge(Enum):
    """What an attacker has of a quantity."""

    KNOWN = 1  # printed before, or printed whatever is decided
    SECRET = 2  # never printed for this attacker
    OPEN = 3  # printed unless it is hidden now


@dataclass(frozen=True)
class Target:
    """A quantity that must stay uncertain: the attacker's interval has to reach down and up to these values.

    `down` is at most the true value and `up` at least.
    """

    quantity: int
    down: float
    up: float


@dataclass(frozen=True)
class Attacker:
    """Who reads: what is known of each quantity, and what must stay uncertain.

    `within` has the bounds of a known quantity that was printed rounded.
    """

    knowledge: Sequence[Knowledge]
    targets: Sequence[Target]
    within: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Leaves with their true values, quantities as sums of leaves, what hiding each costs, and all attackers.

    Every attacker knows that no leaf is negative. `ties` are pairs of sets of leaves with the same sum: the margins
    that tables of the same cases share. A quantity whose price is 0 is open for nobody.
    """

    leaves: NDArray[np.int64]
    members: Sequence[tuple[int, ...]]
    prices: NDArray[np.int64]
    attackers: Sequence[Attacker]
    ties: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = ()

    @cached_property
    def values(self) -> NDArray[np.int64]:
        """The true value of each quantity."""
        return np.array([self.leaves[list(leaves)].sum() for leaves in self.members], dtype=np.int64)

    @cached_property
    def open(self) -> Flags:
        """Quantities about which there is something to decide."""
        is_open = np.zeros(len(self.members), dtype=bool)
        for attacker in self.attackers:
            is_open |= np.array([of is Knowledge.OPEN for of in attacker.knowledge])
        return is_open

    @cached_property
    def cost(self) -> Numbers:
        """The prices, as numbers to multiply with."""
        return self.prices.astype(float)
