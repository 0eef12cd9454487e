"""施策×年度: what stands in each year, what adds up, and the indicators beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Centre
from outreach.lectures.kinds import IN_TOTAL, NUMBERS, Kind
from outreach.lectures.models import Lecture
from outreach.programme import sections
from outreach.programme.models import Kpi, ProgrammeLine


@dataclass(frozen=True)
class Totals:
    """Sums over the lines with `in_total` alone; a line without a number adds nothing."""

    sessions: int
    people: int


@dataclass(frozen=True)
class Programme:
    """One 年度 of one centre: stored lines, the lectures recorded here, and both added up."""

    fiscal_year: int
    lines: Sequence[ProgrammeLine]
    own: Sequence[ProgrammeLine]
    kpis: Sequence[Kpi] = field(default=())

    @property
    def rows(self) -> list[ProgrammeLine]:
        return [*self.lines, *self.own]

    @property
    def totals(self) -> Totals:
        counted = [line for line in self.rows if line.in_total]
        return Totals(sum(line.sessions or 0 for line in counted), sum(line.people or 0 for line in counted))


def programme_of(centre: Centre, fiscal_year: int) -> Programme:
    """Three queries."""
    return Programme(
        fiscal_year=fiscal_year,
        lines=list(ProgrammeLine.objects.filter(centre=centre, fiscal_year=fiscal_year)),
        own=own_lectures(centre, fiscal_year, fiscal_year),
        kpis=kpis_in(centre, fiscal_year),
    )


def own_lectures(centre: Centre, first: int, last: int) -> list[ProgrammeLine]:
    """The results recorded in this product, one unsaved line per 年度 and kind; one query.

    Only talks and events count in the totals. Hand-outs and films stand beside them with their own unit: a view is
    nobody who came.
    """
    start, end = calendar.fiscal_year_range(first)[0], calendar.fiscal_year_range(last)[1]
    done = Lecture.objects.filter(centre=centre, state=Lecture.State.DONE).held_in(start, end)
    sums: dict[tuple[int, str], Counter[str]] = {}
    for held_on, kind, *numbers in done.values_list("held_on", "result_kind", *_COUNTED):
        counted = sums.setdefault((calendar.fiscal_year(held_on), kind), Counter())
        # Only what was counted: a line without a number is not a line with 0.
        counted.update({name: n for name, n in zip(_COUNTED, numbers, strict=True) if n is not None})
    return [
        ProgrammeLine(
            centre=centre,
            fiscal_year=year,
            measure=_("出前講座(実施の記録から)"),
            kind=str(Kind(kind).label),
            sessions=counted["sessions"],
            people=counted.get("people"),
            quantity=_quantity(counted),
            unit=_unit(kind, counted),
            in_total=kind in IN_TOTAL,
        )
        for (year, kind), counted in sorted(sums.items(), key=lambda item: item[0])
    ]


_COUNTED: Final = ("sessions", "people", "quantity", "views")


def _quantity(counted: Counter[str]) -> Decimal | None:
    """Of a hand-out its copies, else the views of what can be seen again."""
    found = counted.get("quantity", counted.get("views"))
    return None if found is None else Decimal(found)


def _unit(kind: str, counted: Counter[str]) -> str:
    if "quantity" in counted:
        return str(NUMBERS[kind].unit)
    return _("回視聴") if "views" in counted else ""


def kpis_in(centre: Centre, fiscal_year: int) -> list[Kpi]:
    """Of each indicator the newest value known by then; one without a year is always known."""
    found = Kpi.objects.filter(Q(year__isnull=True) | Q(year__lte=fiscal_year), centre=centre)
    newest: dict[str, Kpi] = {}
    for row in sorted(found, key=lambda row: row.year or 0):
        newest[row.name] = row
    return sorted(newest.values(), key=lambda row: (row.position, row.pk))


@dataclass(frozen=True)
class MatrixRow:
    """One 施策 over the years; `cells` align with the years of the matrix, None where nothing stands.

    `section` is what it is called in the last of these years, `formerly` what it was called in earlier ones.
    """

    measure: str
    section: str
    formerly: str
    kind: str
    unit: str
    cells: Sequence[ProgrammeLine | None]


@dataclass(frozen=True)
class Matrix:
    years: Sequence[int]
    rows: Sequence[MatrixRow]
    totals: Sequence[Totals]

    @property
    def lines(self) -> list[ProgrammeLine]:
        return [line for row in self.rows for line in row.cells if line is not None]


def matrix_of(centre: Centre) -> Matrix:
    """Every year that has a line or a lecture's result; a section that was renamed is one. Three queries."""
    names = sections.names_of(centre)
    stored = list(ProgrammeLine.objects.filter(centre=centre))
    this_year = calendar.fiscal_year(calendar.today())
    first = min([line.fiscal_year for line in stored] + [this_year - 4])
    lines = [*stored, *own_lectures(centre, first, this_year)]
    years = sorted({line.fiscal_year for line in lines})
    by_key: dict[tuple[Any, ...], dict[int, ProgrammeLine]] = {}
    for line in lines:
        key = (line.measure, names.keys(line.section), line.kind, line.unit, line.occurrence)
        by_key.setdefault(key, {})[line.fiscal_year] = line
    rows = [
        MatrixRow(measure, *_called(by_year, names), kind, unit, [by_year.get(year) for year in years])
        for (measure, _section, kind, unit, _n), by_year in by_key.items()
    ]
    totals = [
        Programme(year, [line for line in lines if line.fiscal_year == year], ()).totals for year in years
    ]
    return Matrix(years, rows, totals)


def _called(by_year: dict[int, ProgrammeLine], names: sections.Names) -> tuple[str, str]:
    newest = max(by_year)
    now = names.now(by_year[newest].section, newest)
    formerly = [line.section for line in by_year.values() if line.section and line.section != now]
    return now, "、".join(dict.fromkeys(formerly))


def plain(value: Decimal | None) -> int | float | None:
    """A number as JSON has it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
