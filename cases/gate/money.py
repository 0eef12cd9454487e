"""Sums of money: hidden where one or two persons make up so much of a sum that it tells what they paid.

A sum points at somebody where fewer than three contributed or the two largest contributions are more than 85 % of it
(dominance), or, by the p % rule, where the second largest contributor can tell the largest closer than p %. Such a sum
must look possible so much higher, and as much lower, that it would no longer do so. Everything else is as for counts:
totals and subtotals are hidden where they would give a hidden sum away. Readers know where nobody contributed.

Left out: how many contributed to a hidden sum (whoever prints counts beside sums hides small counts by themselves and
names them here as `hidden`), and persons who contribute under several names.

Source: A. Hundepool et al., Statistical Disclosure Control (2012), 4.2: safety rules and their protection levels.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cases.gate import checker
from cases.gate.hiding import Hidden, NothingLeft, Question, Refused, decided
from cases.gate.problem import Attacker, Knowledge, Problem, Target
from cases.gate.tables import Cell, Table

THOUSAND_YEN: Final = 1000


@dataclass(frozen=True)
class Rule:
    """When a sum points at somebody: too few contributors, or so few of them that make up so much.

    With `p` (a share of the largest contribution) that rule stands in place of the dominance of `largest`.
    """

    contributors: int = 3
    largest: int = 2
    share: Fraction = Fraction(85, 100)
    p: Fraction | None = None

    def needs(self, amounts: Collection[int]) -> Fraction | None:
        """Up to which sum (yen) it must look possible so that nobody stands out; None where nobody does."""
        by_size = sorted((amount for amount in amounts if amount > 0), reverse=True)
        whole = sum(by_size)
        is_few = 0 < len(by_size) < self.contributors
        if self.p is None:
            outstanding = whole if is_few else sum(by_size[: self.largest])
            return Fraction(outstanding) / self.share if is_few or outstanding > self.share * whole else None
        rest = 0 if is_few else sum(by_size[2:])
        protected = self.p * by_size[0] if by_size else Fraction(0)
        return whole + protected - rest if is_few or rest < protected else None


@dataclass(frozen=True)
class Sums:
    """Who contributed how many yen to each leaf (row-major), printed in `unit`: a total adds up the printed leaves."""

    leaf_shape: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    contributions: tuple[Mapping[str, int], ...]
    unit: int = THOUSAND_YEN

    @cached_property
    def table(self) -> Table:
        """What would be printed if nothing were hidden, in units, halves up."""
        leaves = (sum(of.values()) for of in self.contributions)
        return Table(
            self.leaf_shape,
            self.groups,
            tuple((2 * yen + self.unit) // (2 * self.unit) for yen in leaves),
        )

    def amounts(self, leaves: Collection[int]) -> list[int]:
        """What each contributor gave to these leaves together, in yen."""
        of: dict[str, int] = {}
        for leaf in leaves:
            for who, amount in self.contributions[leaf].items():
                of[who] = of.get(who, 0) + amount
        return list(of.values())


def hide_money(
    sums: Sums,
    *,
    rule: Rule | None = None,
    seconds: float = 20.0,
    shown: Collection[Cell] = (),
    hidden: Collection[Cell] = (),
) -> Hidden | Refused:
    """What to hide so that no sum of any level tells what somebody paid; intervals in the unit of the table.

    `shown` and `hidden` are fixed by earlier releases or, where counts are too small, by those. Raises ValueError for a
    negative amount.
    """
    rule = rule or Rule()
    if any(amount < 0 for of in sums.contributions for amount in of.values()):
        raise ValueError("nobody contributes less than nothing")
    problem, sensitive = _problem(sums, rule, frozenset(shown), frozenset(hidden))
    read = {
        "leaf_shape": sums.leaf_shape, "groups": sums.groups, "leaf_counts": sums.table.counts, "unit": sums.unit,
        "contributions": sums.contributions, "contributors": rule.contributors, "largest": rule.largest,
        "share": rule.share, "p": rule.p,
    }  # fmt: skip
    question = Question(
        sums.table,
        problem,
        frozenset({*sensitive, *hidden}),
        lambda cells, tables: checker.exposed_money(read, cells, tables),
    )
    try:
        return decided(question, seconds)
    except NothingLeft:
        return Refused(_("公表済みの数と合わせると個人の金額が分かるため、公表できません。"))


def _problem(
    sums: Sums, rule: Rule, shown: frozenset[Cell], hidden: frozenset[Cell]
) -> tuple[Problem, set[Cell]]:
    table = sums.table
    knowledge, prices, targets = [], [], []
    sensitive: set[Cell] = set()
    for at, quantity in enumerate(table.quantities):
        amounts = sums.amounts(quantity.leaves)
        needs = rule.needs(amounts)
        free = [name for name in quantity.names if name not in hidden]
        if needs is not None:
            sensitive.update(quantity.names)
            above = max(ceil(needs / sums.unit - quantity.value), 0)
            targets.append(Target(at, float(max(quantity.value - above, 0)), float(quantity.value + above)))
        if not amounts or any(name in shown for name in quantity.names):
            knowledge.append(Knowledge.KNOWN)
        else:
            is_fixed = needs is not None or not free
            knowledge.append(Knowledge.SECRET if is_fixed else Knowledge.OPEN)
        is_open = knowledge[-1] is Knowledge.OPEN
        prices.append(sum(table.price(name) for name in free) if is_open else 0)
    problem = Problem(
        leaves=np.array(table.counts, dtype=np.int64),
        members=[quantity.leaves for quantity in table.quantities],
        prices=np.array(prices, dtype=np.int64),
        attackers=[Attacker(knowledge, targets)],
    )
    return problem, sensitive
