"""相談件数 as it was published, by 年度: a column of table 1 beside the counts, drawn as published, never added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import published
from cases.figures.models import PublishedFigure
from cases.figures.reports.scope import YEARS_SHOWN, Scope, Span, name_of
from cases.figures.tables import Cell, Column, Row, Unit
from cases.law import calendar
from cases.law.years import parse_year

COLUMNS_MOST: Final = 2
"""Values under different definitions stand apart; older definitions than these are only listed below."""


@dataclass(frozen=True)
class Earlier:
    """What was published under one definition: value by the year that a 年度 begins in."""

    definition: str
    values: Mapping[int, Decimal]
    sources: tuple[str, ...]


def published_counts(scope: Scope) -> list[Earlier]:
    """Those of the centre itself, the definition of the newest year first; nothing in a monthly report."""
    if scope.span != Span.YEAR:
        return []
    by_definition: dict[str, list[tuple[int, PublishedFigure]]] = {}
    for row in published.case_counts(scope.centre.pk):
        year = parse_year(row.year)
        if year is not None and year.is_fiscal is not False and _is_shown(scope, year.number):
            by_definition.setdefault(row.definition, []).append((year.number, row))
    found = [
        Earlier(definition, {year: row.value for year, row in rows}, _sources(rows))
        for definition, rows in by_definition.items()
    ]
    return sorted(found, key=lambda one: -max(one.values))[:COLUMNS_MOST]


def _is_shown(scope: Scope, year: int) -> bool:
    """As far back again as counts are shown, and not behind the year of the report."""
    return scope.start.year - 2 * YEARS_SHOWN < year <= scope.start.year


def _sources(rows: Sequence[tuple[int, PublishedFigure]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.source for _year, row in sorted(rows, key=lambda one: one[0])))


def columns_of(found: Sequence[Earlier]) -> list[Column]:
    titles = (
        [_("公表値")] if len(found) == 1 else [_("公表値%(n)d") % {"n": n + 1} for n in range(len(found))]
    )
    return [Column(title, Unit.PUBLISHED) for title in titles]


def beside(scope: Scope, rows: Mapping[int, Row], found: Sequence[Earlier], width: int) -> list[Row]:
    """Each year's row with what was published of it; a year without records has no counts, which is not 0.

    `width`: how many cells a row of counts has.
    """
    years = {*rows, *(year for one in found for year in one.values)}
    made = []
    for year in range(min(years), max(years) + 1):
        counted = rows.get(year) or Row((_year_text(scope, year), *[None] * (width - 1)))
        made.append(Row((*counted.cells, *_cells(found, year)), counted.role))
    return made


def _cells(found: Sequence[Earlier], year: int) -> list[Cell]:
    return [None if (value := one.values.get(year)) is None else published.plain(value) for one in found]


def _year_text(scope: Scope, year: int) -> str:
    return name_of(scope.span, calendar.fiscal_year_range(year)[0])


def note_of(found: Sequence[Earlier]) -> str:
    """Whose values they are and what they count."""
    return "".join(
        _("%(column)sは件数に加えていません(出典: %(sources)s、定義: %(definition)s)。")
        % {"column": column.title, "sources": _("、").join(one.sources), "definition": one.definition}
        for column, one in zip(columns_of(found), found, strict=True)
    )
