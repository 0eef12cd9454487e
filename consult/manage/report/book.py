"""A report as an Excel workbook: one sheet per table, then the definitions; the very numbers of the page."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.reports.document import ReportData
from cases.figures.tables import Grid, Placed, Unit
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx

_FORMATS: Final = {
    Unit.TEXT: "",
    Unit.COUNT: "#,##0",
    Unit.YEN: "#,##0",
    Unit.NUMBER: "",
    Unit.PUBLISHED: "#,##0.##",
    Unit.CHANGE: "+#,##0;-#,##0;0",
    Unit.PERCENT: "0.0",
    Unit.CHANGE_PERCENT: "+0.0;-0.0;0.0",
}


def to_xlsx(data: ReportData) -> bytes:
    """The same report gives the same bytes."""
    sheets: list[Sheet | Stack] = [
        Stack(_sheet_name(table), list(_parts(data, table))) for table in data.tables
    ]
    told = Sheet(_("定義"), [Column(_("項目"), width=20), Column(_("内容"), width=100)], data.head.lines)
    return write_xlsx([*sheets, told])


def _sheet_name(table: Placed) -> str:
    return f"{table.number} {table.title}"


def _parts(data: ReportData, table: Placed) -> Iterator[Part]:
    heading = [f"{data.head.title}  {_('庁内用')}", _sheet_name(table), *table.data.sentences]
    yield Part((), above=heading)
    for grid in table.data.grids:
        yield _part(grid)
    if table.data.definition:
        yield Part((), above=[_("この表の定義"), *table.data.definition])


def _part(grid: Grid) -> Part:
    return Part(
        columns=[Column(column.title, _FORMATS[column.unit]) for column in grid.columns],
        rows=[row.cells for row in grid.rows],
        above=[grid.caption],
        below=[grid.note] if grid.note else [],
    )
