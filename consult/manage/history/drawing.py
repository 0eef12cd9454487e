"""A series drawn: published values with open marks; beside them, where it is the same thing, the centre's counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.history import Series
from cases.figures.measures import Question
from cases.figures.questions import QuestionNotUnderstood
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.paper.charts import Break, Chart, Line, lines

MOST: Final = 5
_CASES: Final = "件"


@dataclass(frozen=True)
class Drawing:
    """`has_counts`: a line of what the centre counts stands beside what was published."""

    chart: Chart
    has_counts: bool


def drawing_of(name: str, found: Sequence[Series], centre: Centre) -> Drawing | None:
    """The five largest series of the most usual unit, year by year; None where fewer than two years are named.

    A single series of 件 has what the centre counts of the same part beside it, as a line that nothing bridges.
    """
    drawn = _drawn(found)
    ours = _ours(drawn, centre) if len(drawn) == 1 else {}
    numbers = [point.year.number for one in drawn for point in one.drawable if point.year] + list(ours)
    if len(set(numbers)) < 2:
        return None
    years = list(range(min(numbers), max(numbers) + 1))
    series = [Line(_label(one), _values(one, years), is_published=True) for one in drawn]
    if ours:
        series.append(Line(_("このセンターの集計(新規件数)"), [ours.get(year) for year in years]))
    chart = lines(
        name,
        [_year_text(year, drawn) for year in years],
        series,
        point_head=_("年・年度"),
        short=[str(year) for year in years],
        breaks=_breaks(drawn, years),
        unfinished=_("途中の年度") if calendar.fiscal_year(calendar.today()) in ours else "",
        note=_("公表値と集計は定義が違うことがあります。つないで読まないでください。") if ours else "",
    )
    return Drawing(chart, bool(ours))


def _drawn(found: Sequence[Series]) -> list[Series]:
    units = [one.unit for one in found if one.drawable]
    unit = max(units, key=units.count) if units else ""
    fitting = [one for one in found if one.unit == unit and one.drawable]
    return sorted(fitting, key=lambda one: -one.drawable[-1].value)[:MOST]


def _label(one: Series) -> str:
    return " ".join(filter(None, (one.place, one.label))) or one.name


def _values(one: Series, years: Sequence[int]) -> list[float | None]:
    by_year = {point.year.number: point.value for point in one.drawable if point.year}
    held = [by_year.get(year) for year in years]
    return [None if value is None else int(value) if value == int(value) else float(value) for value in held]


def _year_text(year: int, drawn: Sequence[Series]) -> str:
    kinds = {point.year.is_fiscal for one in drawn for point in one.drawable if point.year}
    return _("%(year)s年") % {"year": year} if kinds == {False} else _("%(year)s年度") % {"year": year}


def _breaks(drawn: Sequence[Series], years: Sequence[int]) -> list[Break]:
    """Where a series changes what it says that it counts."""
    found = {
        years.index(after.year.number)
        for one in drawn
        for before, after in zip(one.drawable, one.drawable[1:], strict=False)
        if after.year and before.definition != after.definition
    }
    return [Break(at, _("定義が変わった")) for at in sorted(found)]


def _ours(drawn: Sequence[Series], centre: Centre) -> dict[int, int]:
    """新規件数 of the centre by 年度, of the part that the series counts; none for a share, another place or a part
    that has no code here."""
    one = drawn[0]
    if one.place or one.unit != _CASES or (one.label and not one.code):
        return {}
    if any(point.year is None or point.year.is_fiscal is False for point in one.points):
        return {}
    try:
        answer = measures.breakdown(
            Question(
                centre_ids=frozenset({centre.pk}),
                start=date(1950, 1, 1),
                end=date(2100, 1, 1),
                rows="fiscal_year",
                filters={one.dimension: [one.code]} if one.code else {},
            )
        )
    except QuestionNotUnderstood:  # a dimension of an older release
        return {}
    return {int(code): row[0] for code, row in zip(answer.row_codes, answer.cells, strict=True)}
