"""What was published, as a file: the printed numbers and what travels with them, nothing that stayed inside."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import PrintedTable
from cases.files.csv_out import Cell, CsvEncoding, write_csv
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from cases.protection import audit
from consult.manage import exports
from consult.manage.exports import Export
from consult.manage.numbers import sent
from consult.manage.releases import listed
from consult.manage.releases.pages import ReleaseView
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE

ENCODINGS: Final[dict[str, CsvEncoding]] = {exports.CSV: "utf-8-sig", exports.CSV_CP932: "cp932"}


class ReleaseFile(ReleaseView):
    """The tables as they were published."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID, form: str) -> HttpResponseBase:
        release = self.find(uid)
        if form not in exports.FORMATS or not release.is_released or listed.is_single(release):
            raise Http404
        with translation.override(
            settings.LANGUAGE_CODE
        ):  # as published, whatever the language of the reader
            file = file_of(form, release)
        audit.record("RELEASE_EXPORTED", by=self.actor, centre=release.centre, reason=f"{form} {release.uid}")
        return sent(file)


def file_of(form: str, release: Release) -> Export:
    """Raises NotReleased."""
    tables = reading.tables(release)
    told = [(_("題"), release.title), *reading.said(release)]
    name = _("公表_%(number)s") % {"number": release.numbered}
    if form == exports.XLSX:
        sheets = [
            *(
                Sheet(table.named or _("表%(n)d") % {"n": number}, _columns(table), list(_rows(table)))
                for number, table in enumerate(tables, start=1)
            ),
            Sheet(_("定義"), [Column(_("項目"), width=20), Column(_("内容"), width=100)], told),
        ]
        return Export(f"{name}.xlsx", XLSX_TYPE, write_xlsx(sheets))
    rows = list(_all_rows(tables, told))
    encoding = ENCODINGS[form]
    unwritable = write_csv(rows, encoding=encoding).unwritable
    if form == exports.CSV_CP932:
        rows.append([_("文字コード"), exports.unwritable_text(unwritable)])
    kind = f"text/csv; charset={'shift_jis' if form == exports.CSV_CP932 else 'utf-8'}"
    return Export(f"{name}.csv", kind, write_csv(rows, encoding=encoding).data, unwritable)


def _all_rows(tables: Sequence[PrintedTable], told: Sequence[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    """The header of the first table in line 1, as a table begins."""
    for n, table in enumerate(tables):
        if n:
            yield []
            yield [table.named]
        yield [column.title for column in _columns(table)]
        yield from _rows(table)
    yield []
    yield from told


def _columns(table: PrintedTable) -> list[Column]:
    titles = [table.dimensions[0]] if table.dimensions else [""]
    if len(table.layers) > 1:
        titles = [table.dimensions[2], *titles]
    across = (
        [column.label or _("合計") for column in table.columns] if len(table.columns) > 1 else [table.unit]
    )
    return [Column(title) for title in (*titles, *across)]


def _rows(table: PrintedTable) -> Iterator[Sequence[Cell]]:
    """A number that was printed as it is stays a number; what is hidden or rounded is the text that was printed."""
    for at, layer in enumerate(table.layers):
        for r, row in enumerate(table.rows):
            cells: list[Cell] = [
                cell.low if cell.low is not None and cell.low == cell.high else cell.text
                for cell in (table.cells[r][c][at] for c in range(len(table.columns)))
            ]
            named: list[Cell] = [row.label or _("合計")]
            yield [*([layer.label or _("合計")] if len(table.layers) > 1 else []), *named, *cells]
