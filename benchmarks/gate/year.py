"""A year of releases of a small centre: every month to members, every quarter to the public, then sums of them.

Members get ages by kinds of the month; the public gets the quarter, the year so far and, at the end, a table of
districts that nobody had planned. Each release is made by the product over the ledger of all before it, and judged by
scipy: what can the public compute, what can a member?
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.gate.judged import CLOSE, bounds
from benchmarks.gate.tables import counts
from cases.gate.ledger import Audience, Axis, Codes, Counts, Ledger, Statement, Sum
from cases.gate.releases import NotReleased, Released, hidden_release, rounded_release

MONTHS = (*(f"2025-{month:02}" for month in range(4, 13)), "2026-01", "2026-02", "2026-03")
AGES = Axis("age", ("-39", "40-64", "65-74", "75-"))
DISTRICTS = Axis("district", ("north", "middle", "south"))
THRESHOLDS = {Audience.PUBLIC: 10, Audience.MEMBERS: 3}


@dataclass(frozen=True)
class Step:
    """One release of the year: its name, what became of it (None: refused), and the ledger after it."""

    name: str
    released: Released | None
    ledger: Ledger


class Year:
    """The cases of one year, month by month, as two tables that share kinds and months."""

    def __init__(self, seed: int, cases_a_month: int = 110, kinds: int = 5, months: int = 12) -> None:
        self.kinds = Axis("kind", tuple(f"K{kind}" for kind in range(kinds)))
        self.months = MONTHS[:months]
        shape = (len(AGES.codes), len(DISTRICTS.codes), kinds, months)
        self.cases = np.array(counts(seed, shape, cases_a_month * months)).reshape(shape)

    def by_age(self, months: int) -> Counts:
        """Ages by kinds by the first months."""
        return self._counts("ages", AGES, self.cases.sum(axis=1), months)

    def by_district(self) -> Counts:
        """Districts by kinds by all months."""
        return self._counts("districts", DISTRICTS, self.cases.sum(axis=0), len(self.months))

    def _counts(self, name: str, axis: Axis, cases: np.ndarray, months: int) -> Counts:
        leaves = tuple(int(n) for n in cases[:, :, :months].ravel())
        return Counts(name, (axis, self.kinds, Axis("month", self.months[:months])), leaves)

    def wanted(self, of: Counts, months: tuple[str, ...]) -> list[Sum]:
        """All cells of the first axis by kinds for these months together, with totals and those of 65 and above."""
        first, kinds, _ = of.axes
        groups = [frozenset(first.codes), *([frozenset({"65-74", "75-"})] if first is AGES else [])]
        rows = [frozenset({code}) for code in first.codes] + groups
        columns = [frozenset({code}) for code in kinds.codes] + [frozenset(kinds.codes)]
        return [Sum(of.name, (row, column, frozenset(months))) for row, column in product(rows, columns)]


def steps(year: Year, *, to: int | None = None, seconds: float = 5.0) -> Iterator[Step]:
    """The releases of a year, one after the other; with `to` those to members are rounded."""
    ledger = Ledger(THRESHOLDS)
    for month, name in enumerate(year.months, start=1):
        ages = year.by_age(month)
        ledger = ledger.with_counts(ages)
        step = _step(ledger, name, Audience.MEMBERS, year.wanted(ages, (name,)), to, seconds)
        yield step
        ledger = step.ledger
        if month % 3 == 0:
            quarter = year.wanted(ages, year.months[month - 3 : month])
            for what, sums in (("quarter", quarter), ("so far", year.wanted(ages, year.months[:month]))):
                step = _step(ledger, f"{what} {name}", Audience.PUBLIC, sums, None, seconds)
                yield step
                ledger = step.ledger
    districts = year.by_district()
    ledger = ledger.with_counts(districts)
    wanted = year.wanted(districts, year.months)
    yield _step(ledger, "districts", Audience.PUBLIC, wanted, None, seconds)


def _step(
    ledger: Ledger, name: str, audience: Audience, wanted: list[Sum], to: int | None, seconds: float
) -> Step:
    try:
        if to is None:
            released = hidden_release(ledger, name, audience, wanted, seconds=seconds)
        else:
            released = rounded_release(ledger, name, audience, wanted, to=to)
    except NotReleased:
        return Step(name, None, ledger)
    return Step(name, released, released.ledger)


def exposed(ledger: Ledger, reader: Audience) -> list[Sum]:
    """Small counts of any release that the reader can tell from everything read, as scipy sees it."""
    judge = Judge(ledger, reader)
    smallest = ledger.thresholds[reader]
    found = []
    for of in {said.of for said in ledger.statements}:
        if not 0 < ledger.value(of) < smallest or of in judge.rounded:
            continue
        low, high = judge.bounds(of)
        if low > 1 + CLOSE or (high is not None and high < smallest - CLOSE):
            found.append(of)
    return found


class Judge:
    """The leaves of all tables in one programme, with all that a reader has read."""

    def __init__(self, ledger: Ledger, reader: Audience) -> None:
        self._ledger = ledger
        self._first: dict[str, int] = {}
        self._leaves = 0
        for table in ledger.tables:
            self._first[table.name] = self._leaves
            self._leaves += table.size
        read = [said for said in ledger.statements if said.audience <= reader and said.low is not None]
        self.rounded = {said.of for said in read if said.low != said.high}
        exact = [said for said in read if said.low == said.high]
        pairs = list(ledger.pairs)
        self._rows = np.array(
            [self._row(said.of) for said in exact]
            + [self._row(one) - self._row(other) for one, other in pairs]
        ).reshape(-1, self._leaves)
        self._values = np.array([float(said.low or 0) for said in exact] + [0.0] * len(pairs))
        self._within(read)

    def _within(self, read: list[Statement]) -> None:
        about = [said for said in read if said.low != said.high]
        rows = np.array([self._row(said.of) for said in about]).reshape(-1, self._leaves)
        highs = [float(said.high or 0) for said in about]
        lows = [-float(said.low or 0) for said in about]
        self._ranges = csr_matrix(np.concatenate([rows, -rows])) if about else None
        self._ends = np.array(highs + lows) if about else None

    def bounds(self, of: Sum) -> tuple[float, float | None]:
        """The smallest and the largest value that the reader cannot rule out."""
        return self.bounds_of(self._row(of))

    def bounds_of(self, row: np.ndarray) -> tuple[float, float | None]:
        """The same of any leaves together."""
        return bounds(row, self._rows, self._values, self._ranges, self._ends)

    def _row(self, of: Sum) -> np.ndarray:
        table = self._ledger.table(of.of)
        row = np.zeros(self._leaves)
        where: Codes = of.codes
        for at, place in enumerate(product(*(axis.codes for axis in table.axes))):
            if all(code in codes for code, codes in zip(place, where, strict=True)):
                row[self._first[table.name] + at] = 1
        return row
