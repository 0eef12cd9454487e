"""The page's table as a file for the centre's own use: same numbers, same definition, counts not suppressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.models import PublishedFigure
from cases.files.csv_out import Cell, CsvEncoding, write_csv
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from consult.manage.asking import Asked
from consult.manage.definitions import Line
from consult.manage.tables import Row, Table

XLSX: Final = "xlsx"
CSV: Final = "csv"
CSV_CP932: Final = "csv-cp932"
FORMATS: Final = (XLSX, CSV, CSV_CP932)
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COUNT: Final = "#,##0"
_PERCENT: Final = "0.0"


@dataclass(frozen=True)
class Export:
    """A file to send. `unwritable` counts characters that its encoding lacks (〓 in the file)."""

    name: str
    content_type: str
    data: bytes
    unwritable: int = 0


def internal_line() -> Line:
    """Said in every file."""
    return Line(_("取扱い"), _("庁内用。少数の件数を伏せていません。外部に出さないでください。"))


def export(
    form: str, asked: Asked, table: Table, lines: Sequence[Line], published: Sequence[PublishedFigure]
) -> Export:
    """The table as `form` (one of FORMATS). Raises ValueError for another one."""
    if form not in FORMATS:
        raise ValueError("no such format")
    told = [internal_line(), *lines]
    subject = _("集計_庁内用")
    name = f"{subject}_{asked.since:%Y%m%d}-{asked.until:%Y%m%d}"
    if form == XLSX:
        return Export(f"{name}.xlsx", XLSX_TYPE, write_xlsx(_sheets(table, told, published)))
    return _csv(name, "cp932" if form == CSV_CP932 else "utf-8-sig", table, told, published)


def _csv(
    name: str,
    encoding: CsvEncoding,
    table: Table,
    told: Sequence[Line],
    published: Sequence[PublishedFigure],
) -> Export:
    """A table with its header in line 1, then the definition. A file in CP932 says how much it could not write."""
    kind = f"text/csv; charset={'shift_jis' if encoding == 'cp932' else 'utf-8'}"
    rows = list(_all_rows(table, told, published))
    unwritable = write_csv(rows, encoding=encoding).unwritable
    if encoding == "cp932":
        rows.append([_("文字コード"), unwritable_text(unwritable)])
    return Export(f"{name}.csv", kind, write_csv(rows, encoding=encoding).data, unwritable)


def unwritable_text(count: int) -> str:
    return _("Shift_JIS(CP932)で表せず〓にした文字 %(n)d字") % {"n": count}


def _all_rows(
    table: Table, told: Sequence[Line], published: Sequence[PublishedFigure]
) -> Iterator[Sequence[Cell]]:
    yield [column.title for column in _columns(table)]
    yield from _rows(table)
    yield []
    yield from ([line.label, line.text] for line in told)
    if published:
        yield []
        yield [column.title for column in _published_columns()]
        yield from _published_rows(published)


def _sheets(table: Table, told: Sequence[Line], published: Sequence[PublishedFigure]) -> list[Sheet]:
    sheets = [
        Sheet(_("集計"), _columns(table), _rows(table)),
        Sheet(_("前年同期"), _cell_columns(table, with_total=True), _rows_before(table)),
        Sheet(
            _("定義"),
            [Column(_("項目"), width=20), Column(_("内容"), width=100)],
            [(line.label, line.text) for line in told],
        ),
    ]
    if published:
        sheets.append(Sheet(_("公表値(参考)"), _published_columns(), _published_rows(published)))
    return sheets


def _cell_columns(table: Table, *, with_total: bool) -> list[Column]:
    columns = [Column(_("コード")), Column(table.row_title)]
    columns += [Column(label, _COUNT) for label in table.columns]
    return [*columns, Column(_("合計"), _COUNT)] if with_total else columns


def _columns(table: Table) -> list[Column]:
    columns = [
        *_cell_columns(table, with_total=True),
        Column(_("前年同期"), _COUNT),
        Column(_("増減"), "+#,##0;-#,##0;0"),
        Column(_("増減率(%)"), _PERCENT),
    ]
    if table.has_shares:
        columns += [
            Column(_("65歳以上"), _COUNT),
            Column(_("分母(年齢不明を除く)"), _COUNT),
            Column(_("65歳以上の割合(%、年齢不明を除く)"), _PERCENT),
            Column(_("分母(年齢不明を含む)"), _COUNT),
            Column(_("65歳以上の割合(%、年齢不明を含む)"), _PERCENT),
        ]
    return columns


def _rows(table: Table) -> Iterator[Sequence[Cell]]:
    for row in (*table.rows, table.total):
        cells: list[Cell] = [row.code, row.label, *_cells(table, row), row.total]
        cells += [row.before, row.difference, row.change]
        if table.has_shares:
            seniors = row.seniors
            cells += [seniors.seniors, seniors.age_known, row.share_of_known, seniors.all, row.share_of_all]
        yield cells


def _cells(table: Table, row: Row) -> tuple[int, ...]:
    return row.cells if table.columns else ()


def _rows_before(table: Table) -> Iterator[Sequence[Cell]]:
    for row in (*table.rows, table.total):
        yield [row.code, row.label, *(row.cells_before if table.columns else ()), row.before]


def _published_columns() -> list[Column]:
    titles = (_("公表値(参考)"), _("年・年度"), _("値"), _("単位"), _("定義"), _("出典"))
    return [Column(title) for title in titles]


def _published_rows(published: Sequence[PublishedFigure]) -> list[Sequence[Cell]]:
    return [(row.name, row.year, plain(row.value), row.unit, row.definition, row.source) for row in published]


def plain(value: Decimal) -> Decimal:
    """2655.0000 → 2655, 21.7000 → 21.7, never 2.65E+3."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
