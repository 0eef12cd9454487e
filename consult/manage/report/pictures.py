"""The picture of a grid, from its own numbers: the same on the page and on paper."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.tables import Cell, Chart, Grid, Picture, Role, Unit
from consult.shell.paper import charts
from consult.shell.paper.charts import BarRow

LONGEST: Final = 20


def picture_of(grid: Grid) -> charts.Chart | None:
    """None for a grid that has none, or nothing to draw."""
    if grid.chart is None or not grid.counted():
        return None
    return _PICTURES[grid.chart.picture](grid, grid.chart)


def _number(cell: Cell) -> float | None:
    return None if cell is None or isinstance(cell, str) else cell if isinstance(cell, int) else float(cell)


def _values(grid: Grid, at: int) -> list[float | None]:
    return [_number(row.cells[at]) for row in grid.counted()]


def _labels(grid: Grid) -> list[str]:
    return [str(row.cells[0]) for row in grid.counted()]


def _bars(grid: Grid, chart: Chart) -> charts.Chart:
    """The first of the drawn columns, and beside it the second where there is one; the longest tables are cut."""
    at, *before = chart.columns
    earlier = _values(grid, before[0]) if before else [None] * len(grid.counted())
    rows = [BarRow(*row) for row in zip(_labels(grid), _values(grid, at), earlier, strict=True)]
    return charts.bars(
        grid.caption,
        rows[:LONGEST],
        label_head=grid.columns[0].title,
        value_head=grid.columns[at].title,
        before_head=grid.columns[before[0]].title if before else "",
        note=_("図は上から%(n)d区分です。") % {"n": LONGEST} if len(rows) > LONGEST else "",
    )


def _lines(grid: Grid, chart: Chart) -> charts.Chart:
    series = [
        charts.Line(
            _line_name(grid, at), _values(grid, at), is_published=grid.columns[at].unit == Unit.PUBLISHED
        )
        for at in chart.columns
    ]
    return charts.lines(grid.caption, _labels(grid), series, point_head=grid.columns[0].title)


def _line_name(grid: Grid, at: int) -> str:
    """The key of a picture says by itself which lines were published."""
    column = grid.columns[at]
    return column.title.replace(_("公表値"), _("件数"), 1) if column.unit == Unit.PUBLISHED else column.title


def _heat(grid: Grid, chart: Chart) -> charts.Chart:
    cells = [[_number(row.cells[at]) for at in chart.columns] for row in grid.counted()]
    columns = [grid.columns[at].title for at in chart.columns]
    return charts.heat(grid.caption, _labels(grid), columns, cells, row_head=grid.columns[0].title)


def _pyramid(grid: Grid, chart: Chart) -> charts.Chart | None:
    """The oldest on top; 年齢不明 and 団体 below it."""
    if len(chart.columns) != len(("left", "right")):
        return None
    known = list(reversed(grid.known()))
    unknown = [row for row in grid.rows if row.role == Role.UNKNOWN]
    left, right = (
        (grid.columns[at].title, [_number(row.cells[at]) for row in known]) for at in chart.columns
    )
    return charts.pyramid(
        grid.caption,
        [str(row.cells[0]) for row in known],
        left,
        right,
        band_head=grid.columns[0].title,
        below=[(str(row.cells[0]), _number(row.cells[-1]) or 0) for row in unknown],
    )


_Draw = Callable[[Grid, Chart], charts.Chart | None]
_PICTURES: Final[Mapping[Picture, _Draw]] = {
    Picture.BARS: _bars,
    Picture.LINES: _lines,
    Picture.HEAT: _heat,
    Picture.PYRAMID: _pyramid,
}
