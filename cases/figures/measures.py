"""Questions about many cases, and their answers: counts whose definition travels with them.

The subject is the 契約当事者 unless the question says 相談者, the day is the 受付日, one case counts once (新規件数).
延べ and 経過 are measures of their own. Shares are fractions of whole cases with both denominators; percentages are
made where they are shown. Amounts, rates and shares of outcomes: `amounts`, `rates`, `shares`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cases.figures import counting
from cases.figures.amounts import Amounts, amounts, known_amounts
from cases.figures.answers import Answers
from cases.figures.counting import ERASED
from cases.figures.definition import definition_of
from cases.figures.dimensions import BLANK, DIMENSIONS, NOT_SENIOR, SENIOR, SENIOR_CODES, UNKNOWN
from cases.figures.questions import (
    AMOUNTS,
    BY_MENTION,
    CASES,
    CONTACTS,
    COUNTS,
    ISSUE_MENTIONS,
    MEASURES,
    RATES,
    SCAM_MENTIONS,
    SHARES,
    Question,
    QuestionNotUnderstood,
    require_measure,
)
from cases.figures.rates import Rate, rates
from cases.figures.ratios import shares
from cases.figures.shares import SeniorShare, Share
from cases.figures.tabulation import EVERYTHING, Reading, Table, reading, shown, tabulate
from cases.records import ages

__all__ = [
    "AMOUNTS", "BY_MENTION", "CASES", "CONTACTS", "COUNTS", "DIMENSIONS", "EVERYTHING", "ISSUE_MENTIONS", "MEASURES",
    "RATES", "SCAM_MENTIONS", "SHARES", "Amounts", "Answers", "Breakdown", "Comparison", "Layer", "Question",
    "QuestionNotUnderstood", "Rate", "SeniorShare", "Share", "amounts", "breakdown", "compare", "erased_among",
    "known_amounts", "rates", "shares", "year_before",
]  # fmt: skip

_WITHOUT_ANSWER: Final = frozenset({UNKNOWN, ages.GROUP, BLANK, ERASED})
Cells = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Layer:
    """The table of one code of the third dimension, over the rows and columns of the whole."""

    code: str
    cells: Cells

    @property
    def total(self) -> int:
        return sum(map(sum, self.cells))


@dataclass(frozen=True)
class Breakdown:
    """A table that adds up: `cells[i][j]` counts `row_codes[i]` × `column_codes[j]`.

    Without a second dimension the one column is `ALL`. With a third, `layers` are tables that add up to `cells`.
    `definition` is plain data, fit to be stored.
    """

    definition: Mapping[str, Any]
    row_codes: tuple[str, ...]
    column_codes: tuple[str, ...]
    cells: Cells
    row_seniors: tuple[SeniorShare, ...]
    layers: tuple[Layer, ...] = ()

    @property
    def row_totals(self) -> tuple[int, ...]:
        return tuple(sum(row) for row in self.cells)

    @property
    def column_totals(self) -> tuple[int, ...]:
        return tuple(sum(row[n] for row in self.cells) for n in range(len(self.column_codes)))

    @property
    def total(self) -> int:
        return sum(self.row_totals)

    @property
    def share_65(self) -> SeniorShare:
        rows = self.row_seniors
        return SeniorShare(
            sum(row.seniors for row in rows), sum(row.age_known for row in rows), sum(row.all for row in rows)
        )

    @property
    def as_of(self) -> int:
        """The last `seq` counted: asked again as of it, the answer is the same."""
        return int(self.definition["as_of"]["seq"])

    def row_share(self, row_code: str) -> Share:
        """The row's share of all rows; `known` leaves out 不明, 団体, 消去済 and 未入力."""
        totals = dict(zip(self.row_codes, self.row_totals, strict=True))
        known = sum(count for code, count in totals.items() if code not in _WITHOUT_ANSWER)
        return Share(totals[row_code], known, self.total)


@dataclass(frozen=True)
class Comparison:
    """The same table now and in an earlier period, cell by cell.

    A year earlier, a month or 年度 stands beside its successor.
    """

    now: Breakdown
    before: Breakdown


def breakdown(question: Question) -> Breakdown:
    """The answer, as of the last fact saved (or the question's `as_of`). Decrypts nothing.

    Raises QuestionNotUnderstood for a measure that is no count, and for a table too large.
    """
    require_measure(question, COUNTS)
    read = reading(question)
    table = tabulate(read)
    return _answer(read, table.over(shown(question, table)))


def compare(question: Question, *, before: tuple[date, date] | None = None) -> Comparison:
    """The answer beside that of an earlier period [start, end), over the same rows and columns and one cut.

    Left out it is the period one year earlier, and codes of time are then named one year later. Raises as
    `breakdown`.
    """
    require_measure(question, COUNTS)
    a_year_ago = (year_before(question.start), year_before(question.end))
    start, end = before or a_year_ago
    now = reading(question)
    earlier = Reading(
        replace(question, start=start, end=end, limits=now.limits, code_map=now.code_map), now.facts
    )
    tables = [tabulate(now), tabulate(earlier)]
    if (start, end) == a_year_ago:
        tables[1] = tables[1].a_year_on(question)
    codes = shown(question, *tables)
    return Comparison(now=_answer(now, tables[0].over(codes)), before=_answer(earlier, tables[1].over(codes)))


def erased_among(question: Question) -> int:
    """How many of what a question counts belongs to erased cases: a list of its cases is shorter by so many.

    An erased case stands on the first day of its month with its weekday: a period that begins or ends within a month
    may count another number of them than before.
    """
    read = reading(question)
    is_erased = counting.by_word(read.facts, "source", lambda word: int(word == ERASED))(2)
    return int(counting.count(read.facts, read.selection(), [is_erased])[1])


def year_before(day: date) -> date:
    """The same day a year earlier; 2月29日 becomes 3月1日, so that half-open periods stay whole."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)


def _answer(read: Reading, table: Table) -> Breakdown:
    rows, across, layers = table.codes
    by_row = table.counts.sum(axis=(1, 2))
    by_cell = table.counts.sum(axis=3)
    senior, not_senior = SENIOR_CODES.index(SENIOR), SENIOR_CODES.index(NOT_SENIOR)
    return Breakdown(
        definition=definition_of(read),
        row_codes=tuple(rows),
        column_codes=tuple(across),
        cells=_cells(by_cell.sum(axis=2).tolist()),
        row_seniors=tuple(
            SeniorShare(row[senior], row[senior] + row[not_senior], sum(row)) for row in by_row.tolist()
        ),
        layers=tuple(Layer(code, _cells(by_cell[:, :, n].tolist())) for n, code in enumerate(layers))
        if read.question.layers
        else (),
    )


def _cells(rows: list[list[int]]) -> Cells:
    return tuple(tuple(row) for row in rows)
