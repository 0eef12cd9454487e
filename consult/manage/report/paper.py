"""A report on paper: the tables of the page as one tagged document."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.reports.document import ReportData
from cases.figures.tables import Grid, Placed, Unit
from cases.law import calendar
from consult.manage.report.pictures import picture_of
from consult.manage.report.shown import numeric, shown
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Paragraph, Picture, Table

_PICTURE_WIDTH: Final = 0.7


def document_of(data: ReportData, *, issue: str) -> Document:
    """`issue` is the number of an issued report, or that it is a draft."""
    head = data.head
    moment = head.recorded_at
    return Document(
        title=head.title,
        issue=issue,
        dated=issue,
        issuer=head.centre,
        contact=_("%(centre)s 庁内用") % {"centre": head.centre},
        is_dense=True,
        blocks=[
            Notice(
                _("庁内用"),
                [
                    _("少数の件数を伏せていません。外部に出すときは、公表用の手続きを通してください。"),
                    _("時点: %(moment)sまでの記録")
                    % {
                        "moment": f"{moment.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M:%S}"
                        if moment
                        else _("記録なし")
                    },
                ],
                tone="warning",
            ),
            *(block for table in data.tables for block in _table(table)),
            Heading(_("定義")),
            Table(_("この報告のすべての表に共通の定義"), [_("項目"), _("内容")], head.lines, lead=1),
        ],
    )


def _table(table: Placed) -> Iterator[Block]:
    yield Heading(f"{table.number} {table.title}")
    yield Paragraph("\n".join(table.data.sentences))
    for grid in table.data.grids:
        yield _grid(grid)
        yield from _picture(grid)
        if grid.note:
            yield Paragraph(grid.note)
    if table.data.definition:
        yield BulletList(table.data.definition)


def _grid(grid: Grid) -> Table:
    return Table(
        caption=grid.caption,
        header=[column.title for column in grid.columns],
        rows=[
            [shown(cell, column.unit) for cell, column in zip(row.cells, grid.columns, strict=True)]
            for row in grid.rows
        ],
        numeric=frozenset(numeric(grid)),
        lead=_lead(grid),
    )


def _lead(grid: Grid) -> float:
    """How much wider the first column is; tables of words share the width."""
    if any(column.unit == Unit.TEXT for column in grid.columns[1:]):
        return 1
    return 2 if len(grid.columns) < 10 else 3


def _picture(grid: Grid) -> Iterator[Block]:
    drawn = picture_of(grid)
    if drawn is not None:
        yield Picture(drawn.title, drawn.alt, drawn.svg, width=_PICTURE_WIDTH)
        if drawn.note:
            yield Paragraph(drawn.note)
