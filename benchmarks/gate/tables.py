"""Made-up tables of counts: skewed as consultations are, with totals and subtotals."""

import random
from typing import Any

import numpy as np


def two_way(seed: int, rows: int = 10, columns: int = 15) -> dict[str, Any]:
    """Ages by kinds of trick, with the total of ages and those of 65 and above."""
    dice = random.Random(seed)
    cases = dice.choice((300, 800, 1500, 3000))
    seniors = list(range(rows - dice.randint(2, 4), rows))
    return {
        "leaf_shape": [rows, columns],
        "groups": [[list(range(rows)), seniors], [list(range(columns))]],
        "threshold": dice.choice((3, 5, 10)),
        "leaf_counts": counts(seed, (rows, columns), cases),
    }


def three_way(seed: int, shape: tuple[int, int, int] = (5, 5, 4)) -> dict[str, Any]:
    """Ages by kinds by districts; every other table also has those of 65 and above."""
    dice = random.Random(seed)
    groups = [[list(range(n))] for n in shape]
    if seed % 2:
        groups[0].append(list(range(shape[0] - 2, shape[0])))
    return {
        "leaf_shape": list(shape),
        "groups": groups,
        "threshold": dice.choice((3, 5)),
        "leaf_counts": counts(seed, shape, dice.choice((200, 400, 800))),
    }


def counts(seed: int, shape: tuple[int, ...], cases: int) -> list[int]:
    """So many cases, shared out unevenly along every dimension."""
    dice = np.random.default_rng(seed)
    shares = np.ones(shape)
    for dimension, n in enumerate(shape):
        of = dice.gamma(0.8, size=n) + 0.02
        shares *= of.reshape([-1 if at == dimension else 1 for at in range(len(shape))])
    shares *= dice.gamma(2.0, size=shape)
    return [int(n) for n in dice.multinomial(cases, (shares / shares.sum()).ravel())]
