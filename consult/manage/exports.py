"""The page's table as a file for the centre's own use: same numbers, same definition, counts not suppressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.models import PublishedFigure
from cases.figures.published import plain
from cases.files.csv_out import Cell, CsvEncoding, write_csv
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from consult.manage import sheets
from consult.manage.asking import Asked
from consult.manage.definitions import Line
from consult.manage.shown import AnyShown
from consult.shell.attached import XLSX_TYPE

XLSX: Final = "xlsx"
CSV: Final = "csv"
CSV_CP932: Final = "csv-cp932"
FORMATS: Final = (XLSX, CSV, CSV_CP932)


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
    form: str, asked: Asked, table: AnyShown, lines: Sequence[Line], published: Sequence[PublishedFigure]
) -> Export:
    """The table as `form` (one of FORMATS). Raises ValueError for another one."""
    subject = _("集計_庁内用")
    name = f"{subject}_{asked.since:%Y%m%d}-{asked.until:%Y%m%d}"
    return export_as(form, name, table, lines, published)


def export_as(
    form: str, name: str, table: AnyShown, lines: Sequence[Line], published: Sequence[PublishedFigure]
) -> Export:
    """The same under another name. Raises ValueError for a form that is none of FORMATS."""
    if form not in FORMATS:
        raise ValueError("no such format")
    told = [internal_line(), *lines]
    if form == XLSX:
        return Export(f"{name}.xlsx", XLSX_TYPE, write_xlsx(_sheets(table, told, published)))
    return _csv(name, "cp932" if form == CSV_CP932 else "utf-8-sig", table, told, published)


def _csv(
    name: str,
    encoding: CsvEncoding,
    table: AnyShown,
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


def unwritable_in(table: AnyShown, lines: Sequence[Line], published: Sequence[PublishedFigure]) -> int:
    """How many characters the file in CP932 will lack: to be told before it is taken. Numbers it can all write."""
    rows = _all_rows(table, [internal_line(), *lines], published)
    return write_csv(
        ([cell for cell in row if isinstance(cell, str)] for row in rows), encoding="cp932"
    ).unwritable


def unwritable_text(count: int) -> str:
    return _("Shift_JIS(CP932)で表せず〓にした文字 %(n)d字") % {"n": count}


def _all_rows(
    table: AnyShown, told: Sequence[Line], published: Sequence[PublishedFigure]
) -> Iterator[Sequence[Cell]]:
    for n, sheet in enumerate(sheets.sheets_of(table)):
        if n:  # the first begins in line 1, as a table does
            yield []
            yield [sheet.name]
        yield [column.title for column in sheet.columns]
        yield from sheet.rows
    yield []
    yield from ([line.label, line.text] for line in told)
    if published:
        yield []
        yield [column.title for column in _published_columns()]
        yield from _published_rows(published)


def _sheets(table: AnyShown, told: Sequence[Line], published: Sequence[PublishedFigure]) -> list[Sheet]:
    found = [
        *sheets.sheets_of(table),
        Sheet(
            _("定義"),
            [Column(_("項目"), width=20), Column(_("内容"), width=100)],
            [(line.label, line.text) for line in told],
        ),
    ]
    if published:
        found.append(Sheet(_("公表値(参考)"), _published_columns(), _published_rows(published)))
    return found


def _published_columns() -> list[Column]:
    titles = (_("公表値(参考)"), _("年・年度"), _("値"), _("単位"), _("定義"), _("出典"))
    return [Column(title) for title in titles]


def _published_rows(published: Sequence[PublishedFigure]) -> list[Sequence[Cell]]:
    return [(row.name, row.year, plain(row.value), row.unit, row.definition, row.source) for row in published]
