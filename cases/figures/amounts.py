"""Yen, days and minutes of many cases: how many are known, their sum, mean, exact median and largest.

不明 stands apart and is never 0. Of an erased case only the class of its amounts is left: it counts as 不明 here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures import counting
from cases.figures.answers import Answers
from cases.figures.counting import Axis, Rows
from cases.figures.definition import definition_of
from cases.figures.dimensions import BLANK
from cases.figures.layout import ERASED, UNKNOWN_DAY, UNKNOWN_NUMBER
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
        found.grouped(groups) for groups in (every, every // max(width, 1), every % max(width, 1), every * 0)
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


@dataclass(frozen=True, eq=False)
class _Found:
    """Known amounts by place and value, rising, each with how often it occurs; `unknown` of every place."""

    places: Int64
    values: Int64
    times: Int64
    unknown: Int64
    erased: int

    def filled(self) -> Int64:
        """How many cases each place has, known or not."""
        return self.unknown + np.bincount(
            self.places, weights=self.times, minlength=len(self.unknown)
        ).astype(np.int64)

    def grouped(self, groups: Int64) -> dict[int, Amounts]:
        """The amounts of all places with the same group; `groups` names that of each place."""
        unknown = np.bincount(groups, weights=self.unknown).astype(np.int64) if len(groups) else groups
        found = {int(at): Amounts(unknown=int(unknown[at])) for at in unknown.nonzero()[0]}
        if not len(self.places):
            return found
        of_rows = groups[self.places]
        order = np.lexsort((self.values, of_rows))
        group, values, times = of_rows[order], self.values[order], self.times[order]
        starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
        totals = np.add.reduceat(_products(values, times), starts).tolist()
        passed = np.cumsum(times)
        ends = np.append(starts[1:], len(group)) - 1
        before = passed[starts] - times[starts]
        counts = passed[ends] - before
        low, high, ninth = (
            values[np.searchsorted(passed, before + place, side="right")].tolist()
            for place in ((counts - 1) // 2, counts // 2, -(-9 * counts // 10) - 1)
        )
        for n, at in enumerate(group[starts].tolist()):
            found[at] = Amounts(
                n=int(counts[n]),
                unknown=int(unknown[at]),
                total=int(totals[n]),
                median=Fraction(low[n] + high[n], 2),
                largest=int(values[ends[n]]),
                ninth=ninth[n],
            )
        return found


def _products(values: Int64, times: Int64) -> NDArray[np.int64] | NDArray[np.object_]:
    """values × times whose sum is exact, however large."""
    if int(values.max()) * int(times.sum()) < _MOST:
        return values * times
    products: NDArray[np.object_] = values.astype(object) * times.astype(object)
    return products


def _gather(read: Reading, axes: Sequence[Axis | None], size: int) -> _Found:
    measure = read.question.measure
    further = []
    if measure == DAYS_TO_CLOSE:  # open cases have no days to close yet: neither known nor unknown
        further = [counting.by_word(read.facts, "outcome", lambda outcome: int(outcome != BLANK))(2)]
    is_erased = counting.by_word(read.facts, "source", lambda source: int(source == ERASED))(2)
    lots = [
        (_places(rows, axes), _values(rows, measure), rows.signs, is_erased.of(rows.column("source")) == 1)
        for rows in counting.selected(read.facts, read.selection(*further))
        if len(rows)
    ]
    if not lots:
        nothing = np.empty(0, dtype=np.int64)
        return _Found(nothing, nothing, nothing, np.zeros(size, dtype=np.int64), 0)
    places, values, erased = (np.concatenate([lot[n] for lot in lots]) for n in (0, 1, 3))
    signs = np.concatenate(
        [np.ones(len(lot[0]), dtype=np.int8) if lot[2] is None else lot[2] for lot in lots]
    )
    is_known = (values != UNKNOWN_NUMBER) & ~erased
    unknown = np.bincount(places[~is_known], weights=signs[~is_known], minlength=size).astype(np.int64)
    known = _netted(places[is_known], values[is_known], signs[is_known])
    return _Found(*known, unknown, int(signs[erased].sum(dtype=np.int64)))


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


def _netted(places: Int64, values: Int64, signs: NDArray[np.int8]) -> tuple[Int64, Int64, Int64]:
    """Place and value, rising, with how often they occur once every −1 has taken back its +1."""
    width = int(values.max()) + 1 if len(values) else 1
    if len(places) and (int(places.max()) + 1) * width >= _MOST:
        raise OverflowError("amounts too large to be sorted with their places")
    keys = places * width + values
    stated, times = np.unique(keys[signs > 0], return_counts=True)
    withdrawn, often = np.unique(keys[signs < 0], return_counts=True)
    if len(withdrawn):
        times[np.searchsorted(stated, withdrawn)] -= often
    stays = times > 0
    stated, times = stated[stays], times[stays]
    return stated // width, stated % width, times.astype(np.int64)
