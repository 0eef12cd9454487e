"""Tables that an attacker cannot tell from the true one: whoever holds one need not ask the solver again."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Final

import numpy as np

from cases.gate.attack import DOWN, UP, Attack, TimeUp
from cases.gate.problem import Flags, Knowledge, Numbers, Problem

EPSILON: Final = 1e-6
KEPT: Final = 3000
DENOMINATORS: Final = (1, 2, 3, 4, 6, 12, 60)


@dataclass(frozen=True)
class Demand:
    """One side of a target: `quantity` has to be able to lie `need` above or below its true value for `attacker`."""

    attacker: int
    quantity: int
    direction: int
    need: float


class Evidence:
    """Which demands a pattern meets, by tables found so far and by the solver for the rest."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.attacks = [Attack(problem, attacker) for attacker in problem.attackers]
        self.demands = list(_demands(problem))
        self._open = [
            np.array([of is Knowledge.OPEN for of in attacker.knowledge]) for attacker in problem.attackers
        ]
        self.questions = 0
        self.hard_end = math.inf  # of the clock `monotonic`: no question goes on after it
        self._kept = [np.zeros((KEPT, len(problem.members))) for _ in problem.attackers]
        self._found = [0 for _ in problem.attackers]

    def unmet(self, hidden: Flags, *, first: bool = False, until: float = math.inf) -> list[Demand]:
        """Demands that the pattern leaves unmet; with `first` at most one of them.

        Those that nothing is known of `until` then (of the clock `monotonic`) are among them.
        """
        unmet: list[Demand] = []
        for at, attack in enumerate(self.attacks):
            waiting = [d for d, met in zip(self._of(at), self._met(at, hidden), strict=True) if not met]
            if waiting:
                attack.shown(hidden)
                attack.end_at(min(until, self.hard_end))
            while waiting:
                demand = waiting.pop()
                if monotonic() > until or not self._reaches(attack, demand):
                    unmet.append(demand)
                    if first:
                        return unmet
                    continue
                table = self.add(at, attack.deviation())
                waiting = [d for d in waiting if d.direction * table[d.quantity] < d.need - EPSILON]
        return unmet

    def _reaches(self, attack: Attack, demand: Demand) -> bool:
        """Whether the quantity is known to be able to lie so far: not where there was no time to find out."""
        try:
            return self.asked(attack, demand) >= demand.need - EPSILON
        except TimeUp:
            return False

    def asked(self, attack: Attack, demand: Demand) -> float:
        """How far the quantity may lie, at most as far as it has to. Raises NotSolved, TimeUp."""
        self.questions += 1
        return attack.reach(demand.quantity, demand.direction, demand.need)

    def table_for(self, demand: Demand, hidden: Flags) -> Numbers | None:
        """Deviations of a table that meets the demand under the pattern; None before `unmet` has found one."""
        tables = self._usable(demand.attacker, hidden)
        enough = demand.direction * tables[:, demand.quantity] >= demand.need - EPSILON
        return tables[int(np.argmax(enough))] if enough.any() else None

    def _of(self, attacker: int) -> list[Demand]:
        return [demand for demand in self.demands if demand.attacker == attacker]

    def _usable(self, attacker: int, hidden: Flags) -> Numbers:
        tables = self._kept[attacker][: self._found[attacker]]
        betrayed = self._open[attacker] & ~hidden
        usable: Numbers = tables[~(tables[:, betrayed] != 0).any(axis=1)]
        return usable

    def _met(self, attacker: int, hidden: Flags) -> list[bool]:
        demands = self._of(attacker)
        tables = self._usable(attacker, hidden)
        if not len(tables) or not demands:
            return [False] * len(demands)
        signs = np.array([demand.direction for demand in demands])
        needs = np.array([demand.need for demand in demands])
        reached = (tables[:, [demand.quantity for demand in demands]] * signs).max(axis=0)
        return [bool(met) for met in reached >= needs - EPSILON]

    def add(self, attacker: int, deviation: Numbers) -> Numbers:
        """Keep a table that the solver found, by its deviations; without what its arithmetic leaves."""
        table = np.where(np.abs(deviation) < 1e-7, 0.0, deviation)
        self._kept[attacker][self._found[attacker] % KEPT] = table  # the oldest makes room
        self._found[attacker] += 1
        return table


def _demands(problem: Problem) -> Iterator[Demand]:
    for at, attacker in enumerate(problem.attackers):
        for target in attacker.targets:
            true = float(problem.values[target.quantity])
            if target.up > true:
                yield Demand(at, target.quantity, UP, target.up - true)
            if target.down < true:
                yield Demand(at, target.quantity, DOWN, true - target.down)


def exact(deviations: dict[int, float]) -> dict[int, Fraction]:
    """The fractions that the solver's numbers stand for."""
    for denominator in DENOMINATORS:
        near = {leaf: round(by * denominator) for leaf, by in deviations.items()}
        if all(abs(near[leaf] - by * denominator) < 1e-5 for leaf, by in deviations.items()):
            return {leaf: Fraction(by, denominator) for leaf, by in near.items()}
    return {leaf: Fraction(by).limit_denominator(10_000) for leaf, by in deviations.items()}
