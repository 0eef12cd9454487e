"""The course of a count month by month, in total and for each code; before the first record there is no data, not 0."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from cases.figures import columns, counting
from cases.figures.measures import Question, breakdown

LENGTH: Final = 24

Counts = tuple[int | None, ...]


@dataclass(frozen=True)
class Months:
    """`months` are first days, oldest first; `total` and each of `by_code` belong to them, None before the records.

    `is_unfinished`: the last month was counted up to a day within it.
    """

    months: tuple[date, ...]
    total: Counts
    by_code: Mapping[str, Counts]
    is_unfinished: bool


def course(question: Question, length: int = LENGTH) -> Months:
    """The months that end with the last day of the question, by the question's rows; its beginning plays no part."""
    last = question.end - timedelta(days=1)
    months = _months(last, length)
    asked = replace(question, start=months[0], rows="month", columns=question.rows)
    found = breakdown(asked)
    spanned = counting.days_spanned(columns.read(found.as_of), question.centre_ids)
    begun = spanned[0].replace(day=1) if spanned else None
    rows = dict(zip(found.row_codes, found.cells, strict=True))

    def of(column: int | None) -> Counts:
        return tuple(
            None if begun is None or month < begun else _count(rows.get(f"{month:%Y-%m}"), column)
            for month in months
        )

    return Months(
        months=months,
        total=of(None),
        by_code={code: of(n) for n, code in enumerate(found.column_codes)},
        is_unfinished=question.end.day != 1,
    )


def _count(cells: tuple[int, ...] | None, column: int | None) -> int:
    if cells is None:
        return 0
    return sum(cells) if column is None else cells[column]


def _months(last: date, length: int) -> tuple[date, ...]:
    """First days of so many months, the last that of `last`."""
    number = last.year * 12 + last.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(number - length + 1, number + 1))
