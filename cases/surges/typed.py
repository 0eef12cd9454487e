"""How much of the newest weeks has its 手口 entered yet: what is expected of a 手口 shrinks by it.

A part of a negative binomial count, each case kept by the same chance, is negative binomial with the same size and a
mean that is so much smaller. Without this a wave would hide for as long as its cases wait to be coded. That the cases
of every 手口 wait alike is an assumption; the page tells the share beside it. It is made of as many cases as the whole
usually has and no more: a flood of cases that nobody can code is no sign that every known 手口 rises.
"""

import numpy as np

from cases.surges.fitting import Bools, Floats
from cases.surges.panel import Level, Panel

_PRIOR: float = 30.0
"""The usual share weighs as much as so many cases: of a handful nothing can be told."""
_NEWEST = 4
_USUAL = 52
"""The share of the year before is the usual one: some cases never get a 手口."""


def part(panel: Panel, weeks: int, expected: float) -> float:
    """Of what is usually typed the part that is typed in the last `weeks`, above 0, at most 1.

    `expected`: so many cases of the whole were to come in these weeks; NaN where nobody can say.
    1 for a panel without the whole or without any 手口: nothing then says what is missing.
    """
    whole, typed = _of_level(panel, Level.TOTAL), _of_level(panel, Level.SCAM)
    if whole is None or typed is None:
        return 1.0
    before = slice(max(0, panel.weeks - _NEWEST - _USUAL), max(0, panel.weeks - _NEWEST))
    usual = min(1.0, float(typed[before].sum()) / max(1.0, float(whole[before].sum())))
    if not usual:
        return 1.0
    came, coded = float(whole[-weeks:].sum()), float(typed[-weeks:].sum())
    counted = max(coded, min(came, expected) if expected > 0 else came)
    return min(1.0, (coded + _PRIOR * usual) / (counted + _PRIOR) / usual)


def concerned(panel: Panel) -> Bools:
    """The cells that a case enters only once its 手口 is typed."""
    return np.array([cell.level != Level.TOTAL for cell in panel.cells], dtype=np.bool_)


def _of_level(panel: Panel, level: Level) -> Floats | None:
    rows = panel.counts[[cell.level == level for cell in panel.cells]]
    return rows.sum(axis=0) if len(rows) else None
