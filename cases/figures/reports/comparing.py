"""A table as it was printed beside the same table counted anew at the same cut: which numbers differ."""

from collections.abc import Iterator
from dataclasses import dataclass

from cases.figures.tables import Cell, Grid, Placed, Unit


@dataclass(frozen=True)
class Difference:
    """One number of a printed table, named by its grid, row and column. None: not there."""

    table: int
    grid: str
    row: str
    column: str
    printed: Cell
    counted: Cell


@dataclass(frozen=True)
class Compared:
    """`numbers` were held against each other; those in `differing` are not the same."""

    numbers: int
    differing: tuple[Difference, ...]


def compared(printed: Placed, counted: Placed) -> Compared:
    """Every number that stands in either of them; words and what others published are not compared."""
    before, after = dict(_numbers(printed)), dict(_numbers(counted))
    places = list(dict.fromkeys([*before, *after]))
    return Compared(
        numbers=len(places),
        differing=tuple(
            Difference(printed.number, *place[:2], place[2], before.get(place), after.get(place))
            for place in places
            if before.get(place) != after.get(place)
        ),
    )


def _numbers(table: Placed) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    for grid in table.data.grids:
        yield from _of_grid(grid)


def _of_grid(grid: Grid) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    for row in grid.rows:
        for column, cell in zip(grid.columns, row.cells, strict=True):
            if column.unit not in (Unit.TEXT, Unit.PUBLISHED):
                yield (grid.caption, str(row.cells[0]), column.title), cell
