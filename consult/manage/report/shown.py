"""How a cell of a report is written, on the page and on paper alike."""

from decimal import Decimal
from typing import Final

from cases.figures.tables import Cell, Grid, Unit

NO_DATA: Final = "—"
_SIGNED: Final = frozenset({Unit.CHANGE, Unit.CHANGE_PERCENT})


def shown(cell: Cell, unit: Unit) -> str:
    """2655 → 2,655; a difference has its sign, nothing ±0; what is not known is a dash and never 0."""
    if cell is None:
        return NO_DATA
    if isinstance(cell, str):
        return cell
    if unit not in _SIGNED:
        return f"{cell:,}"
    return _signed(cell)


def _signed(number: int | Decimal) -> str:
    if not number:
        return f"±{abs(number):,}"
    return f"{number:+,}".replace("-", "−")


def numeric(grid: Grid) -> list[int]:
    """The columns that stand to the right."""
    return [n for n, column in enumerate(grid.columns) if column.unit != Unit.TEXT]
