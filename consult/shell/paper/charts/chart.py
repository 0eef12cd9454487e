"""What every chart is, and how its numbers are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Shown = Callable[[float], str]


@dataclass(frozen=True)
class ChartTable:
    """The numbers of a chart as text; the first cell of a row is its head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A picture with its words. `alt` says in a sentence what the picture shows; `table` holds every number.

    `svg` is complete by itself (colours and letters stand in it), so that it can be put on paper too. `note` is a line
    to be read with the picture; empty where there is nothing to add. `narrow`: the same picture for a narrow screen,
    where the wide one would have to be pushed aside to be read; None where there is none.
    """

    title: str
    alt: str
    svg: SafeString
    table: ChartTable
    note: str = ""
    narrow: SafeString | None = None


def plain(number: float) -> str:
    """2655 → 2,655; 12.34 → 12.3. In both languages."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"


def or_no_data(number: float | None, shown: Shown = plain) -> str:
    """The number, or that there is none: nothing counted is no zero."""
    return _("データなし") if number is None else shown(number)


def known(numbers: Sequence[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]
