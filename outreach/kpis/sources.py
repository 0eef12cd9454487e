"""What our registers can count for an indicator. Rooms register here when the app is ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from cases.records.centre import Centre

Count = Callable[[Centre, int], int | None]


@dataclass(frozen=True)
class Source:
    """One number by 年度: of the running one, what is counted so far; None where it is not known.

    `definition`: what is counted, where its label does not say it all.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    count: Count
    definition: str | Promise = ""


Build = Callable[[Centre], Sequence[Source]]
_builds: dict[str, Build] = {}


def register(
    code: str, label: str | Promise, unit: str | Promise, count: Count, definition: str | Promise = ""
) -> None:
    """A source that every centre has."""
    source = Source(code, label, unit, count, definition)
    register_each(code, lambda _centre: [source])


def register_each(name: str, build: Build) -> None:
    """Sources of which a centre has as many as it keeps things (kinds of devices, items of stock)."""
    if name in _builds:
        raise ValueError(f"the source {name} is registered twice")
    _builds[name] = build


def sources_of(centre: Centre) -> list[Source]:
    """In the order of registration."""
    return [source for build in _builds.values() for source in build(centre)]


def source_of(centre: Centre, code: str) -> Source | None:
    """The source of this code; None where what it counted is there no more."""
    return next((source for source in sources_of(centre) if source.code == code), None)
