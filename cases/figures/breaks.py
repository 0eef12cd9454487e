"""Breaks of series: days on which what a code means changed, so that counts before and after do not compare."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cases.figures.counting import ERASED
from cases.figures.dimensions import DIMENSIONS
from cases.records import codes
from cases.records.codes import Kind

# The goods classes and keywords were revised on this day (PIO-NET 2021年度).
GOODS_REVISED: Final = date(2021, 4, 1)


@dataclass(frozen=True)
class Break:
    """Counts of [.., `on`) and of [`on`, ..) do not compare. `codes`: those that changed, empty for all of the kind."""

    on: date
    kind: Kind
    text: str | Promise
    codes: frozenset[str] = frozenset()


KNOWN: Final = (
    Break(GOODS_REVISED, Kind.PRODUCT, gettext_lazy("商品・役務の分類は2021年4月に改められました")),
)


def span_of(name: str, code: str) -> tuple[date, date] | None:
    """The days [first, last) that a code of time stands for; None for other dimensions and for 消去済."""
    if code == ERASED:
        return None
    match name:
        case "day":
            first = date.fromisoformat(code)
            return first, first + timedelta(days=1)
        case "week":
            first = date.fromisoformat(code)
            return first, first + timedelta(weeks=1)
        case "month":
            return _months(int(code[:4]), int(code[5:]), 1)
        case "quarter":
            return _months(int(code[:4]), int(code[6:]) * 3 + 1, 3)
        case "calendar_year":
            return _months(int(code), 1, 12)
        case "fiscal_year":
            return _months(int(code), 4, 12)
    return None


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    """From the first of a month on, so many months; month 13 is January of the next year."""
    first, last = year * 12 + month - 1, year * 12 + month - 1 + length
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def breaks_in(
    dimensions: Collection[str], start: date, end: date, *, shown: Collection[str] = ()
) -> list[Break]:
    """The breaks on a day inside (start, end) that touch one of the dimensions, in order of their days.

    Of single codes that began or ended in the period only those among `shown` (every code where it is empty) count.
    """
    kinds = {DIMENSIONS[name].code_set for name in dimensions}
    found = [one for one in KNOWN if one.kind in kinds and start < one.on < end]
    revised = {one.on for one in found}
    for kind in kinds:
        if kind is not None:
            found += [one for one in _of_codes(kind, start, end, shown) if one.on not in revised]
    return sorted(found, key=lambda one: (one.on, one.kind))


def _of_codes(kind: Kind, start: date, end: date, shown: Collection[str]) -> Iterator[Break]:
    """Codes that were taken in or retired on one day are one break."""
    by_day: dict[date, set[str]] = {}
    for code in codes.codes(kind).by_code.values():
        for day in (code.valid_from, code.valid_to):
            if day is not None and start < day < end and (not shown or code.code in shown):
                by_day.setdefault(day, set()).add(code.code)
    for day, changed in by_day.items():
        names = codes.codes(kind)
        yield Break(day, kind, "、".join(names.text(code) for code in sorted(changed)), frozenset(changed))
