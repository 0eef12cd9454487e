"""Which quantities to hide, at least cost, so that every target stays uncertain for every attacker.

A master programme chooses what to hide; attackers answer with what they can still compute, and each answer becomes a
condition on the choice (the cutting planes of Fischetti and Salazar). A safe answer is at hand from the start, and is
what remains when the time is up.

Source: M. Fischetti, J. J. Salazar-González, Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47 (2001).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np

from cases.gate.attack import Attack, NotSolved, TimeUp
from cases.gate.evidence import EPSILON, Demand, Evidence
from cases.gate.neighbours import Neighbourhoods
from cases.gate.problem import Flags, Knowledge, Numbers, Problem
from cases.gate.repair import SUPPORT, Repair
from cases.gate.solver import Model, Outcome

ROUNDS_IN_PART: Final = 80
ROUNDS_WITHOUT_GAIN: Final = 6
GAIN: Final = 1e-3
PROOFS: Final = 4
SHARE_OF_SEARCH: Final = 0.9  # of the time given
LEAST_SHARE_OF_SEARCH: Final = 0.2
SHARE_OF_FIRST: Final = 0.5  # of the time to search; afterwards what is not safe yet is widened in bundles
SHARE_IN_PART: Final = 0.3
SHARE_OF_PROOF: Final = 0.6
QUESTIONS_AFTER: Final = (
    4  # to the solver for each hidden quantity: both ends, which take longer than a demand
)
MOST_BUNDLES: Final = 12
SLOWER_IN_BUNDLES: Final = 4
HARD: Final = 3.0  # times the time given, and the seconds of SHORTEST, after which no question goes on
SHORTEST: Final = 5.0  # seconds before everything is hidden for want of time, however short the time given
FIRST_GAP: Final = 0.03
SMALL_PART: Final = 2e-3


@dataclass(frozen=True)
class Choice:
    """What is hidden of the open quantities, its cost, and whether nothing cheaper is safe."""

    hidden: Flags
    cost: int
    optimal: bool


class NothingSafe(Exception):
    """Even with everything hidden that may be hidden, these demands are unmet."""

    def __init__(self, unmet: list[Demand]) -> None:
        super().__init__(f"{len(unmet)} demands cannot be met")
        self.unmet = unmet


class Search:
    """One search for what to hide; `best` is safe at any time."""

    def __init__(self, problem: Problem, seconds: float) -> None:
        """`seconds` are also for the intervals, which whoever asked will want to know. Raises NothingSafe."""
        self.problem = problem
        began = monotonic()
        self.evidence = Evidence(problem)
        self.columns = np.flatnonzero(problem.open)
        self._column_of = {int(quantity): column for column, quantity in enumerate(self.columns)}
        self._repairs = [Repair(problem, attacker) for attacker in problem.attackers]
        self.at_least = 0
        nothing = np.zeros(len(problem.members), dtype=bool)
        self._end = began + SHARE_OF_SEARCH * seconds
        self._last = began + max(SHARE_OF_SEARCH * seconds, SHORTEST)
        self.evidence.hard_end = began + HARD * (seconds + SHORTEST)
        for repair in self._repairs:
            repair.end_at(self._last)
        unmet = self.evidence.unmet(nothing, until=began + LEAST_SHARE_OF_SEARCH * seconds)
        a_question = (monotonic() - began) / max(1, self.evidence.questions)
        after = QUESTIONS_AFTER * (len(self.evidence.demands) + len(unmet)) * a_question
        self._end = began + max(SHARE_OF_SEARCH * seconds - after, LEAST_SHARE_OF_SEARCH * seconds)
        # However short the time is, something safe has to be found.
        self.best, impossible = self._widened(nothing, unmet, problem.cost, SHARE_OF_FIRST)
        if impossible:
            raise NothingSafe(impossible)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._end - monotonic()

    def cost(self, hidden: Flags) -> int:
        """What hiding these costs."""
        return int(self.problem.prices[hidden].sum())

    def run(self) -> Choice:
        """Look until nothing cheaper is possible or the time is up."""
        self.best = self._cleaned(self.best)
        if self.left > 0:
            self._cut()
        cost = self.cost(self.best)
        return Choice(self.best, cost, self.at_least >= cost)

    def try_from(self, hidden: Flags, prices: Numbers) -> bool:
        """Hide more until it is safe, show again what can be shown, keep it unless something cheaper is known.

        Whether it is cheaper than all before.
        """
        if self.left < 0:
            return False
        unmet = self.evidence.unmet(hidden, until=self._end)
        repaired, impossible = self._widened(hidden, unmet, prices, 1.0)
        if impossible:
            return False
        cleaned = self._cleaned(repaired)
        before = self.cost(self.best)
        if self.cost(cleaned) <= before:
            self.best = cleaned
        return self.cost(self.best) < before

    def _widened(
        self, hidden: Flags, unmet: list[Demand], prices: Numbers, share: float
    ) -> tuple[Flags, list[Demand]]:
        """Hide more until the demands are met; those that cannot be are given back.

        One demand after the other for this `share` of the time that is left; then several at once, which hides more;
        everything where there is no time for that.
        """
        hidden = hidden.copy()
        impossible: list[Demand] = []
        began = monotonic()
        hurry, asked = began + share * self.left, 0
        waiting = [[demand] for demand in sorted(unmet, key=lambda one: one.need)]
        is_bundled = False
        while waiting:
            if monotonic() > self._last and self._prove_everything():
                return hidden | self.problem.open, impossible
            if not is_bundled and monotonic() > hurry:
                is_bundled, waiting = True, self._bundles(waiting, (monotonic() - began) / max(1, asked))
            bundle = [one for one in waiting.pop() if self.evidence.table_for(one, hidden) is None]
            if not bundle:
                continue
            asked += 1
            try:
                deviation = self._repairs[bundle[0].attacker].needed(
                    bundle, np.where(hidden | ~self.problem.open, 0.0, prices)
                )
            except TimeUp:
                return self._everything_hidden()
            except NotSolved:
                if len(bundle) == 1:
                    impossible += bundle
                half = len(bundle) // 2
                waiting += [bundle[:half], bundle[half:]] if half else []
                continue
            hidden |= self.problem.open & (np.abs(deviation) > SUPPORT)
            self.evidence.add(bundle[0].attacker, deviation)
        return hidden, impossible

    def _everything_hidden(self) -> tuple[Flags, list[Demand]]:
        """All that may be hidden, and the demands that even this is not known to meet."""
        everything = self.problem.open.copy()
        return everything, [] if self._prove_everything() else self.evidence.unmet(everything)

    def _bundles(self, waiting: list[list[Demand]], seconds_for_one: float) -> list[list[Demand]]:
        """A few bundles, each of demands on one attacker in one direction, for which there is time."""
        alike: dict[tuple[int, int], list[Demand]] = {}
        for demand in (one for several in waiting for one in several):
            alike.setdefault((demand.attacker, demand.direction), []).append(demand)
        time_for = (
            (self._last - monotonic()) / (SLOWER_IN_BUNDLES * seconds_for_one + 1e-6) / max(1, len(alike))
        )
        many = min(MOST_BUNDLES, max(1, int(time_for)))
        return [several[at::many] for several in alike.values() for at in range(min(many, len(several)))]

    def _prove_everything(self) -> bool:
        """Where nothing is known, hiding everything is safe: each leaf may be as much higher as needed, or nothing."""
        problem = self.problem
        if problem.ties or any(Knowledge.KNOWN in attacker.knowledge for attacker in problem.attackers):
            return False
        need = max(demand.need for demand in self.evidence.demands)
        for at in range(len(problem.attackers)):
            self.evidence.add(at, need * np.array([len(leaves) for leaves in problem.members], dtype=float))
            self.evidence.add(at, -problem.values.astype(float))
        return True

    def _cleaned(self, hidden: Flags) -> Flags:
        """Show again, dearest first, whatever is not needed. Time up: what is safe by then."""
        order = sorted(
            np.flatnonzero(hidden), key=lambda at: (-self.problem.prices[at], -self.problem.values[at])
        )
        for at in order:
            if self.left < 0:
                break
            hidden[at] = False
            if self.evidence.unmet(hidden, first=True, until=self._end):
                hidden[at] = True
        return hidden

    def _cut(self) -> None:
        """Close the gap between the best answer and what any answer costs at least."""
        columns = len(self.columns)
        master = Model(np.zeros(columns), np.ones(columns))
        master.price(self.problem.cost[self.columns])
        cuts = Cuts(self, master)
        self._cut_in_part(master, cuts, monotonic() + SHARE_IN_PART * self.left)
        master.whole()
        gap, until = FIRST_GAP, monotonic() + SHARE_OF_PROOF * self.left
        while monotonic() < until and not self.is_proved:
            master.cheaper_than(self.cost(self.best) - 0.5)
            outcome = master.solve(until - monotonic(), gap=gap)
            if outcome is Outcome.FAILED:
                return
            self._raise_floor(master.cost_at_least)
            patterns = [self.whole(found) > 0.5 for found in master.all_found()]
            if not self.answered(patterns, cuts):
                gap = 0.0
        Neighbourhoods(self, master, cuts).search()

    @property
    def is_proved(self) -> bool:
        """Nothing is cheaper than the best."""
        return self.at_least >= self.cost(self.best)

    def answered(self, patterns: list[Flags], cuts: "Cuts") -> bool:
        """Let the attackers answer each pattern of the master; whether they found fault with the last, its cheapest."""
        is_faulty = False
        for hidden in patterns:
            if self.is_proved or self.left < 0:
                break
            unmet = self.evidence.unmet(hidden, until=self._end)
            is_faulty = bool(unmet)
            if not unmet and self.cost(hidden) < self.cost(self.best):
                self.best = hidden
            cuts.against(hidden, unmet)
        if is_faulty:
            self.try_from(patterns[-1], self.problem.cost)
        return is_faulty

    def _cut_in_part(self, master: Model, cuts: "Cuts", until: float) -> None:
        """The same with quantities hidden in part: many conditions for little, and a good floor."""
        idle, last = 0, -1.0
        for turn in range(ROUNDS_IN_PART):
            if monotonic() > until or master.solve(self.left) is not Outcome.SOLVED:
                return
            self._raise_floor(master.cost)
            if self.is_proved:
                return
            idle = 0 if master.cost > last + GAIN * max(1.0, abs(last)) else idle + 1
            last = max(last, master.cost)
            share = self.whole(master.found()[0])
            added = cuts.against_part(share)
            if not added or idle > ROUNDS_WITHOUT_GAIN:
                return
            if turn % 5 == 4:
                self.try_from(share > 0.99, self.problem.cost * (1.01 - share))

    def attack_in_time(self, demand: Demand) -> Attack:
        """The attacker whom the demand is about, who is asked nothing that takes longer than the search."""
        attack = self.evidence.attacks[demand.attacker]
        attack.end_at(self._end)
        return attack

    def _raise_floor(self, cost: float) -> None:
        if math.isfinite(cost):
            self.at_least = max(self.at_least, math.ceil(cost - 1e-4))

    def whole(self, of_columns: Numbers) -> Numbers:
        """What the master decided, of all quantities."""
        share = np.zeros(len(self.problem.members))
        share[self.columns] = np.clip(of_columns, 0.0, 1.0)
        return share

    def column(self, quantity: int) -> int:
        """Where the master decides about the quantity."""
        return self._column_of[quantity]


class Cuts:
    """Conditions on what is hidden, each a proof of an attacker turned round."""

    def __init__(self, search: Search, master: Model) -> None:
        self._search = search
        self._master = master
        self._dice = np.random.default_rng(1)  # the same table gets the same answer
        self._seen: set[tuple[object, ...]] = set()

    def against(self, hidden: Flags, unmet: Iterable[Demand]) -> None:
        """One condition for each demand that the pattern leaves unmet."""
        # What is shown is taken as hidden in a very small part: of many proofs the attacker then gives a short one.
        shown = self._dice.random((PROOFS, len(hidden))) * SMALL_PART
        for demand in sorted(unmet, key=lambda one: (one.attacker, one.need)):
            if self._search.left < 0:
                break
            attack = self._search.attack_in_time(demand)
            try:
                added = 0
                for part in shown:
                    attack.shown_in_part(np.where(hidden, 1.0, part), 1000 * demand.need)
                    self._search.evidence.asked(attack, demand)
                    added += self._add(demand, attack.multipliers(), hidden.astype(float))
                if not added:
                    attack.shown(hidden)
                    self._search.evidence.asked(attack, demand)
                    self._add(demand, attack.multipliers(), hidden.astype(float))
            except TimeUp:
                break

    def against_part(self, share: Numbers) -> int:
        """Conditions that quantities hidden in part do not meet; how many."""
        added = 0
        reach: tuple[int, float] | None = None
        for demand in sorted(self._search.evidence.demands, key=lambda one: (one.attacker, one.need)):
            attack = self._search.attack_in_time(demand)
            if reach != (demand.attacker, demand.need):
                reach = (demand.attacker, demand.need)
                attack.shown_in_part(np.maximum(share, 1e-6), demand.need)
            if self._search.left < 0:
                break
            try:
                if self._search.evidence.asked(attack, demand) < demand.need * (1 - 1e-3):
                    added += self._add(demand, attack.multipliers(), share)
            except TimeUp:
                break
        return added

    def _add(self, demand: Demand, factors: Numbers, share: Numbers) -> bool:
        problem = self._search.problem
        need = demand.need
        weights = np.where(factors > 1e-9, need, np.minimum(-factors * problem.values, need))
        weights[np.abs(factors) <= 1e-9] = 0.0
        attack = self._search.evidence.attacks[demand.attacker]
        is_open, given = attack.split(weights, factors)
        rest = need - given
        if rest <= EPSILON or (is_open * share).sum() >= rest - 1e-4 * need:
            return False
        used = np.flatnonzero(is_open > 1e-9)
        coefficients = np.minimum(is_open[used], rest) / rest
        return self._add_row(dict(zip(used.tolist(), np.round(coefficients, 9).tolist(), strict=True)), 1.0)

    def _add_row(self, weights: dict[int, float], at_least: float) -> bool:
        """One more condition on open quantities; False where it stands already."""
        key = (at_least, *sorted(weights.items()))
        if key in self._seen:
            return False
        self._seen.add(key)
        columns = [self._search.column(quantity) for quantity in weights]
        self._master.add_row(columns, list(weights.values()), at_least, float("inf"))
        return True
