"""A judge of hidden tables that shares nothing with the product: it reads question and answer as JSON, and asks scipy.

The product keeps one programme and counts deviations from the true table; here every interval is a programme of its
own over the leaves, as the contract of `manage.py suppress` describes the attacker.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Cell = tuple[int, ...]
CLOSE = 1e-6


@dataclass
class Verdict:
    """What is wrong with an answer: small counts that are exposed, intervals that are not the judge's, a wrong cost."""

    exposed: list[Cell] = field(default_factory=list)
    other_intervals: list[tuple[Cell, object, object]] = field(default_factory=list)
    wrong_cost: tuple[int, int] | None = None

    @property
    def is_right(self) -> bool:
        """Nothing is wrong."""
        return not self.exposed and not self.other_intervals and self.wrong_cost is None


def judge(question: dict[str, Any], answer: dict[str, Any]) -> Verdict:
    """Compare an answer that hides something with what an attacker can compute."""
    shape = question["leaf_shape"]
    nodes = [
        [[leaf] for leaf in range(n)] + [list(group) for group in groups]
        for n, groups in zip(shape, question["groups"], strict=True)
    ]
    counts = np.array(question["leaf_counts"], dtype=float)
    numbers = np.arange(len(counts)).reshape(shape)
    cells = list(product(*(range(len(of)) for of in nodes)))
    rows = np.zeros((len(cells), len(counts)))
    for at, cell in enumerate(cells):
        rows[at, numbers[np.ix_(*(of[node] for of, node in zip(nodes, cell, strict=True)))].ravel()] = 1
    values = rows @ counts
    hidden = {tuple(cell) for cell in answer["suppressed"]}
    shown = [at for at, cell in enumerate(cells) if cell not in hidden]
    verdict = Verdict()
    intervals = {tuple(c): i for c, i in zip(answer["suppressed"], answer["intervals"], strict=True)}
    threshold = question["threshold"]
    for at, cell in enumerate(cells):
        is_primary = 0 < values[at] < threshold
        if cell not in hidden:
            if is_primary:
                verdict.exposed.append(cell)
            continue
        low, high = bounds(rows[at], rows[shown], values[shown])
        if is_primary and (low > 1 + CLOSE or (high is not None and high < threshold - CLOSE)):
            verdict.exposed.append(cell)
        if not _equal(intervals[cell][0], low) or not _equal(intervals[cell][1], high):
            verdict.other_intervals.append((cell, intervals[cell], (low, high)))
    cost = sum(_price(cell, shape) for cell in hidden)
    if cost != answer["cost"]:
        verdict.wrong_cost = (cost, answer["cost"])
    return verdict


def bounds(
    of: Any, shown: Any, values: Any, rounded: Any = None, within: Any = None
) -> tuple[float, float | None]:
    """The smallest and the largest value of a sum of leaves, given what is shown; None where nothing bounds it."""
    ends: list[float | None] = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * of,
            A_eq=csr_matrix(shown) if len(shown) else None,
            b_eq=values if len(shown) else None,
            A_ub=rounded,
            b_ub=within,
            bounds=(0, None),
            method="highs",
        )
        if found.status not in (0, 3, 4):
            raise RuntimeError(found.message)
        ends.append(sign * float(found.fun) if found.status == 0 else None)
    low, high = ends
    if low is None:
        raise RuntimeError("a sum of leaves has no smallest value")
    return low, high


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= CLOSE * max(1.0, abs(other))


def _price(cell: Cell, shape: list[int]) -> int:
    if all(node < leaves for node, leaves in zip(cell, shape, strict=True)):
        return 1
    return 1000 if all(node == leaves for node, leaves in zip(cell, shape, strict=True)) else 4
