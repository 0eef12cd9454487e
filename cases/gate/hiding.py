"""From a table of counts to what may be printed of it: the one door that commands and pages use."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cases.gate import checker
from cases.gate.attack import Attack, TimeUp
from cases.gate.evidence import Evidence, exact
from cases.gate.problem import Attacker, Flags, Knowledge, Problem, Target
from cases.gate.suppress import NothingSafe, Search
from cases.gate.tables import Cell, Quantity, Table
from cases.gate.wire import Asked

SECONDS_OF_INTERVALS: Final = 60.0  # at least, for all of them; what takes longer is a solver that is stuck


@dataclass(frozen=True)
class Hidden:
    """What is not printed, each with the smallest and largest value that a reader cannot rule out, and its cost.

    `optimal` says that nothing cheaper is safe.
    """

    cells: tuple[Cell, ...]
    intervals: tuple[tuple[float, float | None], ...]
    cost: int
    optimal: bool


@dataclass(frozen=True)
class Refused:
    """Nothing of it can be printed, and why, in words for the one who wanted to."""

    why: str


class NothingLeft(Exception):
    """Nothing safe is left to print, because of these cells."""

    def __init__(self, cells: list[Cell]) -> None:
        super().__init__(f"{len(cells)} cells cannot be kept safe")
        self.cells = cells


@dataclass(frozen=True)
class Question:
    """A table, what is to be decided about it, which cells are hidden in any case, and how to look last.

    `exposed` names the cells that are not safe where some are hidden and tables (by their deviations) prove others.
    """

    table: Table
    problem: Problem
    never: frozenset[Cell]
    exposed: Callable[[list[Cell], Mapping[Cell, list[dict[int, Fraction]]]], list[Cell]]


def hide(asked: Asked) -> Hidden | Refused:
    """What to hide so that no small count of any level can be told; proved before it is returned."""
    table = asked.table
    small = {cell for cell in table.cells() if table.is_primary(cell, asked.threshold)}
    read = {
        "leaf_shape": table.leaf_shape,
        "groups": table.groups,
        "threshold": asked.threshold,
        "leaf_counts": table.counts,
    }
    question = Question(
        table,
        problem_of(asked),
        frozenset(small | asked.hidden),
        lambda cells, tables: checker.exposed(read, cells, tables),
    )
    try:
        return decided(question, asked.seconds)
    except NothingLeft as refused:
        return _refusal(asked, refused.cells)


def decided(question: Question, seconds: float) -> Hidden:
    """The answer that the checker believes, within the time. Raises NothingLeft."""
    quantities = question.table.quantities
    try:
        search = Search(question.problem, seconds)
        choice = search.run()
    except NothingSafe as refused:
        raise NothingLeft([quantities[unmet.quantity].names[0] for unmet in refused.unmet]) from None
    hidden, is_optimal = choice.hidden, choice.optimal
    while unproved := _unproved(question, search.evidence, hidden):
        is_optimal = False
        more = _wider(question.problem, quantities, hidden, unproved)
        if (more == hidden).all():
            raise NothingLeft(unproved)
        hidden = more
    return _answer(question, hidden, seconds, is_optimal=is_optimal)


def problem_of(asked: Asked) -> Problem:
    """The table as one reader sees it, who knows what was published before."""
    quantities = asked.table.quantities
    knowledge, prices, targets = [], [], []
    for at, quantity in enumerate(quantities):
        is_primary = 0 < quantity.value < asked.threshold
        free = [name for name in quantity.names if name not in asked.hidden]
        if is_primary:
            targets.append(Target(at, 1.0, float(asked.threshold)))
        if any(name in asked.shown for name in quantity.names):
            knowledge.append(Knowledge.KNOWN)
        else:
            knowledge.append(Knowledge.SECRET if is_primary or not free else Knowledge.OPEN)
        is_open = knowledge[-1] is Knowledge.OPEN
        prices.append(sum(asked.table.price(name) for name in free) if is_open else 0)
    return Problem(
        leaves=np.array(asked.table.counts, dtype=np.int64),
        members=[quantity.leaves for quantity in quantities],
        prices=np.array(prices, dtype=np.int64),
        attackers=[Attacker(knowledge, targets)],
    )


def _names(question: Question, hidden: Flags) -> list[Cell]:
    """The cells that are not printed, in the order of the table."""
    quantities = question.table.quantities
    cells = {name for at in np.flatnonzero(hidden) for name in quantities[at].names}
    return sorted(cells | question.never)


def _unproved(question: Question, evidence: Evidence, hidden: Flags) -> list[Cell]:
    """What the checker is not convinced of."""
    evidence.unmet(hidden)
    quantities = question.table.quantities
    tables: dict[Cell, list[dict[int, Fraction]]] = {}
    leaf_of = {at: of.leaves[0] for at, of in enumerate(quantities) if len(of.leaves) == 1}
    as_fractions: dict[bytes, dict[int, Fraction]] = {}  # one table can prove many
    for demand in evidence.demands:
        deviation = evidence.table_for(demand, hidden)
        if deviation is None:
            continue
        key = deviation.tobytes()
        if key not in as_fractions:
            moved = [int(at) for at in np.flatnonzero(deviation) if int(at) in leaf_of]
            as_fractions[key] = exact({leaf_of[at]: float(deviation[at]) for at in moved})
        for name in quantities[demand.quantity].names:
            tables.setdefault(name, []).append(as_fractions[key])
    return question.exposed(_names(question, hidden), tables)


def _wider(
    problem: Problem, quantities: tuple[Quantity, ...], hidden: Flags, unproved: Iterable[Cell]
) -> Flags:
    """Hide also everything that shares a leaf with what is not proved; where that is hidden already, everything."""
    names = set(unproved)
    leaves = {leaf for quantity in quantities if names & set(quantity.names) for leaf in quantity.leaves}
    wider = hidden | (problem.open & np.array([not leaves.isdisjoint(of) for of in problem.members]))
    return wider if (wider != hidden).any() else problem.open.copy()


def _interval(attack: Attack, quantity: int) -> tuple[float, float | None]:
    """As the attacker has it; what holds in any case, where the solver got stuck."""
    try:
        return attack.interval(quantity)
    except TimeUp:
        return 0.0, None


def _answer(question: Question, hidden: Flags, seconds: float, *, is_optimal: bool) -> Hidden:
    problem, attacker = question.problem, question.problem.attackers[0]
    attack = Attack(problem, attacker)
    attack.shown(hidden)
    attack.end_at(monotonic() + max(seconds, SECONDS_OF_INTERVALS))
    told = {
        leaf
        for leaves, of, is_hidden in zip(problem.members, attacker.knowledge, hidden, strict=True)
        if of is Knowledge.KNOWN or (of is Knowledge.OPEN and not is_hidden)
        for leaf in leaves
    }
    of_name = {name: at for at, quantity in enumerate(question.table.quantities) for name in quantity.names}
    cells = _names(question, hidden)
    intervals = {
        # Leaves of which no printed number is a sum may be anything.
        at: (0.0, None) if told.isdisjoint(problem.members[at]) else _interval(attack, at)
        for at in sorted({of_name[cell] for cell in cells})
    }
    return Hidden(
        cells=tuple(cells),
        intervals=tuple(intervals[of_name[cell]] for cell in cells),
        cost=sum(question.table.price(cell) for cell in cells),
        optimal=is_optimal,
    )


def _refusal(asked: Asked, cells: Iterable[Cell]) -> Refused:
    printed = sorted(cell for cell in set(cells) if cell in asked.shown)
    named = ", ".join(str(list(cell)) for cell in (printed or sorted(set(cells)))[:5])
    if printed:
        why = _("少ない件数がすでに公表されています: %(cells)s。これ以上は公表できません。")
    else:
        why = _(
            "公表済みの数から少ない件数が分かります: %(cells)s。残りをすべて伏せても防げないため、公表できません。"
        )
    return Refused(why % {"cells": named})
