"""The registry of report tables, filled in each app's `ready()`: what a table of a report is, and which there are.

A table is plain data: its numbers, two sentences and its definition, made once and then shown alike on the page, in
the Excel file and on paper. Whoever registers one says how it is built; nobody but the report asks for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise

if TYPE_CHECKING:
    from cases.figures.reports.scope import Scope

Cell = int | Decimal | str | None
"""None is "no data", shown grey as a dash; it is never 0."""

NUMBERS: Final = range(1, 17)
"""The tables of an annual report; their numbers stay, whatever a year has to print."""


class Unit(StrEnum):
    """What a column holds. Percentages have one decimal; yen and counts are whole."""

    TEXT = "text"
    COUNT = "count"
    CHANGE = "change"
    PERCENT = "percent"
    CHANGE_PERCENT = "change_percent"
    YEN = "yen"
    NUMBER = "number"
    PUBLISHED = "published"
    """A value that was printed elsewhere or before: it is drawn so, and not counted anew."""


class Role(StrEnum):
    """What a row is: a part of the whole, a part that is not known, the whole, or 再掲 (in another row already)."""

    PLAIN = ""
    UNKNOWN = "unknown"
    TOTAL = "total"
    AGAIN = "again"


class Picture(StrEnum):
    BARS = "bars"
    LINES = "lines"
    HEAT = "heat"
    PYRAMID = "pyramid"


@dataclass(frozen=True)
class Column:
    title: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    role: Role = Role.PLAIN


@dataclass(frozen=True)
class Chart:
    """A picture of the grid's counted rows: `columns` are the positions of what is drawn, the label is column 0."""

    picture: Picture
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """Rows under their columns; the first column names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: Chart | None = None
    note: str = ""

    def counted(self) -> list[Row]:
        """The rows that add up to the whole."""
        return [row for row in self.rows if row.role in (Role.PLAIN, Role.UNKNOWN)]

    def known(self) -> list[Row]:
        return [row for row in self.rows if row.role == Role.PLAIN]


@dataclass(frozen=True)
class TableData:
    """One table as it stands in a report. Without grids there is no data, and `sentences` say why."""

    sentences: tuple[str, ...]
    grids: tuple[Grid, ...] = ()
    definition: tuple[str, ...] = ()

    @property
    def has_data(self) -> bool:
        return bool(self.grids)


@dataclass(frozen=True)
class ReportTable:
    """A table of the annual report; `in_month`: also one of the monthly report.

    `of_cut`: counted at the cut of the fact log, so that it can be counted anew later and be the same.
    """

    number: int
    title: str | Promise
    build: "Callable[[Scope], TableData]"
    in_month: bool = False
    of_cut: bool = True


_tables: dict[int, ReportTable] = {}


def register(table: ReportTable) -> None:
    """Raises ValueError for a number that is taken, or that no report has."""
    if table.number in _tables or table.number not in NUMBERS:
        raise ValueError(f"the report table {table.number} is registered twice or has no place")
    _tables[table.number] = table


def registered() -> list[ReportTable]:
    """In the order of their numbers."""
    return [_tables[number] for number in sorted(_tables)]


# --- as JSON --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """A table with its place in a report."""

    number: int
    title: str
    data: TableData = field(default_factory=lambda: TableData(()))


def to_plain(table: Placed) -> dict[str, Any]:
    """The table as JSON stores it; percentages as text, so that no digit is lost."""
    return {
        "number": table.number,
        "title": table.title,
        "sentences": list(table.data.sentences),
        "definition": list(table.data.definition),
        "grids": [_grid_to_plain(grid) for grid in table.data.grids],
    }


def from_plain(stored: Mapping[str, Any]) -> Placed:
    data = TableData(
        sentences=tuple(stored["sentences"]),
        definition=tuple(stored["definition"]),
        grids=tuple(_grid_from_plain(grid) for grid in stored["grids"]),
    )
    return Placed(stored["number"], stored["title"], data)


def _grid_to_plain(grid: Grid) -> dict[str, Any]:
    return {
        "caption": grid.caption,
        "note": grid.note,
        "columns": [[column.title, column.unit.value] for column in grid.columns],
        "rows": [
            [row.role.value, *(str(cell) if isinstance(cell, Decimal) else cell for cell in row.cells)]
            for row in grid.rows
        ],
        "chart": [grid.chart.picture.value, *grid.chart.columns] if grid.chart else None,
    }


def _grid_from_plain(stored: Mapping[str, Any]) -> Grid:
    columns = tuple(Column(title, Unit(unit)) for title, unit in stored["columns"])
    chart = stored["chart"]
    return Grid(
        caption=stored["caption"],
        note=stored["note"],
        columns=columns,
        rows=tuple(Row(_cells(columns, cells), Role(role)) for role, *cells in stored["rows"]),
        chart=Chart(Picture(chart[0]), tuple(chart[1:])) if chart else None,
    )


def _cells(columns: Sequence[Column], stored: Sequence[Any]) -> tuple[Cell, ...]:
    decimals = {Unit.PERCENT, Unit.CHANGE_PERCENT, Unit.NUMBER, Unit.PUBLISHED}
    return tuple(
        Decimal(cell) if column.unit in decimals and cell is not None else cell
        for column, cell in zip(columns, stored, strict=True)
    )
