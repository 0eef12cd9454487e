"""Sets of days as sorted, parted stretches [start, end) of day numbers."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise

from cases.figures.layout import day_number, day_of

Stretch = tuple[int, int]
Days = tuple[Stretch, ...]


def days_between(start: date, end: date) -> Days:
    """The days in [start, end)."""
    return joined([(day_number(start), day_number(end))])


def joined(stretches: Iterable[Stretch]) -> Days:
    """Any stretches as one set of days."""
    found: list[Stretch] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def common(one: Days, other: Days) -> Days:
    """The days that both have."""
    return joined((max(a, c), min(b, d)) for a, b in one for c, d in other)


def without(one: Days, other: Days) -> Days:
    """The days of the first that the second has not."""
    left = list(one)
    for start, end in other:
        left = [
            part
            for a, b in left
            for part in ((a, min(b, start)), (max(a, end), b))
            if part[0] < part[1]
        ]  # fmt: skip
    return joined(left)


def by_code(days: Days, code_of: Callable[[date], str]) -> dict[str, Days]:
    """The days of each code, in order of time."""
    found: dict[str, list[Stretch]] = {}
    for start, end in days:
        for n in range(start, end):
            found.setdefault(code_of(day_of(n)), []).append((n, n + 1))
    return {code: joined(stretches) for code, stretches in found.items()}


def cut(sets: Iterable[Days]) -> list[Stretch]:
    """The stretches between all boundaries of the sets, those in no set left out."""
    every = list(sets)
    points = sorted({point for days in every for stretch in days for point in stretch})
    covered = joined(stretch for days in every for stretch in days)
    return [(a, b) for a, b in pairwise(points) if common(((a, b),), covered)]


def places(segments: Sequence[Stretch], days: Days) -> list[int]:
    """Which of the sorted segments, none of which crosses a boundary of the days, lie in them."""
    starts = [start for start, _end in segments]
    return [
        at
        for start, end in days
        for at in range(bisect_left(starts, start), bisect_left(starts, end))
    ]  # fmt: skip


def told(days: Days) -> list[list[str]]:
    """As JSON."""
    return [[day_of(start).isoformat(), day_of(end).isoformat()] for start, end in days]


def read(told_days: Iterable[Sequence[str]]) -> Days:
    """From JSON."""
    return joined(
        (day_number(date.fromisoformat(start)), day_number(date.fromisoformat(end)))
        for start, end in told_days
    )
