"""A released edition in print: one document for page and paper, one workbook. Nothing is counted here.

Every number is the text that the gate released; a share is made of two numbers that stand there exactly. Why a number
is hidden is not said: whoever knows that it is small, or that it is not, knows more than what was released.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import Of, PrintedCell, PrintedTable
from cases.figures.reports.lines import percent
from cases.files.csv_out import Cell
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx
from cases.services import editions
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Paragraph, Table

SHARE_FORMAT: Final = "0.0"


def document_of(release: Release) -> Document:
    """Raises NotReleased."""
    with translation.override(settings.LANGUAGE_CODE):
        centre = str(release.centre)
        about = [f"{label}: {text}" for label, text in reading.said(release)]
        return Document(
            title=release.title,
            issue=release.numbered,
            dated=release.numbered,
            issuer=centre,
            contact=centre,
            is_dense=True,
            blocks=[
                Notice(_("読むときに"), [*about, mark_line(), _("すべての欄が0件の区分は省いています。")]),
                *(block for found in together(reading.tables(release)) for block in _blocks(*found)),
                *_left_out(release),
                Heading(_("件数の出し方")),
                BulletList(reading.rule(release)),
            ],
        )


def mark_line() -> str:
    """What the mark of a hidden number means."""
    return _("「%(mark)s」は、個人が分かるおそれがあるため公表しない数です。0とは限りません。") % {
        "mark": reading.HIDDEN_MARK
    }


def _left_out(release: Release) -> Iterator[Block]:
    lines = [_("表%(n)d: %(why)s") % {"n": number, "why": why} for number, why in editions.stays_out(release)]
    if lines:
        yield Heading(_("公表版に載せない表と数"))
        yield BulletList(lines)


def together(tables: Sequence[PrintedTable]) -> Iterator[tuple[PrintedTable, list[PrintedTable]]]:
    """Each table with those that are printed in columns beside it: sums, means and medians of one column of counts."""
    found: list[tuple[PrintedTable, list[PrintedTable]]] = []
    for table in tables:
        is_narrow = len(table.columns) == len(table.layers) == 1
        if found and is_narrow and table.of != Of.COUNT and found[-1][0].place == table.place:
            found[-1][1].append(table)
        else:
            found.append((table, []))
    yield from found


def _blocks(table: PrintedTable, beside: Sequence[PrintedTable]) -> Iterator[Block]:
    yield Heading(table.title if beside else table.named)
    if table.withheld:
        yield Paragraph(withheld_text(table))
        return
    for grid in grids(table, beside):
        yield Table(
            caption=grid.caption,
            header=grid.header,
            rows=[[label, *cells] for label, cells in grid.texts()],
            numeric=frozenset(range(1, len(grid.header))),
            lead=2 if len(grid.header) < 10 else 3,
        )
        if not grid.rows:
            yield Paragraph(_("載せる件数がありません。"))


def withheld_text(table: PrintedTable) -> str:
    """That a table, or its yen alone, is not published, and why."""
    told = _("この表は公表しません。%(why)s") if table.of == Of.COUNT else _("金額は公表しません。%(why)s")
    return told % {"why": table.withheld}


class Grid:
    """Rows × columns of one layer, without the rows whose every number is a printed 0.

    `beside` are tables of one column each, alike but for what their numbers are.
    """

    def __init__(self, table: PrintedTable, layer: int, beside: Sequence[PrintedTable] = ()) -> None:
        self.table, self.layer, self.beside = table, layer, beside
        heading = table.layers[layer]
        by = _("%(by)s別の%(what)s") % {
            "by": "×".join(table.dimensions[:2]),
            "what": _("件数と金額") if beside else table.unit,
        }
        self.caption = by if len(table.layers) == 1 else f"{by} {_label(heading.label)}"
        self.rows = [n for n, row in enumerate(table.rows) if row.is_total or not self._is_zero(n)]
        self.has_shares = len(table.columns) == 1 and not table.is_of_money
        across = (
            [_label(column.label) for column in table.columns] if len(table.columns) > 1 else [table.unit]
        )
        across += [one.unit for one in beside]
        first = table.dimensions[0] if table.dimensions else ""
        self.header = [first, *across, *([_("構成比(%)")] if self.has_shares else [])]

    def _is_zero(self, row: int) -> bool:
        return all(of[self.layer].low == of[self.layer].high == 0 for of in self.table.cells[row])

    def cells(self, row: int) -> list[PrintedCell]:
        """The numbers of a row from left to right."""
        return [of[self.layer] for table in (self.table, *self.beside) for of in table.cells[row]]

    def share(self, row: int) -> Decimal | None:
        """In percent of the whole, where both numbers are printed as they are."""
        whole = next((n for n, heading in enumerate(self.table.rows) if heading.is_total), None)
        if not self.has_shares or whole is None:
            return None
        part, total = exact(self.cells(row)[0]), exact(self.cells(whole)[0])
        return None if part is None or total is None else percent(part, total)

    def texts(self) -> Iterator[tuple[str, list[str]]]:
        """(label, what is printed) of each row."""
        for row in self.rows:
            share = self.share(row)
            shares = ["—" if share is None else str(share)] if self.has_shares else []
            yield _label(self.table.rows[row].label), [*(cell.text for cell in self.cells(row)), *shares]

    def values(self) -> Iterator[list[Cell]]:
        """The same for a workbook: what is printed as it is stays a number."""
        for row in self.rows:
            numbers: list[Cell] = []
            for cell in self.cells(row):
                number = exact(cell)
                numbers.append(cell.text if number is None else number)
            yield [
                _label(self.table.rows[row].label), *numbers, *([self.share(row)] if self.has_shares else []),
            ]  # fmt: skip


def grids(table: PrintedTable, beside: Sequence[PrintedTable] = ()) -> list[Grid]:
    """One for each code of the third dimension, its total last."""
    return [Grid(table, layer, beside) for layer in range(len(table.layers))]


def _label(label: str) -> str:
    return label or _("合計")


def exact(cell: PrintedCell) -> int | None:
    """The number of a cell that is printed as it is."""
    return cell.low if cell.is_exact else None


def workbook_of(release: Release) -> bytes:
    """One sheet for each table, then what travels with the numbers. The same release gives the same bytes.

    Raises NotReleased.
    """
    with translation.override(settings.LANGUAGE_CODE):
        sheets: list[Sheet | Stack] = [
            Stack(name, [Part((), above=[name]), *_parts(table, beside)])
            for table, beside in together(reading.tables(release))
            for name in [table.title if beside else table.named]
        ]
        out = [(_("表%(n)d") % {"n": number}, why) for number, why in editions.stays_out(release)]
        told = [(_("題"), release.title), *reading.said(release), *out]
        lines = [*told, *((_("件数の出し方"), line) for line in (*reading.rule(release), mark_line()))]
        columns = [Column(_("項目"), width=20), Column(_("内容"), width=100)]
        return write_xlsx([*sheets, Sheet(_("定義"), columns, lines)])


def _parts(table: PrintedTable, beside: Sequence[PrintedTable]) -> Iterator[Part]:
    if table.withheld:
        yield Part((), above=[withheld_text(table)])
    yield from map(_part, grids(table, beside))


def _part(grid: Grid) -> Part:
    formats = [
        "",
        *(["#,##0"] * (len(grid.table.columns) + len(grid.beside))),
        *([SHARE_FORMAT] if grid.has_shares else []),
    ]
    columns = [Column(title, form) for title, form in zip(grid.header, formats, strict=True)]
    return Part(columns, list(grid.values()), above=[grid.caption])
