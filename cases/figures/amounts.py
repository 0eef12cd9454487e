"""Yen, days and minutes of many cases: how many are known, their sum, mean, exact median and largest.

不明 stands apart and is never 0. Of an erased case only the class of its amounts is left: it counts as 不明 here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

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
    by_cell, by_row, by_column, of_all = (
        found.each(groups) for groups in (every, every // max(width, 1), every % max(width, 1), every * 0)
    )
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
    """Known amounts, rising, and beside each the place where it counts; `unknown` of every place."""

    amounts: Int64
    places: NDArray[np.unsignedinteger[Any]]
    unknown: Int64
    erased: int

    def by_place(self, names: Sequence[str]) -> dict[str, Int64]:
        """The known amounts of every place that has some, under its name."""
        amounts = self.amounts[np.argsort(self.places, kind="stable")]
        counts = np.bincount(self.places, minlength=len(names))
        ends = counts.cumsum()
        spans = zip(names, (ends - counts).tolist(), ends.tolist(), strict=True)
        return {name: amounts[start:end] for name, start, end in spans if start < end}

    def filled(self) -> Int64:
        """How many cases each place has, known or not."""
        return self.unknown + np.bincount(self.places, minlength=len(self.unknown))

    def each(self, groups: Int64) -> dict[int, Amounts]:
        """The amounts of every group of places that has a case; `groups` names that of each place."""
        unknown = np.bincount(groups, weights=self.unknown).astype(np.int64) if len(groups) else groups
        found = {int(at): Amounts(unknown=int(unknown[at])) for at in unknown.nonzero()[0]}
        counts = np.bincount(groups[self.places], minlength=len(unknown))
        places = counts.nonzero()[0]
        if not len(places):
            return found
        amounts = self.amounts if len(places) == 1 else self.amounts[self._order(groups)]
        starts = (counts.cumsum() - counts)[places]
        counts = counts[places]
        totals = np.add.reduceat(_addable(amounts), starts).tolist()
        low, high, largest, ninth = (
            amounts[starts + within].tolist()
            for within in ((counts - 1) // 2, counts // 2, counts - 1, -(-9 * counts // 10) - 1)
        )
        for n, (at, count) in enumerate(zip(places.tolist(), counts.tolist(), strict=True)):
            found[at] = Amounts(
                n=count,
                unknown=int(unknown[at]),
                total=int(totals[n]),
                median=Fraction(low[n] + high[n], 2),
                largest=largest[n],
                ninth=ninth[n],
            )
        return found

    def _order(self, groups: Int64) -> NDArray[np.intp]:
        """By group; within each the amounts rise as they do here. Two bytes are sorted without a comparison."""
        return np.argsort(groups.astype(self.places.dtype)[self.places], kind="stable")


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
    unknown, erased, bits = np.zeros(size, dtype=np.int64), 0, max(size - 1, 0).bit_length()
    known: dict[int, list[Int64]] = {1: [], -1: []}
    for rows in counting.selected(read.facts, read.selection(*further)):
        places, values, is_erased = _places(rows, axes), _values(rows, measure), rows.are_erased
        is_known = (values != UNKNOWN_NUMBER) & ~is_erased
        keys = _before_places(values, bits) | places
        for sign, of_sign in rows.by_sign():
            erased += sign * int(np.count_nonzero(is_erased & of_sign))
            unknown += sign * np.bincount(places[of_sign & ~is_known], minlength=size)
            known[sign].append(keys[of_sign & is_known])
    found = _netted(_rising(known[1]), _rising(known[-1]))
    places_of = (found & ((1 << bits) - 1)).astype(np.min_scalar_type(max(size - 1, 0)))
    return _Found(found >> bits, places_of, unknown, erased)


def _before_places(amounts: Int64, bits: int) -> Int64:
    """Amounts in front of so many bits, in which their place goes: one number sorts both."""
    if len(amounts) and int(amounts.max()) << bits >= _MOST:
        raise OverflowError("amounts too large to be sorted with their places")
    return amounts << bits


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


def _rising(lots: Sequence[Int64]) -> Int64:
    found = np.concatenate(lots) if lots else np.empty(0, dtype=np.int64)
    found.sort()
    return found


def _netted(stated: Int64, withdrawn: Int64) -> Int64:
    """What is left, rising, once every −1 has taken back its +1."""
    if not len(withdrawn):
        return stated
    alike = np.arange(len(withdrawn)) - np.searchsorted(withdrawn, withdrawn)
    return np.delete(stated, np.searchsorted(stated, withdrawn) + alike)
