"""Yen, days and minutes of many cases: how many are known, their sum, mean, exact median and largest.

不明 stands apart and is never 0. Of an erased case only the class of its amounts is left: it counts as 不明 here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures import counting
from cases.figures.answers import Answers
from cases.figures.counting import Axis, Rows
from cases.figures.definition import definition_of
from cases.figures.dimensions import BLANK
from cases.figures.layout import UNKNOWN_DAY, UNKNOWN_NUMBER
from cases.figures.questions import AMOUNTS, CONTACT_MINUTES, DAYS_TO_CLOSE, Question, require_measure
from cases.figures.tabulation import EVERYTHING, Reading, Table, reading, shown

Int64 = NDArray[np.int64]
_COLUMN: Final = {CONTACT_MINUTES: "minutes"}
_MOST: Final = 2**62


@dataclass(frozen=True)
class Amounts:
    """`n` known amounts and what they come to; `unknown` are left out. Whole yen, days or minutes; None of nothing.

    `ninth`: the smallest that nine of ten do not exceed.
    """

    n: int = 0
    unknown: int = 0
    total: int = 0
    median: Fraction | None = None
    largest: int | None = None
    ninth: int | None = None

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.total, self.n) if self.n else None


NOTHING: Final = Amounts()


def amounts(question: Question) -> Answers[Amounts]:
    """The amounts per cell, row, column and whole. Raises QuestionNotUnderstood for another kind of measure."""
    require_measure(question, AMOUNTS)
    read = reading(question)
    (row_axis, rows), (column_axis, across) = read.axis(question.rows), read.axis(question.columns)
    found = _gather(read, [row_axis, column_axis], len(rows) * len(across))
    filled = found.filled().reshape(len(rows), len(across), 1, 1)
    shown_rows, shown_columns, _layers = shown(question, Table((rows, across, [EVERYTHING]), filled))
    width, every = len(across), np.arange(len(rows) * len(across))
    by_cell = found.each()
    by_row, columns = found.merged(every // max(width, 1)).each(), found.merged(every % max(width, 1))
    by_column, of_all = columns.each(), columns.merged(columns.unknown * 0).each()
    row_at, column_at = ({code: n for n, code in enumerate(codes)} for codes in (rows, across))
    return Answers(
        definition={**definition_of(read), "amounts": {"unknown": "left_out", "erased": found.erased}},
        row_codes=tuple(shown_rows),
        column_codes=tuple(shown_columns),
        cells=tuple(
            tuple(
                by_cell.get(row_at[row] * width + column_at[column], NOTHING)
                if row in row_at and column in column_at
                else NOTHING
                for column in shown_columns
            )
            for row in shown_rows
        ),
        row_totals=tuple(by_row.get(row_at.get(row, -1), NOTHING) for row in shown_rows),
        column_totals=tuple(by_column.get(column_at.get(column, -1), NOTHING) for column in shown_columns),
        total=of_all.get(0, NOTHING),
    )


def known_amounts(question: Question) -> dict[str, Int64]:
    """The amounts that are known, rising, by row; a row without any is not there. Raises as `amounts`."""
    require_measure(question, AMOUNTS)
    read = reading(question)
    axis, rows = read.axis(question.rows)
    return _gather(read, [axis], len(rows)).by_place(rows)


@dataclass(frozen=True, eq=False)
class _Found:
    """Known amounts, rising within their place: each is one number, the place in front of `bits` bits of the amount.

    `unknown` of every place.
    """

    known: Int64
    bits: int
    unknown: Int64
    erased: int

    def by_place(self, names: Sequence[str]) -> dict[str, Int64]:
        """The known amounts of every place that has some, under its name."""
        bounds, amounts = self._bounds().tolist(), self._amounts()
        spans = zip(names, bounds, bounds[1:], strict=False)
        return {name: amounts[start:end] for name, start, end in spans if start < end}

    def filled(self) -> Int64:
        """How many cases each place has, known or not."""
        return self.unknown + np.diff(self._bounds())

    def merged(self, groups: Int64) -> "_Found":
        """The same with places of one group put together; `groups` names that of each place."""
        known = groups[self.known >> self.bits] << self.bits
        known |= self._amounts()
        # The amounts of each place rise already: such stretches are merged in a fourth of the time of sorting anew.
        known.sort(kind="stable")
        unknown = np.bincount(groups, weights=self.unknown).astype(np.int64) if len(groups) else groups
        return replace(self, known=known, unknown=unknown)

    def each(self) -> dict[int, Amounts]:
        """The amounts of every place that has a case."""
        bounds, amounts = self._bounds(), self._amounts()
        found = {int(at): Amounts(unknown=int(self.unknown[at])) for at in self.unknown.nonzero()[0]}
        counts = np.diff(bounds)
        places = counts.nonzero()[0]
        if not len(places):
            return found
        counts, starts = counts[places], bounds[places]
        totals = np.add.reduceat(_addable(amounts), starts).tolist()
        low, high, largest, ninth = (
            amounts[starts + within].tolist()
            for within in ((counts - 1) // 2, counts // 2, counts - 1, -(-9 * counts // 10) - 1)
        )
        for n, (at, count) in enumerate(zip(places.tolist(), counts.tolist(), strict=True)):
            found[at] = Amounts(
                n=count,
                unknown=int(self.unknown[at]),
                total=int(totals[n]),
                median=Fraction(low[n] + high[n], 2),
                largest=largest[n],
                ninth=ninth[n],
            )
        return found

    def _bounds(self) -> Int64:
        """Where each place begins among the known amounts, and behind the last their number."""
        edges = np.arange(len(self.unknown) + 1, dtype=np.int64) << self.bits
        return np.searchsorted(self.known, edges)

    def _amounts(self) -> Int64:
        return self.known & ((1 << self.bits) - 1)


def _addable(amounts: Int64) -> NDArray[np.int64] | NDArray[np.object_]:
    """The same, so that their sum is exact, however large."""
    if int(amounts.max()) * len(amounts) < _MOST:
        return amounts
    exact: NDArray[np.object_] = amounts.astype(object)
    return exact


def _gather(read: Reading, axes: Sequence[Axis | None], size: int) -> _Found:
    measure = read.question.measure
    further = []
    if measure == DAYS_TO_CLOSE:  # open cases have no days to close yet: neither known nor unknown
        further = [counting.by_word(read.facts, "outcome", lambda outcome: int(outcome != BLANK))(2)]
    unknown, erased = np.zeros(size, dtype=np.int64), 0
    known: dict[int, list[Int64]] = {1: [], -1: []}
    for rows in counting.selected(read.facts, read.selection(*further)):
        places, values, is_erased = _places(rows, axes), _values(rows, measure), rows.are_erased
        is_known = (values != UNKNOWN_NUMBER) & ~is_erased
        for sign, of_sign in rows.by_sign():
            erased += sign * int(np.count_nonzero(is_erased & of_sign))
            unknown += sign * np.bincount(places[of_sign & ~is_known], minlength=size)
            known[sign].append(np.stack([column[of_sign & is_known] for column in (places, values)]))
    return _Found(*_netted(_pairs(known[1]), _pairs(known[-1]), size), unknown, erased)


def _pairs(lots: Sequence[Int64]) -> Int64:
    """Places and amounts, one below the other."""
    return np.concatenate(lots, axis=1) if lots else np.empty((2, 0), dtype=np.int64)


def _places(rows: Rows, axes: Sequence[Axis | None]) -> Int64:
    places = np.zeros(len(rows), dtype=np.int64)
    for axis in axes:
        if axis is not None:
            places *= axis.size
            places += counting.place_of(axis, rows)
    return places


def _values(rows: Rows, measure: str) -> Int64:
    """The amount of each row, UNKNOWN_NUMBER where it is not known."""
    if measure != DAYS_TO_CLOSE:
        return rows.column(_COLUMN.get(measure, measure)).astype(np.int64)
    closed = rows.column("closed_on").astype(np.int64)
    return np.where(closed == UNKNOWN_DAY, UNKNOWN_NUMBER, closed - rows.column(counting.RECEIVED_ON))


def _netted(stated: Int64, withdrawn: Int64, size: int) -> tuple[Int64, int]:
    """Amounts behind their places, rising, once every −1 has taken back its +1; and the bits that an amount takes."""
    bits = int(stated[1].max()).bit_length() if stated.shape[1] else 0
    if size << bits >= _MOST:
        raise OverflowError("amounts too large to be sorted with their places")
    known, taken_back = (np.sort(places << bits | values) for places, values in (stated, withdrawn))
    if len(taken_back):
        alike = np.arange(len(taken_back)) - np.searchsorted(taken_back, taken_back)
        known = np.delete(known, np.searchsorted(known, taken_back) + alike)
    return known, bits
