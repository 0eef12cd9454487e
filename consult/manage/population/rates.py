"""The last whole 年度 by these residents: cases, people and rates, to see that the denominators are the right ones."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.dimensions import DIMENSIONS
from cases.figures.freshness import Freshness, freshness
from cases.figures.measures import Question
from cases.figures.questions import RATE_PER_1000
from cases.figures.rates import Rate
from cases.law import calendar
from cases.records.centre import Centre


@dataclass(frozen=True)
class RateLine:
    label: str
    cases: int
    residents: int | None
    rate: Decimal | None


@dataclass(frozen=True)
class RatesCheck:
    """By 年代, then by 居住地区, each with the whole; `used` names the day of the residents."""

    year: str
    used: date
    by_age: tuple[RateLine, ...]
    by_area: tuple[RateLine, ...]
    fresh: Freshness


def rates_check(centre: Centre) -> RatesCheck | None:
    """None where no residents are known."""
    year = calendar.fiscal_year(calendar.today()) - 1
    start, end = calendar.fiscal_year_range(year)
    lines: list[tuple[RateLine, ...]] = []
    used = ""
    for rows in ("age_band", "area"):
        found = measures.rates(
            Question(
                centre_ids=frozenset({centre.pk}), start=start, end=end, rows=rows, measure=RATE_PER_1000
            )
        )
        if not found.definition["population"]:
            return None
        used = found.definition["population"][0]["as_of"]
        labels = DIMENSIONS[rows].texts(found.row_codes, [centre.pk])
        told = [_line(label, rate) for label, rate in zip(labels, found.row_totals, strict=True)]
        lines.append((*told, _line(_("合計"), found.total)))
    return RatesCheck(
        year=_("%(year)s年度") % {"year": year},
        used=date.fromisoformat(used),
        by_age=lines[0],
        by_area=lines[1],
        fresh=freshness(frozenset({centre.pk}), start=start, end=end),
    )


def _line(label: str, rate: Rate) -> RateLine:
    value = rate.value
    if value is None:
        return RateLine(label, rate.cases, rate.residents, None)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return RateLine(
        label, rate.cases, rate.residents, exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    )
