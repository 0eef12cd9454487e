"""One table beside the same table of another period: a year before, the period just before, or any other.

Both are counted as of one cut and laid out over the same rows and columns, so that cell stands beside cell. Where
rows or columns are of time, the earlier ones bear the names of those they are compared with (2025年4月 beside
2026年4月), as long as the periods begin the same number of whole months or years apart; else each stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cases.figures import measures
from cases.figures.counting import ERASED
from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import (
    AMOUNTS,
    RATES,
    SHARES,
    Amounts,
    Answers,
    Breakdown,
    Question,
    Rate,
    SeniorShare,
    Share,
    year_before,
)


@dataclass(frozen=True)
class Days:
    """受付日 in [start, end)."""

    start: date
    end: date


Table = Breakdown | Answers[Any]


@dataclass(frozen=True)
class Compared:
    """The table now; `before` is None where nothing is compared."""

    now: Table
    before: Table | None


def a_year_before(days: Days) -> Days:
    return Days(year_before(days.start), year_before(days.end))


def just_before(days: Days) -> Days:
    """So many whole months before a period of whole months, else so many days before."""
    if days.start.day == 1 and days.end.day == 1:
        return Days(months_on(days.start, -_months_between(days.start, days.end)), days.start)
    return Days(days.start - (days.end - days.start), days.start)


def ask(question: Question) -> Table:
    """The answer to any measure."""
    if question.measure in AMOUNTS:
        return measures.amounts(question)
    if question.measure in SHARES:
        return measures.shares(question)
    if question.measure in RATES:
        return measures.rates(question)
    return measures.breakdown(question)


def compare(question: Question, other: Days | None) -> Compared:
    """The answer and that of the other period, as of one cut. Raises QuestionNotUnderstood."""
    now = ask(question)
    if other is None:
        return Compared(now, None)
    earlier = replace(question, start=other.start, end=other.end, as_of=now.as_of)
    before = renamed(ask(earlier), question, other)
    rows = _all_codes(question, question.rows, now.row_codes, before.row_codes)
    across = _all_codes(question, question.columns, now.column_codes, before.column_codes)
    return Compared(over(now, rows, across), over(before, rows, across))


def over(found: Table, rows: Sequence[str], across: Sequence[str]) -> Table:
    """The same answer laid out over other codes; where it has none there is nothing."""
    row_of = {code: n for n, code in enumerate(found.row_codes)}
    column_of = {code: n for n, code in enumerate(found.column_codes)}
    row_at, column_at = [row_of.get(code) for code in rows], [column_of.get(code) for code in across]
    if isinstance(found, Breakdown):
        nobody = SeniorShare(0, 0, 0)
        return replace(
            found,
            row_codes=tuple(rows),
            column_codes=tuple(across),
            cells=_laid_out(found.cells, row_at, column_at, 0),
            row_seniors=_line(found.row_seniors, row_at, nobody),
            layers=tuple(
                replace(layer, cells=_laid_out(layer.cells, row_at, column_at, 0)) for layer in found.layers
            ),
        )
    nothing = _nothing(found.definition["measure"])
    return replace(
        found,
        row_codes=tuple(rows),
        column_codes=tuple(across),
        cells=_laid_out(found.cells, row_at, column_at, nothing),
        row_totals=_line(found.row_totals, row_at, nothing),
        column_totals=_line(found.column_totals, column_at, nothing),
    )


def _nothing(measure: str) -> Amounts | Share | Rate:
    """What stands where the other period has a code and this one has none."""
    if measure in AMOUNTS:
        return Amounts()
    return Rate(0, None) if measure in RATES else Share(0, 0, 0)


def _line(held: Sequence[Any], places: Sequence[int | None], nothing: Any) -> tuple[Any, ...]:
    return tuple(nothing if place is None else held[place] for place in places)


def _laid_out(
    cells: Sequence[Sequence[Any]], rows: Sequence[int | None], across: Sequence[int | None], nothing: Any
) -> tuple[tuple[Any, ...], ...]:
    empty = (nothing,) * len(across)
    return tuple(empty if row is None else _line(cells[row], across, nothing) for row in rows)


def _all_codes(question: Question, name: str | None, now: Sequence[str], before: Sequence[str]) -> list[str]:
    if name is None or not set(before) - set(now):
        return list(now)
    return DIMENSIONS[name].ordered({*now, *before}, question.centre_ids)


def renamed(found: Table, question: Question, other: Days) -> Table:
    """The answer for the other period under the codes of time of the question's."""
    shift = _Shift.between(other, question.start)
    return replace(
        found,
        row_codes=tuple(shift.moved(question.rows, code) for code in found.row_codes),
        column_codes=tuple(shift.moved(question.columns, code) for code in found.column_codes),
    )


@dataclass(frozen=True)
class _Shift:
    """How far apart two periods begin: in whole months where they do, and in days."""

    months: int | None
    days: int

    @classmethod
    def between(cls, other: Days, start: date) -> "_Shift":
        months = _months_between(other.start, start) if other.start.day == start.day else None
        return cls(months, (start - other.start).days)

    def moved(self, name: str | None, code: str) -> str:
        """A code of time so much later; as it is where it is none, or no whole number of its kind fits."""
        if name is None or code == ERASED or (next_year := DIMENSIONS[name].next_year) is None:
            return code
        years = self.months // 12 if self.months is not None and self.months % 12 == 0 else None
        if years is not None and years > 0:
            for _n in range(years):
                code = next_year(code)
            return code
        return self._moved_within_a_year(name, code)

    def _moved_within_a_year(self, name: str, code: str) -> str:
        if name == "month" and self.months is not None:
            return f"{months_on(date.fromisoformat(f'{code}-01'), self.months):%Y-%m}"
        if name == "quarter" and self.months is not None and self.months % 3 == 0:
            quarters = int(code[:4]) * 4 + int(code[6:]) - 1 + self.months // 3
            return f"{quarters // 4}-Q{quarters % 4 + 1}"
        if name == "day" or (name == "week" and self.days % 7 == 0):
            return (date.fromisoformat(code) + timedelta(days=self.days)).isoformat()
        return code


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def months_on(day: date, months: int) -> date:
    """The first of a month, so many months later."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
