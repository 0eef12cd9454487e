"""A safe answer made cheaper in one part of the table after the other, where the whole is too much to choose at once.

In turns the part is chosen anew by the master programme, all else staying as it is, and shown and widened again at
changed prices.
"""

from time import monotonic
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from cases.gate.problem import Numbers, Problem
from cases.gate.solver import Model, Outcome

if TYPE_CHECKING:
    from cases.gate.suppress import Cuts, Search

Places = NDArray[np.intp]

FIRST_SIZE: Final = 30  # quantities that are chosen anew together
SMALLEST_SIZE: Final = 10
SIZES_SHOWN: Final = (4, 8, 15, 30)
TURNS: Final = 12
SECONDS_FOR_ONE: Final = 2.0
MOST: Final = 4000  # open quantities; among more there is no time to come round


class Neighbourhoods:
    """Searches on from the best answer of a search until the time is up."""

    def __init__(self, search: "Search", master: Model, cuts: "Cuts") -> None:
        self._search = search
        self._master = master
        self._cuts = cuts
        self._dice = np.random.default_rng(2)  # the same table gets the same answer
        self._size = FIRST_SIZE

    def search(self) -> None:
        """Choose parts anew, each around something that is hidden, in turns by both ways."""
        columns = self._search.columns
        if self._search.left < 0 or self._search.is_proved or len(columns) > MOST:
            return
        near = _nearness(self._search.problem, columns)
        turn = 0
        while self._search.left > 0 and not self._search.is_proved:
            hidden = np.flatnonzero(self._search.best[columns])
            if not len(hidden):
                return
            around = near[self._dice.choice(hidden)]
            turn += 1
            if turn % 2:
                self._by_master(around)
            else:
                self._by_prices(around, hidden)

    def _by_prices(self, around: Numbers, hidden: Places) -> None:
        """Show again some that are hidden close to each other, and widen from there at changed prices."""
        columns = self._search.columns
        closeness = around[hidden] * self._dice.uniform(0.5, 1.5, len(hidden))
        shown = hidden[np.argsort(-closeness)[: self._dice.choice(SIZES_SHOWN)]]
        pattern = self._search.best.copy()
        pattern[columns[shown]] = False
        prices = self._search.problem.cost * self._dice.uniform(0.7, 1.4, len(pattern))
        self._search.try_from(pattern, prices)

    def _by_master(self, around: Numbers) -> None:
        """Leave some to choose, fix the others as they are, until nothing cheaper is possible or one is found."""
        columns = self._search.columns
        free = np.argsort(-around * self._dice.uniform(0.3, 1.7, len(columns)))[: self._size]
        lower = self._search.best[columns].astype(float)
        upper = lower.copy()
        lower[free], upper[free] = 0.0, 1.0
        self._master.bound_columns(lower, upper)
        is_through = self._chosen_anew(monotonic() + SECONDS_FOR_ONE)
        self._size = min(len(columns), self._size + 3) if is_through else max(SMALLEST_SIZE, self._size - 2)

    def _chosen_anew(self, until: float) -> bool:
        """Whether something cheaper was found or there is nothing."""
        before = self._search.cost(self._search.best)
        self._master.cheaper_than(before - 0.5)
        for _ in range(TURNS):
            left = min(self._search.left, until - monotonic())
            if left < 0:
                return False
            outcome = self._master.solve(left)
            found = [] if outcome is Outcome.FAILED else self._master.all_found()
            patterns = [self._search.whole(one) > 0.5 for one in found]
            cheaper = [pattern for pattern in patterns if self._search.cost(pattern) < before]
            if not cheaper:
                return outcome is not Outcome.TIME_UP
            self._search.answered(cheaper, self._cuts)
            if self._search.cost(self._search.best) < before:
                return True
        return False


def _nearness(problem: Problem, columns: Places) -> Numbers:
    """How many sums two open quantities are parts of together, each weighing less the more it adds up."""
    leaves = np.zeros((len(problem.members), len(problem.leaves)), dtype=np.float32)
    for at, of in enumerate(problem.members):
        leaves[at, list(of)] = 1.0
    many = leaves.sum(axis=1)
    parts = leaves[columns]
    is_part = parts @ leaves.T == many[columns][:, None]
    weighted = is_part / many
    return np.asarray(weighted @ is_part.T.astype(np.float32), dtype=float)
