"""Figures of earlier years and of other places as series, in the order of their years: drawn as published values beside
our counts, never added to them and never bridged with them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from cases.figures.models import PublishedFigure
from cases.law.years import Year, parse_year


@dataclass(frozen=True)
class Point:
    """One published value. `year` is None where the text names no year: listed, never drawn."""

    pk: int
    year: Year | None
    text: str
    value: Decimal
    definition: str
    source: str


@dataclass(frozen=True)
class Series:
    """The values of one thing: of one name, place, part and unit."""

    name: str
    place: str
    dimension: str
    code: str
    label: str
    unit: str
    points: tuple[Point, ...]

    @property
    def drawable(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.year is not None)

    @property
    def changes_meaning(self) -> bool:
        """Whether not all points say the same definition: a line through them would bridge a break."""
        return len({point.definition for point in self.points}) > 1


def series(centre_ids: Collection[int], name: str) -> tuple[Series, ...]:
    """Every series of that name: the centre's own ones first, then those of other places."""
    return tuple(_grouped(_rows(centre_ids).filter(name=name)))


def everything(centre_ids: Collection[int]) -> tuple[Series, ...]:
    """All series, by name."""
    return tuple(_grouped(_rows(centre_ids)))


def names(centre_ids: Collection[int]) -> list[str]:
    return list(_rows(centre_ids).order_by("name").values_list("name", flat=True).distinct())


def _rows(centre_ids: Collection[int]) -> QuerySet[PublishedFigure]:
    return PublishedFigure.objects.filter(Q(centre__in=centre_ids) | Q(centre=None))


def _grouped(rows: Iterable[PublishedFigure]) -> Iterable[Series]:
    found: dict[tuple[str, str, str, str, str, str], list[Point]] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        key = (row.name, row.place, row.dimension, row.code, row.label, row.unit)
        point = Point(row.pk, parse_year(row.year), row.year, row.value, row.definition, row.source)
        found.setdefault(key, []).append(point)
    # By name and place; the parts of a table stay in the order in which they came.
    for key in sorted(found, key=lambda key: key[:3]):
        yield Series(*key, points=tuple(sorted(found[key], key=_by_year)))


def _by_year(point: Point) -> tuple[bool, int, str]:
    return (point.year is None, point.year.number if point.year else 0, point.text)
