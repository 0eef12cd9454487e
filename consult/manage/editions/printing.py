"""A released edition in print: one document for page and paper, one workbook. Nothing is counted here.

Every number is the text that the gate released; a share is made of two numbers that stand there exactly. Why a number
is hidden is not said: whoever knows that it is small, or that it is not, knows more than what was released.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from consult.manage.editions.earlier import Earlier, name_of_period, of_year_before
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Paragraph, Picture, Table
from consult.shell.paper.charts import BarRow, bars

SHARE_FORMAT: Final = "0.0"
FEWEST_BARS: Final = 2
MOST_BARS: Final = 20
PICTURE_WIDTH: Final = 0.7


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
                *(block for found in sets_of(release) for block in _blocks(found)),
                *_activity(release),
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


def _activity(release: Release) -> Iterator[Block]:
    """Table 16, as it was published before this edition."""
    if (rows := _activity_rows(release)) and (activity := editions.activity_of(release)) is not None:
        yield Heading(_("16 講座・啓発の実績"))
        yield Paragraph(
            _("センターの活動の記録です(%(number)s)。相談の件数ではありません。")
            % {"number": activity.numbered}
        )
        yield Table(caption=_("施策の実績"), header=[_("施策"), _("実績")], rows=rows)


def _activity_rows(release: Release) -> list[list[str]]:
    """(施策, 「2回、31人」). Raises NotReleased where the log does not vouch for what was published."""
    activity = editions.activity_of(release)
    lines: dict[str, list[str]] = {}
    for one in reading.activity(activity) if activity is not None else ():
        value = f"{one.value:,}" if isinstance(one.value, int) else one.value
        lines.setdefault(one.label, []).append(f"{value}{one.unit}")
    return [[label, _("、").join(told)] for label, told in lines.items()]


def _left_out(release: Release) -> Iterator[Block]:
    lines = [_("表%(n)d: %(why)s") % {"n": number, "why": why} for number, why in editions.stays_out(release)]
    if lines:
        yield Heading(_("公表版に載せない表と数"))
        yield BulletList(lines)


@dataclass(frozen=True)
class Printed:
    """A table with what stands in columns beside it, alike but for what the numbers are: sums, means and medians.

    `before`: of which of them the year before stands there too, as it was published then.
    """

    table: PrintedTable
    beside: tuple[PrintedTable, ...] = ()
    before: tuple[PrintedTable, ...] = ()

    @property
    def name(self) -> str:
        return self.table.title if self.beside else self.table.named


def sets_of(release: Release) -> list[Printed]:
    """The tables of a release as they are printed. Raises NotReleased."""
    earlier = of_year_before(release)
    found = together(reading.tables(release))
    return [replace(one, before=_before(one, earlier)) for one in found]


def together(tables: Sequence[PrintedTable]) -> list[Printed]:
    """Each table, those of one column that belong to one table of the release side by side."""
    found: list[Printed] = []
    for table in tables:
        is_more = bool(found) and table.of != Of.COUNT and found[-1].table.place == table.place
        if is_more and not table.withheld and _is_narrow(table):
            found[-1] = replace(found[-1], beside=(*found[-1].beside, table))
        else:
            found.append(Printed(table))
    return found


def _is_narrow(table: PrintedTable) -> bool:
    return len(table.columns) == len(table.layers) == 1


def _before(printed: Printed, earlier: Earlier) -> tuple[PrintedTable, ...]:
    """Of counts the counts, of yen means and medians: what a reader compares."""
    table = printed.table
    if table.withheld or not _is_narrow(table):
        return ()
    kinds = (Of.MEAN, Of.MEDIAN) if table.is_of_money else (Of.COUNT,)
    return tuple(earlier[table.place, of] for of in kinds if (table.place, of) in earlier)


def _blocks(printed: Printed) -> Iterator[Block]:
    yield Heading(printed.name)
    if printed.table.withheld:
        yield Paragraph(withheld_text(printed.table))
        return
    for grid in grids(printed):
        yield Table(
            caption=grid.caption,
            header=grid.header,
            rows=[[label, *cells] for label, cells in grid.texts()],
            numeric=frozenset(range(1, len(grid.header))),
            lead=2 if len(grid.header) < 10 else 3,
        )
        if not grid.rows:
            yield Paragraph(_("載せる件数がありません。"))
        yield from _picture(grid)


def _picture(grid: "Grid") -> Iterator[Block]:
    """Bars of a column of counts, of what is printed as it is and of nothing else."""
    rows = grid.bars()
    if len(rows) < FEWEST_BARS:
        return
    name = name_of_period(grid.before[0]) if grid.before else ""
    drawn = bars(
        grid.caption,
        rows[:MOST_BARS],
        label_head=grid.header[0],
        value_head=grid.table.unit,
        before_head=name,
        alt=_("%(title)sの棒グラフ。数は、上の表と同じです。") % {"title": grid.caption},
    )
    yield Picture(drawn.title, drawn.alt, drawn.svg, width=PICTURE_WIDTH)
    yield Paragraph(
        _("図は、そのまま公表した数だけで描いています。「%(mark)s」の区分はありません。")
        % {"mark": reading.HIDDEN_MARK}
    )


def withheld_text(table: PrintedTable) -> str:
    """That a table, or its yen alone, is not published, and why."""
    told = _("この表は公表しません。%(why)s") if table.of == Of.COUNT else _("金額は公表しません。%(why)s")
    return told % {"why": table.withheld}


class Grid:
    """Rows × columns of one layer, without the rows whose every number is a printed 0."""

    def __init__(self, printed: Printed, layer: int) -> None:
        self.table, self.layer, self.beside, self.before = (
            printed.table, layer, printed.beside, printed.before,
        )  # fmt: skip
        table, beside = self.table, self.beside
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
        earlier = [
            _("%(period)sの%(what)s") % {"period": name_of_period(one), "what": one.unit}
            for one in self.before
        ]
        self.header = [first, *across, *([_("構成比(%)")] if self.has_shares else []), *earlier]

    def _is_zero(self, row: int) -> bool:
        return all(of[self.layer].low == of[self.layer].high == 0 for of in self.table.cells[row])

    def cells(self, row: int) -> list[PrintedCell]:
        """The numbers of a row from left to right."""
        return [of[self.layer] for table in (self.table, *self.beside) for of in table.cells[row]]

    def earlier(self, row: int) -> list[PrintedCell | None]:
        """What was published of the row a year before; None where it had no such row."""
        code = self.table.rows[row].code
        at = [{heading.code: n for n, heading in enumerate(one.rows)}.get(code) for one in self.before]
        return [None if n is None else one.cells[n][0][0] for one, n in zip(self.before, at, strict=True)]

    def bars(self) -> list[BarRow]:
        """What can be drawn: parts of the whole that are printed as they are; none where the table is of yen."""
        if not self.has_shares:
            return []
        found = []
        for row in self.rows:
            value = exact(self.cells(row)[0])
            if value is None or self.table.rows[row].is_total:
                continue
            before = next(iter(self.earlier(row)), None)
            label = _label(self.table.rows[row].label)
            found.append(BarRow(label, value, None if before is None else exact(before)))
        return found

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
            before = ["—" if cell is None else cell.text for cell in self.earlier(row)]
            yield (
                _label(self.table.rows[row].label),
                [*(cell.text for cell in self.cells(row)), *shares, *before],
            )

    def values(self) -> Iterator[list[Cell]]:
        """The same for a workbook: what is printed as it is stays a number."""
        for row in self.rows:
            yield [
                _label(self.table.rows[row].label),
                *map(_value, self.cells(row)),
                *([self.share(row)] if self.has_shares else []),
                *map(_value, self.earlier(row)),
            ]


def _value(cell: PrintedCell | None) -> Cell:
    if cell is None:
        return "—"
    number = exact(cell)
    return cell.text if number is None else number


def grids(printed: Printed) -> list[Grid]:
    """One for each code of the third dimension, its total last."""
    return [Grid(printed, layer) for layer in range(len(printed.table.layers))]


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
            Stack(one.name, [Part((), above=[one.name]), *_parts(one)]) for one in sets_of(release)
        ]
        if rows := _activity_rows(release):
            name = _("16 講座・啓発の実績")
            sheets.append(Sheet(name, [Column(_("施策"), width=40), Column(_("実績"), width=40)], rows))
        out = [(_("表%(n)d") % {"n": number}, why) for number, why in editions.stays_out(release)]
        told = [(_("題"), release.title), *reading.said(release), *out]
        lines = [*told, *((_("件数の出し方"), line) for line in (*reading.rule(release), mark_line()))]
        columns = [Column(_("項目"), width=20), Column(_("内容"), width=100)]
        return write_xlsx([*sheets, Sheet(_("定義"), columns, lines)])


def _parts(printed: Printed) -> Iterator[Part]:
    if printed.table.withheld:
        yield Part((), above=[withheld_text(printed.table)])
    yield from map(_part, grids(printed))


def _part(grid: Grid) -> Part:
    formats = [
        "",
        *(["#,##0"] * (len(grid.table.columns) + len(grid.beside))),
        *([SHARE_FORMAT] if grid.has_shares else []),
        *(["#,##0"] * len(grid.before)),
    ]
    columns = [Column(title, form) for title, form in zip(grid.header, formats, strict=True)]
    return Part(columns, list(grid.values()), above=[grid.caption])
