"""An indicator over the years: its values, what our registers count beside them, the line of its target."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.paper.charts import Chart, Line, lines
from outreach.kpis.models import KpiBinding
from outreach.kpis.sources import Source, source_of
from outreach.programme.models import Kpi
from outreach.years import fiscal_year_name


@dataclass(frozen=True)
class Point:
    """A 年度 (None: the source names none): the stored row and what is counted."""

    year: int | None
    kpi: Kpi | None
    counted: int | None

    @property
    def value(self) -> Decimal | None:
        return self.kpi.value if self.kpi else None

    @property
    def differs(self) -> bool:
        return self.value is not None and self.counted is not None and self.value != self.counted

    @property
    def name(self) -> str:
        return fiscal_year_name(self.year) if self.year else _("年度の記載なし")


@dataclass(frozen=True)
class Series:
    """`newest` carries the unit, the target and its direction that hold now."""

    newest: Kpi
    points: Sequence[Point]
    source: Source | None

    @property
    def standing(self) -> str:
        """How far the newest value is from the target, in words; a textual target is not measured."""
        value, target = self.newest.value, self.newest.target
        if target is None or value is None or not self.newest.direction:
            return ""
        lacks = target - value if self.newest.direction == Kpi.Direction.UP else value - target
        if lacks <= 0:
            return _("目標に届いています。")
        return _("目標まであと%(n)s%(unit)sです。") % {
            "n": f"{lacks.normalize():,f}",
            "unit": self.newest.unit,
        }


def series_of(centre: Centre, name: str) -> Series | None:
    """Every 年度 that has a value, and where it is counted every one since the first. None for an unknown name."""
    rows = {row.year: row for row in Kpi.objects.filter(centre=centre, name=name).order_by("year", "pk")}
    if not rows:
        return None
    binding = KpiBinding.objects.filter(centre=centre, name=name).first()
    source = source_of(centre, binding.source) if binding else None
    years = sorted(year for year in rows if year is not None)
    if source:
        this_year = calendar.fiscal_year(calendar.today())
        years = sorted({*years, *range(years[0] if years else this_year - 4, this_year + 1)})
    points = [Point(None, rows[None], None)] if None in rows else []
    points += [Point(year, rows.get(year), source.count(centre, year) if source else None) for year in years]
    known = [row for year, row in rows.items() if year is not None] or [rows[None]]
    return Series(max(known, key=lambda row: row.year or 0), points, source)


def chart_of(series: Series) -> Chart:
    """Values and counts as lines, the target as a level line up to its year."""
    newest = series.newest
    names = [point.name for point in series.points]
    short = [str(point.year or "—") for point in series.points]
    if newest.target_year and newest.target_year not in {point.year for point in series.points}:
        names.append(fiscal_year_name(newest.target_year))
        short.append(str(newest.target_year))
    gap = [None] * (len(names) - len(series.points))
    drawn = [Line(_("値"), [*(_number(point.value) for point in series.points), *gap])]
    if series.source:
        drawn.append(
            Line(_("台帳から数えた値"), [*(_number(point.counted) for point in series.points), *gap])
        )
    if newest.target is not None:
        drawn.append(Line(_("目標"), [_number(newest.target)] * len(names)))
    return lines(newest.name, names, drawn, point_head=_("年度"), short=short)


def _number(value: Decimal | int | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
