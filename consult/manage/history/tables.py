"""Series as a table: parts down, years across; a blank is no data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.figures.history import Point, Series
from cases.law.years import Year


@dataclass(frozen=True)
class Summary:
    """One name among the published figures."""

    name: str
    places: tuple[str, ...]
    parts: int
    values: int
    years: str


@dataclass(frozen=True)
class Row:
    label: str
    unit: str
    cells: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class SeriesTable:
    years: tuple[str, ...]
    rows: tuple[Row, ...]


def summaries(found: Sequence[Series]) -> list[Summary]:
    by_name: dict[str, list[Series]] = {}
    for one in found:
        by_name.setdefault(one.name, []).append(one)
    return [
        Summary(
            name=name,
            places=tuple(dict.fromkeys(one.place or _("このセンター") for one in group)),
            parts=sum(1 for one in group if one.label),
            values=sum(len(one.points) for one in group),
            years=_span([point for one in group for point in one.points]),
        )
        for name, group in by_name.items()
    ]


def _span(points: Sequence[Point]) -> str:
    ordered = sorted(points, key=lambda point: (point.year or Year(0)).number)
    first, last = ordered[0].text, ordered[-1].text
    return first if first == last else f"{first} – {last}"


def series_table(found: Sequence[Series]) -> SeriesTable:
    """Columns in the order of the years; values that name no year last."""
    points = [point for one in found for point in one.points]
    order = {
        point.text: (point.year is None, point.year.number if point.year else 0, point.text)
        for point in points
    }
    years = sorted(order, key=lambda text: order[text])
    return SeriesTable(
        years=tuple(years),
        rows=tuple(
            Row(
                label=" ".join(filter(None, (one.place, one.label))) or one.name,
                unit=one.unit,
                cells=tuple(tuple(point for point in one.points if point.text == text) for text in years),
            )
            for one in found
        ),
    )
