"""Cells of two dimensions against the case table: the report's own tables every night, all others by turns.

A thousand pairs of dimensions are too many for a night; each comes up within some weeks.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cases.figures import measures
from cases.figures.counting import MENTIONS_OF
from cases.figures.dimensions import DIMENSIONS
from cases.figures.questions import BY_CONTACT_KIND, Question

Pair = tuple[str, str]
# What the tables of the reports cross, in any measure of cases.
OF_REPORTS: Final[tuple[Pair, ...]] = (
    ("fiscal_year", "kind"),
    ("month", "kind"),
    ("age_band", "sex"),
    ("sales_method", "age_band"),
    ("scam_main", "age_band"),
)
# How many of the others are looked at in a night.
AT_NIGHT: Final = 30
# Days against goods would be a table of millions of cells, nearly all of them empty.
_MOST_CODES: Final = 400
Counts = dict[str, int]


def of_night(night: int) -> list[Pair]:
    """The pairs to be looked at; `night` is any number that rises by one a day."""
    others = _others()
    first = night * AT_NIGHT % len(others)
    return [*OF_REPORTS, *[*others, *others][first : first + AT_NIGHT]]


@cache
def _others() -> Sequence[Pair]:
    names = [
        name
        for name, dimension in DIMENSIONS.items()
        if dimension.column not in MENTIONS_OF and name != BY_CONTACT_KIND
    ]
    of_reports = {frozenset(pair) for pair in OF_REPORTS}
    return [pair for pair in combinations(names, 2) if frozenset(pair) not in of_reports]


@dataclass
class Crossed:
    """Where every case counts in the dimensions that are crossed tonight."""

    _places: dict[str, tuple[NDArray[np.int32], list[str]]] = field(default_factory=dict)

    def keep(self, name: str, places: NDArray[Any], codes: list[str], *, among: Collection[Pair]) -> None:
        """Remember a column of places, where one of the pairs needs it."""
        if any(name in pair for pair in among):
            self._places[name] = places.astype(np.int32), codes

    def counted(self, question: Question) -> tuple[Counts, Counts]:
        """The cells that have a case, counted from the case table and as the engine answers."""
        (rows, by), (columns, across) = self._places[question.rows], self._places[question.columns or ""]
        if len(by) * len(across) > _MOST_CODES**2:
            return {}, {}
        counts = np.bincount(rows.astype(np.int64) * len(across) + columns, minlength=len(by) * len(across))
        expected = {
            _named(by[place // len(across)], across[place % len(across)]): int(counts[place])
            for place in counts.nonzero()[0].tolist()
        }
        answer = measures.breakdown(question)
        found = {
            _named(row, column): n
            for row, cells in zip(answer.row_codes, answer.cells, strict=True)
            for column, n in zip(answer.column_codes, cells, strict=True)
            if n
        }
        return expected, found


def _named(row: str, column: str) -> str:
    return f"{row} x {column}"
