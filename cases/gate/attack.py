"""What a reader can compute: the smallest and largest value that a hidden quantity may have (the attacker's interval).

Everything is counted as a deviation from the true table, so that large counts cost no precision.
"""

from typing import Final

import numpy as np

from cases.gate.problem import Attacker, Flags, Knowledge, Numbers, Problem
from cases.gate.solver import INFINITE, Model, Outcome

UP: Final = 1
DOWN: Final = -1


class NotSolved(Exception):
    """The solver gave no answer to a question that has one."""


class TimeUp(NotSolved):
    """The time that was given for the question is over."""


class Attack:
    """One attacker's knowledge as a programme; only bounds and the question change."""

    def __init__(self, problem: Problem, attacker: Attacker) -> None:
        self.problem = problem
        self.attacker = attacker
        members = problem.members
        self._sums = [at for at, leaves in enumerate(members) if len(leaves) > 1]
        self._row_of = {quantity: row for row, quantity in enumerate(self._sums)}
        singles = [(leaves[0], at) for at, leaves in enumerate(members) if len(leaves) == 1]
        self._single_of_leaf = np.array([at for _, at in sorted(singles)], dtype=np.int64)
        if len(self._single_of_leaf) != len(problem.leaves):
            raise ValueError("every leaf has to be one quantity")
        sums: list[tuple[list[int], list[float]]] = [
            (list(members[at]), [1.0] * len(members[at])) for at in self._sums
        ]
        ties = [_tie(left, right) for left, right in problem.ties]
        columns = len(problem.leaves)
        self._model = Model(np.zeros(columns), np.zeros(columns), sums + ties)
        self._model.ask_often()
        self._limited: tuple[int, int] | None = None
        self._known = np.array([of is Knowledge.KNOWN for of in attacker.knowledge])
        self._secret = np.array([of is Knowledge.SECRET for of in attacker.knowledge])
        self._lower = np.zeros(len(members))
        self._upper = np.zeros(len(members))

    def end_at(self, until: float) -> None:
        """From now on no question takes longer than until then, of the clock `monotonic`."""
        self._model.until = until

    def shown(self, hidden: Flags) -> None:
        """The attacker sees everything that is not hidden."""
        self.shown_in_part(hidden.astype(float), INFINITE)

    def shown_in_part(self, share: Numbers, reach: float) -> None:
        """The attacker sees quantities in part: `share` (0 to 1) of each is hidden, of at most `reach` either way."""
        share = np.where(self._secret, 1.0, share)
        lower = -np.minimum(self.problem.values, reach) * share
        upper = np.where(share > 0, reach, 0.0) * np.where(share > 0, share, 1.0)
        lower[self._known] = upper[self._known] = 0.0
        for quantity, (low, high) in self.attacker.within.items():
            true = float(self.problem.values[quantity])
            lower[quantity], upper[quantity] = low - true, high - true
        self._bound(lower, upper)

    def _bound(self, lower: Numbers, upper: Numbers) -> None:
        self._lower, self._upper = lower, upper
        self._limited = None
        ties = np.zeros(len(self.problem.ties))
        self._model.bound(
            self._lower[self._single_of_leaf],
            self._upper[self._single_of_leaf],
            np.concatenate([self._lower[self._sums], ties]),
            np.concatenate([self._upper[self._sums], ties]),
        )

    def reach(self, quantity: int, direction: int, at_most: float | None = None) -> float:
        """How far the quantity may lie above (UP) or below (DOWN) its true value; infinite where nothing bounds it.

        With `at_most` it is enough to know whether it may lie so far. Raises NotSolved, TimeUp.
        """
        costs = np.zeros(len(self.problem.leaves))
        costs[list(self.problem.members[quantity])] = -direction
        self._model.price(costs)
        if self._limited is not None:
            self._limit(*self._limited, INFINITE)
        self._limited = None if at_most is None else (quantity, direction)
        if at_most is not None:  # stays until the next question: without it the solver forgets its answer
            self._limit(quantity, direction, at_most)
        outcome = self._model.solve()
        if outcome not in (
            Outcome.SOLVED,
            Outcome.TIME_UP,
        ):  # very large counts beside small ones can lead it astray
            outcome = self._model.solve_anew()
        if outcome is Outcome.UNBOUNDED:
            return INFINITE
        if outcome is Outcome.TIME_UP:
            raise TimeUp
        if outcome is not Outcome.SOLVED:
            raise NotSolved
        return -self._model.cost

    def _limit(self, quantity: int, direction: int, at_most: float) -> None:
        lower, upper = self._lower[quantity], self._upper[quantity]
        if direction == UP:
            upper = min(upper, at_most)
        else:
            lower = max(lower, -at_most)
        if (row := self._row_of.get(quantity)) is None:
            self._model.bound_column(self.problem.members[quantity][0], lower, upper)
        else:
            self._model.bound_row(row, lower, upper)

    def deviation(self) -> Numbers:
        """Of each quantity in the table that the last question found, from its true value."""
        leaves, sums = self._model.found()
        deviation = np.zeros(len(self.problem.members))
        deviation[self._single_of_leaf] = leaves
        deviation[self._sums] = sums[: len(self._sums)]
        return deviation

    def multipliers(self) -> Numbers:
        """What the last answer rests on: with which factor each quantity bounds it.

        Factors of all quantities, added up over their leaves (ties apart), give the quantity asked for.
        """
        leaves, sums = self._model.duals()
        factors = np.zeros(len(self.problem.members))
        factors[self._single_of_leaf] = -leaves
        factors[self._sums] = -sums[: len(self._sums)]
        near = (
            np.round(factors * 12) / 12
        )  # simplex fractions; what is left of rounding errors would loosen cuts
        return np.where(np.abs(near - factors) < 1e-7, near, factors)

    def split(self, weights: Numbers, factors: Numbers) -> tuple[Numbers, float]:
        """Weights of open quantities, and what secret ones and rounded ones (within bounds) give together."""
        given = float(weights[self._secret].sum())
        for quantity, (low, high) in self.attacker.within.items():
            bound = high if factors[quantity] > 0 else low
            given += float(factors[quantity] * (bound - self.problem.values[quantity]))
        return np.where(self._secret | self._known, 0.0, weights), given

    def interval(self, quantity: int) -> tuple[float, float | None]:
        """The smallest and the largest value that the attacker cannot rule out; None where nothing bounds it above.

        Raises NotSolved, TimeUp.
        """
        true = float(self.problem.values[quantity])
        low, high = true - self.reach(quantity, DOWN), self.reach(quantity, UP)
        return _tidy(low), None if high == INFINITE else _tidy(true + high)


def _tie(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[list[int], list[float]]:
    return [*left, *right], [1.0] * len(left) + [-1.0] * len(right)


def _tidy(value: float) -> float:
    """Without the last digits that the solver's arithmetic leaves on whole numbers."""
    return float(round(value)) if abs(value - round(value)) < 1e-8 else value
