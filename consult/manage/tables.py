"""The answer as a table: rows in the order of display, differences to the year before, shares in percent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.dimensions import BLANK, DIMENSIONS
from cases.figures.measures import CASES, EVERYTHING, Breakdown, Comparison, SeniorShare

# Rows that have an order of their own; the others stand by count.
_IN_ORDER: Final = frozenset({"month", "age_band"})


def percent(share: Fraction | None) -> Decimal | None:
    """In percent with one decimal, a half rounded up; None for the share of nothing."""
    if share is None:
        return None
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Row:
    """One row: counts now and in the same period a year before, cell by cell."""

    code: str
    label: str
    cells: tuple[int, ...]
    cells_before: tuple[int, ...]
    seniors: SeniorShare

    @property
    def total(self) -> int:
        return sum(self.cells)

    @property
    def before(self) -> int:
        return sum(self.cells_before)

    @property
    def difference(self) -> int:
        return self.total - self.before

    @property
    def change(self) -> Decimal | None:
        """The difference in percent of the year before; None where that was 0."""
        return percent(Fraction(self.difference, self.before)) if self.before else None

    @property
    def share_of_known(self) -> Decimal | None:
        return percent(self.seniors.of_known)

    @property
    def share_of_all(self) -> Decimal | None:
        return percent(self.seniors.of_all)


@dataclass(frozen=True)
class Table:
    """Rows × columns that add up to `total`. `has_shares` is False where 延べ are counted: no persons, no share."""

    row_title: str
    column_title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    has_shares: bool

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((row.total for row in self.rows), default=0)

    @property
    def is_empty(self) -> bool:
        return not any((*self.total.cells, *self.total.cells_before))


def table_of(found: Comparison, centre_ids: frozenset[int], sort: str = "") -> Table:
    """The comparison in words. `sort` is "total", "difference", "senior", or "" for the usual order."""
    now, before = found.now, found.before
    by, across = now.definition["rows"], now.definition["columns"]
    labels = DIMENSIONS[by].texts(now.row_codes, centre_ids)
    rows = [
        Row(code, label, cells, before.cells[n], now.row_seniors[n])
        for n, (code, label, cells) in enumerate(zip(now.row_codes, labels, now.cells, strict=True))
        if by in _IN_ORDER or any(cells) or any(before.cells[n])
    ]
    return Table(
        row_title=str(DIMENSIONS[by].label),
        column_title=str(DIMENSIONS[across].label) if across else "",
        columns=_column_labels(now, across, centre_ids),
        rows=tuple(_sorted(rows, by, sort)),
        total=Row("", _("合計"), now.column_totals, before.column_totals, now.share_65),
        has_shares=now.definition["measure"] == CASES,
    )


def _column_labels(now: Breakdown, across: str | None, centre_ids: frozenset[int]) -> tuple[str, ...]:
    if now.column_codes == (EVERYTHING,) or across is None:
        return ()
    return tuple(DIMENSIONS[across].texts(now.column_codes, centre_ids))


def _sorted(rows: Sequence[Row], by: str, sort: str) -> list[Row]:
    """By count, the blank last; rows of one count keep the order of their code set."""
    if not sort and by in _IN_ORDER:
        return list(rows)
    key = _KEYS.get(sort, _total)
    return sorted(rows, key=lambda row: (row.code == BLANK, -key(row)))


def _total(row: Row) -> int:
    return row.total


_KEYS: Final[Mapping[str, Callable[[Row], int]]] = {
    "difference": lambda row: row.difference,
    "senior": lambda row: row.seniors.seniors,
}
