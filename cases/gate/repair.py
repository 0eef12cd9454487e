"""Hiding more until nothing is exposed, and showing again what need not be hidden: a safe answer, soon."""

from collections.abc import Sequence

import numpy as np

from cases.gate.attack import UP, NotSolved, TimeUp
from cases.gate.evidence import Demand
from cases.gate.problem import Attacker, Knowledge, Numbers, Problem
from cases.gate.solver import INFINITE, Model, Outcome

SUPPORT = 1e-7  # a deviation below this is the solver's arithmetic


class Repair:
    """The cheapest way, roughly, to let one quantity deviate as far as it has to for one attacker.

    Each quantity deviates up or down at a cost per unit; quantities that are hidden anyway deviate for nothing.
    """

    def __init__(self, problem: Problem, attacker: Attacker) -> None:
        self.problem = problem
        quantities = len(problem.members)
        single = {leaves[0]: at for at, leaves in enumerate(problem.members) if len(leaves) == 1}
        rows: list[tuple[list[int], list[float]]] = []
        for at, leaves in enumerate(problem.members):
            if len(leaves) > 1:
                rows.append(_sum([single[leaf] for leaf in leaves], [at], quantities))
        for left, right in problem.ties:
            rows.append(_sum([single[leaf] for leaf in left], [single[leaf] for leaf in right], quantities))
        self._lower = np.zeros(2 * quantities)
        self._upper = np.concatenate([np.full(quantities, INFINITE), problem.values.astype(float)])
        for at, of in enumerate(attacker.knowledge):
            if of is Knowledge.KNOWN:
                low, high = attacker.within.get(at, (float(problem.values[at]),) * 2)
                self._upper[at] = high - problem.values[at]
                self._upper[quantities + at] = problem.values[at] - low
        self._model = Model(self._lower, self._upper, rows)

    def end_at(self, until: float) -> None:
        """From now on no question takes longer than until then, of the clock `monotonic`."""
        self._model.until = until

    def needed(self, demands: Sequence[Demand], prices: Numbers) -> Numbers:
        """Deviations of all quantities in which each that is demanded lies as far from its true value as it needs to.

        `prices` is what it costs to hide each quantity, 0 where it is hidden. Raises NotSolved where there is no way
        for all of the demands at once, TimeUp where there was no time to find one.
        """
        quantities = len(self.problem.members)
        need = max(demand.need for demand in demands)
        most_down = np.clip(self.problem.values.astype(float), 1.0, need)
        self._model.price(np.concatenate([prices / need, prices / most_down]))
        for demand in demands:
            ahead, back = self._columns(demand)
            self._model.bound_column(ahead, demand.need, float(self._upper[ahead]))
            self._model.bound_column(back, 0.0, 0.0)
        outcome = self._model.solve()
        found, _ = self._model.found()
        for demand in demands:
            for column in self._columns(demand):
                self._model.bound_column(column, 0.0, float(self._upper[column]))
        if outcome is Outcome.TIME_UP:
            raise TimeUp
        if outcome is not Outcome.SOLVED:
            raise NotSolved
        return found[:quantities] - found[quantities:]

    def _columns(self, demand: Demand) -> tuple[int, int]:
        """Where the quantity goes the way it has to, and where it goes back."""
        up, down = demand.quantity, len(self.problem.members) + demand.quantity
        return (up, down) if demand.direction == UP else (down, up)


def _sum(plus: list[int], minus: list[int], quantities: int) -> tuple[list[int], list[float]]:
    columns, coefficients = [], []
    for side, sign in ((plus, 1.0), (minus, -1.0)):
        for at in side:
            columns += [at, quantities + at]
            coefficients += [sign, -sign]
    return columns, coefficients
