"""A reader who has everything that was printed: parses the tables, and asks scipy what each number can still be.

Shares nothing with the product: it knows cases by age, sex, district, 手口 and day, one unknown for each kind of case
that could be, and takes from a release what stands printed in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product

import numpy as np

from benchmarks.gate.judged import bounds
from cases.figures.releases.reading import PrintedTable

CLOSE = 1e-6
KINDS = {
    "age_band": {"30S": "30S", "60_64": "60S", "65_69": "60S", "70_74": "70S", "85_OVER": "80_OVER"},
    "senior": {
        "30S": "UNDER_65",
        "60_64": "UNDER_65",
        "65_69": "65_OVER",
        "70_74": "65_OVER",
        "85_OVER": "65_OVER",
    },
    "sex": {"FEMALE": "FEMALE", "MALE": "MALE"},
    "area": {"EAST": "EAST", "WEST": "WEST"},
    "scam_main": {"INSPECTION": "INSPECTION", "PHISHING": "PHISHING", "ROMANCE": "ROMANCE"},
}
COLUMNS = {"age_band": 0, "senior": 0, "sex": 1, "area": 2, "scam_main": 3}
VALUES = (
    ("30S", "60_64", "65_69", "70_74", "85_OVER"),
    ("FEMALE", "MALE"),
    ("EAST", "WEST"),
    ("INSPECTION", "PHISHING", "ROMANCE"),
)


@dataclass(frozen=True)
class Printed:
    """One number of a table: which kinds of case on which days, and what was printed (None: nothing)."""

    kinds: frozenset[tuple[str, ...]]
    first: date
    end: date
    number: int | None


def printed(tables: Iterable[PrintedTable]) -> Iterator[Printed]:
    """Every number of the tables."""
    for table in tables:
        names = [table.question[name] for name in ("rows", "columns", "layers")]
        first, end = (date.fromisoformat(table.question[name]) for name in ("from", "to"))
        axes = (table.rows, table.columns, table.layers)
        for (r, row), (c, column), (k, layer) in product(*map(enumerate, axes)):
            cell = table.cells[r][c][k]
            wanted = [(name, of.code) for name, of in zip(names, (row, column, layer), strict=True) if name]
            kinds = frozenset(kind for kind in product(*VALUES) if all(_is(kind, *one) for one in wanted))
            yield Printed(kinds, first, end, None if cell.is_hidden else int(cell.text.replace(",", "")))


def _is(kind: tuple[str, ...], name: str, code: str) -> bool:
    return code == "*" or KINDS[name][kind[COLUMNS[name]]] == code


class Reader:
    """What a reader of these tables can compute."""

    def __init__(self, read: Iterable[Printed], cases: Iterable[tuple[tuple[str, ...], date]]) -> None:
        self.read = list(dict.fromkeys(read))
        ends = sorted({day for one in self.read for day in (one.first, one.end)})
        self.stretches = list(pairwise(ends))
        kinds = list(product(*VALUES))
        self._kind = {kind: at for at, kind in enumerate(kinds)}
        self.truth = np.zeros((len(kinds), len(self.stretches)))
        for kind, day in cases:
            for at, (first, end) in enumerate(self.stretches):
                self.truth[self._kind[kind], at] += first <= day < end
        known = [one for one in self.read if one.number is not None]
        self._rows = np.array([self._row(one) for one in known])
        self._values = np.array([float(one.number or 0) for one in known])
        assert (self._rows @ self.truth.ravel() == self._values).all(), "a printed number is not the true one"

    def _row(self, one: Printed) -> np.ndarray:
        row = np.zeros(self.truth.shape)
        kinds = [self._kind[kind] for kind in one.kinds]
        for at, (first, end) in enumerate(self.stretches):
            if one.first <= first and end <= one.end:
                row[kinds, at] = 1
        return row.ravel()

    def exposed(self, smallest: int) -> list[Printed]:
        """Small numbers of any table, and small differences of periods of its rows, that can be told too closely."""
        asked = {
            Printed(one.kinds, first, end, None)
            for one in self.read
            for first, end in [(one.first, one.end), *self.stretches]
        }
        found = []
        for one in sorted(asked, key=lambda of: (of.first, of.end, sorted(of.kinds))):
            row = self._row(one)
            if not 0 < row @ self.truth.ravel() < smallest:
                continue
            low, high = bounds(row, self._rows, self._values)
            if low > 1 + CLOSE or (high is not None and high < smallest - CLOSE):
                found.append(one)
        return found
