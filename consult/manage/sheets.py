"""The tables of the page as sheets: cell by cell the same numbers, in the same order."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from cases.files.csv_out import Cell
from cases.files.xlsx_out import Column, Sheet
from consult.manage.measured import MeasuredRow, MeasuredTable
from consult.manage.shown import AnyShown
from consult.manage.tables import Row, Table

_COUNT: Final = "#,##0"
_PERCENT: Final = "0.0"
_SIGNED: Final = "+#,##0;-#,##0;0"


def sheets_of(table: AnyShown) -> list[Sheet]:
    """The table, then what it is compared with cell by cell, then the tables of a third dimension."""
    if isinstance(table, MeasuredTable):
        return [Sheet(_("集計"), _measured_columns(table), list(_measured_rows(table)))]
    found = [Sheet(_("集計"), _columns(table), list(_rows(table)))]
    if table.is_compared:
        found.append(Sheet(table.compared_title, _cell_columns(table), list(_rows_before(table))))
    if table.layers:
        title = _("%(dimension)sごと") % {"dimension": table.layer_title}
        found.append(
            Sheet(title, [Column(table.layer_title), *_cell_columns(table)], list(_layer_rows(table)))
        )
    return found


def _cell_columns(table: AnyShown, form: str = _COUNT) -> list[Column]:
    columns = [Column(_("コード")), Column(table.row_title)]
    columns += [Column(label, form) for label in table.columns]
    return [*columns, Column(_("合計"), form)]


def _columns(table: Table) -> list[Column]:
    columns = _cell_columns(table)
    if table.is_compared:
        columns += [
            Column(table.compared_title, _COUNT), Column(_("増減"), _SIGNED), Column(_("増減率(%)"), _PERCENT),
        ]  # fmt: skip
    if table.has_shares:
        columns += [
            Column(_("65歳以上"), _COUNT),
            Column(_("分母(年齢不明を除く)"), _COUNT),
            Column(_("65歳以上の割合(%、年齢不明を除く)"), _PERCENT),
            Column(_("分母(年齢不明を含む)"), _COUNT),
            Column(_("65歳以上の割合(%、年齢不明を含む)"), _PERCENT),
        ]
    return [*columns, *_break_columns(table)]


def _break_columns(table: AnyShown) -> list[Column]:
    return [Column(_("系列の切れ目(この行の上と下は比べられない)"))] if _has_breaks(table) else []


def _has_breaks(table: AnyShown) -> bool:
    return any(row.breaks for row in table.rows)


def _breaks(table: AnyShown, row: Row | MeasuredRow) -> list[Cell]:
    return [_("、").join(row.breaks)] if _has_breaks(table) else []


def _rows(table: Table) -> Iterator[Sequence[Cell]]:
    for row in (*table.rows, table.total):
        cells: list[Cell] = [row.code, row.label, *_cells(table, row), row.total]
        if table.is_compared:
            cells += [row.before, row.difference, row.change]
        if table.has_shares:
            seniors = row.seniors
            cells += [seniors.seniors, seniors.age_known, row.share_of_known, seniors.all, row.share_of_all]
        yield [*cells, *_breaks(table, row)]


def _cells(table: Table, row: Row) -> tuple[int, ...]:
    return row.cells if table.columns else ()


def _rows_before(table: Table) -> Iterator[Sequence[Cell]]:
    for row in (*table.rows, table.total):
        cells = row.cells_before if table.columns and row.cells_before else ()
        yield [row.code, row.label, *cells, row.before]


def _layer_rows(table: Table) -> Iterator[Sequence[Cell]]:
    for layer in table.layers:
        for row in (*layer.rows, layer.total):
            yield [layer.label, row.code, row.label, *_cells(table, row), row.total]


def _measured_columns(table: MeasuredTable) -> list[Column]:
    columns = [Column(_("コード")), Column(table.row_title)]
    columns += [Column(label, table.format) for label in table.columns]
    columns.append(Column(table.value_title, table.format))
    if table.is_compared:
        columns += [Column(table.compared_title, table.format), Column(_("増減"), table.format)]
    columns += [Column(detail.title, detail.format) for detail in table.details]
    return [*columns, *_break_columns(table)]


def _measured_rows(table: MeasuredTable) -> Iterator[Sequence[Cell]]:
    for row in (*table.rows, table.total):
        cells: list[Cell] = [row.code, row.label, *(row.cells if table.columns else ()), row.total]
        if table.is_compared:
            cells += [row.before, row.difference]
        yield [*cells, *row.details, *_breaks(table, row)]
