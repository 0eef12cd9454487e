"""A release as the page lays it out: every table in the ways it can be read, and each hidden number with its reason."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.releases import reading
from cases.figures.releases.cells import Heading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import PrintedCell, PrintedTable
from cases.gate.rounding import rounded
from consult.shell.fields import Label

PRINTED: Final = "printed"
STAFF: Final = "staff"
COMPUTED: Final = "computed"
ROUNDED: Final = "rounded"
TITLES: Final[dict[str, Label]] = {
    PRINTED: gettext_lazy("公表される表"),
    STAFF: gettext_lazy("職員が見る表"),
    COMPUTED: gettext_lazy("読む人に計算できる範囲"),
    ROUNDED: gettext_lazy("丸めた場合の見え方"),
}
NOTES: Final[dict[str, Label]] = {
    PRINTED: gettext_lazy("この形で外に出ます。●は非公表です"),
    STAFF: gettext_lazy("庁内だけの件数です。枠で囲んだ件数は公表されません"),
    COMPUTED: gettext_lazy("公表されたすべての数を足し引きして分かる範囲です"),
    ROUNDED: gettext_lazy("実際には、判定してさらに伏せる数が出ることがあります"),
}
# What a cell is: it decides how it looks, never what it says.
HIDDEN: Final = "hidden"
KEPT_BACK: Final = "kept-back"
RANGE: Final = "range"


@dataclass(frozen=True)
class ShownCell:
    text: str
    kind: str = ""


@dataclass(frozen=True)
class ShownRow:
    label: str
    is_total: bool
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class Grid:
    """Rows × columns of one code of the third dimension; `label` is empty where there is none."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True)
class Pane:
    """One of the ways to read a table."""

    key: str
    title: str
    note: str
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class HiddenNumber:
    """A number that is not printed: where it stands, the count, why, and what a reader can still compute."""

    place: str
    count: str
    why: str
    computed: str


@dataclass(frozen=True)
class ShownTable:
    """`reasons` counts the hidden numbers by their reason, most first."""

    number: int
    title: str
    head: str
    panes: tuple[Pane, ...]
    hidden: tuple[HiddenNumber, ...]
    reasons: tuple[tuple[str, int], ...]
    numbers: int
    withheld: str = ""
    unit: str = ""

    @property
    def printed(self) -> int:
        return self.numbers - len(self.hidden)


@dataclass(frozen=True)
class Readings:
    """The same tables four times: as printed, as counted, as a reader can compute them, and rounded."""

    printed: Sequence[PrintedTable]
    staff: Sequence[PrintedTable]
    computed: Sequence[PrintedTable]


def tables_of(release: Release, reader: str, *, rounded_to: int | None = None) -> list[ShownTable]:
    """Every table of a judged or published release, in Japanese, as it is published.

    `reader` is whose computing is shown; `rounded_to` adds how the counts would look if they were rounded.
    Raises NotReleased where it is not judged, or not what the log says was published.
    """
    if release.is_released:
        reading.require_out(release)
    with translation.override(settings.LANGUAGE_CODE):
        found = Readings(
            reading.tables(release) if release.is_released else reading.preview(release),
            reading.staff(release),
            reading.attacker(release, reader),
        )
    return [
        _shown(number, *three, rounded_to=rounded_to)
        for number, three in enumerate(zip(found.printed, found.staff, found.computed, strict=True), start=1)
    ]


def _shown(
    number: int,
    printed: PrintedTable,
    staff: PrintedTable,
    computed: PrintedTable,
    *,
    rounded_to: int | None,
) -> ShownTable:
    looks: dict[str, Callable[[int, int, int], ShownCell]] = {
        PRINTED: lambda r, c, at: _printed(printed.cells[r][c][at]),
        STAFF: lambda r, c, at: _counted(staff.cells[r][c][at], printed.cells[r][c][at]),
        COMPUTED: lambda r, c, at: _computed(computed.cells[r][c][at], printed.cells[r][c][at]),
    }
    if rounded_to is not None and not printed.is_of_money:
        looks[ROUNDED] = lambda r, c, at: ShownCell(
            rounded(staff.cells[r][c][at].low or 0, rounded_to).printed
        )
    if printed.withheld:
        return ShownTable(number, printed.named, "", (), (), (), 0, withheld=printed.withheld)
    hidden = tuple(_hidden(printed, staff, computed))
    return ShownTable(
        number,
        printed.named,
        printed.dimensions[0] if printed.dimensions else "",
        tuple(
            Pane(key, str(TITLES[key]), str(NOTES[key]), tuple(_grids(printed, look)))
            for key, look in looks.items()
        ),
        hidden,
        tuple(Counter(one.why for one in hidden).most_common()),
        len(printed.rows) * len(printed.columns) * len(printed.layers),
        unit=printed.unit,
    )


def _grids(table: PrintedTable, look: Callable[[int, int, int], ShownCell]) -> list[Grid]:
    """The whole first, then one for each code of the third dimension."""
    order = [len(table.layers) - 1, *range(len(table.layers) - 1)]
    columns = tuple(_named(heading) for heading in table.columns)
    has_layers = len(table.layers) > 1
    return [
        Grid(
            (_("合計") if at == order[0] else table.layers[at].label) if has_layers else "",
            columns,
            tuple(
                ShownRow(_named(row), row.is_total, tuple(look(r, c, at) for c in range(len(table.columns))))
                for r, row in enumerate(table.rows)
            ),
        )
        for at in order
    ]


def _named(heading: Heading) -> str:
    return heading.label or _("合計")


def _printed(cell: PrintedCell) -> ShownCell:
    return ShownCell(cell.text, HIDDEN if cell.is_hidden else "")


def _counted(cell: PrintedCell, printed: PrintedCell) -> ShownCell:
    return ShownCell(cell.text, KEPT_BACK if printed.is_hidden else "")


def _computed(cell: PrintedCell, printed: PrintedCell) -> ShownCell:
    return ShownCell(cell.text, RANGE if printed.is_hidden else "")


def _hidden(printed: PrintedTable, staff: PrintedTable, computed: PrintedTable) -> list[HiddenNumber]:
    found = []
    for r, row in enumerate(printed.rows):
        for c, column in enumerate(printed.columns):
            for at, layer in enumerate(printed.layers):
                cell = printed.cells[r][c][at]
                if not cell.is_hidden:
                    continue
                parts = [row]
                parts += [column] if len(printed.columns) > 1 else []
                parts += [layer] if len(printed.layers) > 1 else []
                found.append(
                    HiddenNumber(
                        " × ".join(_named(part) for part in parts),
                        staff.cells[r][c][at].text,
                        cell.why,
                        computed.cells[r][c][at].text,
                    )
                )
    return found
