"""Counts of one centre as they were when their day was first published: what every later release is counted from.

All tables of a day are counted as of one fact, so that they agree and their margins tie. Counts are kept by day and by
words of traits, without uids.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from cases.figures import columns, counting
from cases.figures.counting import RECEIVED_ON, Selection
from cases.figures.layout import day_of
from cases.figures.releases import days as sets_of_days
from cases.figures.releases.days import Days, Stretch
from cases.figures.releases.traits import SEPARATOR, columns_of, numbers_of, words_of

Traits = tuple[str, ...]
Key = tuple[Any, ...]
"""A day number, then a word for each trait."""
Cells = Mapping[Key, int]


@dataclass(frozen=True)
class Span:
    """Days [start, end) counted as of one fact."""

    start: int
    end: int
    as_of: int

    @property
    def days(self) -> Days:
        return ((self.start, self.end),)


@dataclass(frozen=True)
class Stored:
    """Counts by some traits over some spans."""

    spans: tuple[Span, ...]
    cells: Cells

    @cached_property
    def by_day(self) -> Mapping[int, list[tuple[Key, int]]]:
        found: dict[int, list[tuple[Key, int]]] = {}
        for key, count in self.cells.items():
            found.setdefault(key[0], []).append((key, count))
        return found

    def within(self, start: int, end: int) -> dict[Key, int]:
        return {key: count for day in range(start, end) for key, count in self.by_day.get(day, ())}


@dataclass
class Frozen:
    """The frozen days of a centre with the counts that were kept of them; what is missing is counted once more.

    `spans` are disjoint, the newest edition of each day. `fresh` are counts made on the way, to be kept by whoever
    publishes.
    """

    centre_id: int
    spans: list[Span]
    stored: dict[Traits, list[Stored]] = field(default_factory=dict)
    fresh: list[tuple[Traits, Stored]] = field(default_factory=list)

    def freeze(self, days: Days, as_of: int, *, anew: bool = False) -> list[Stretch]:
        """Freeze those of the days that are not, with `anew` all of them; returns which were."""
        taken = sets_of_days.joined((span.start, span.end) for span in self.spans)
        new = days if anew else sets_of_days.without(days, taken)
        self.spans = overlaid(self.spans, [Span(start, end, as_of) for start, end in new])
        return list(new)

    def counts(self, traits: Traits, days: Days) -> dict[Key, int]:
        """The frozen counts by these traits and by day; days that are not frozen have none."""
        found: dict[Key, int] = {}
        missing: list[Span] = []
        for span in self.spans:
            for start, end in sets_of_days.common(span.days, days):
                found |= self._known(traits, Span(start, end, span.as_of), missing)
        if missing:
            made = Stored(tuple(missing), counted(self.centre_id, traits, missing))
            self.stored.setdefault(traits, []).append(made)
            self.fresh.append((traits, made))
            found |= made.cells
        return found

    def _known(self, traits: Traits, wanted: Span, missing: list[Span]) -> dict[Key, int]:
        """What is kept of the span; the rest is added to what is missing."""
        found: dict[Key, int] = {}
        left = wanted.days
        for stored in self.stored.get(traits, ()):
            for span in stored.spans:
                if span.as_of != wanted.as_of:
                    continue
                for start, end in sets_of_days.common(left, span.days):
                    found |= stored.within(start, end)
                left = sets_of_days.without(left, span.days)
        missing += [Span(start, end, wanted.as_of) for start, end in left]
        return found


def overlaid(below: Iterable[Span], above: Iterable[Span]) -> list[Span]:
    """Disjoint spans in order of days, where the later ones hold."""
    spans = list(below)
    for new in above:
        rest = [
            Span(start, end, old.as_of)
            for old in spans
            for start, end in sets_of_days.without(old.days, new.days)
        ]
        spans = [*rest, new]
    return sorted(spans, key=lambda span: span.start)


def counted(centre_id: int, traits: Traits, spans: Sequence[Span]) -> dict[Key, int]:
    """Counted from the facts, each span as of its own."""
    found: dict[Key, int] = {}
    for as_of in sorted({span.as_of for span in spans}):
        facts = columns.read(as_of)
        for span in spans:
            if span.as_of == as_of:
                _count(facts, centre_id, traits, span, found)
    return {key: count for key, count in found.items() if count}


def _count(facts: columns.Facts, centre_id: int, traits: Traits, span: Span, found: dict[Key, int]) -> None:
    for key, _beside, count in tallied(facts, centre_id, traits, span):
        found[key] = found.get(key, 0) + count


def tallied(
    facts: columns.Facts, centre_id: int, traits: Traits, span: Span, beside: Sequence[str] = ()
) -> Iterator[tuple[Key, tuple[int, ...], int]]:
    """(day and words, numbers of the columns `beside`, how many more than were taken back), each a few times."""
    names = [columns_of(trait) for trait in traits]
    flat = [column for of_trait in names for column in of_trait]
    words = [words_of(facts, column) for column in flat]
    selection = Selection(frozenset({centre_id}), day_of(span.start), day_of(span.end))
    for rows in counting.selected(facts, selection):
        if not len(rows):
            continue
        numbers = np.stack(
            [
                rows.column(RECEIVED_ON).astype(np.int64),
                *(numbers_of(rows, name).astype(np.int64) for name in flat),
                *(rows.column(name).astype(np.int64) for name in beside),
            ]
        )
        withdrawn = rows.withdrawn
        signs = np.ones(len(rows)) if withdrawn is None else np.where(withdrawn, -1.0, 1.0)
        alike, which = np.unique(numbers, axis=1, return_inverse=True)
        counts = np.bincount(which.ravel(), weights=signs)
        for (day, *place), count in zip(alike.T.tolist(), counts.tolist(), strict=True):
            told = iter(words[n][number] for n, number in enumerate(place[: len(flat)]))
            key = (day, *(SEPARATOR.join(next(told) for _column in of_trait) for of_trait in names))
            yield key, tuple(place[len(flat) :]), round(count)


# --- as text --------------------------------------------------------------------------------------------------

_SPANS: Final = "spans"


def dumped(stored: Stored) -> str:
    """As JSON: the words of each trait once, cells by their numbers."""
    cells = sorted(stored.cells.items())
    width = len(cells[0][0]) - 1 if cells else 0
    words = [sorted({key[n + 1] for key, _count in cells}) for n in range(width)]
    number = [{word: at for at, word in enumerate(of)} for of in words]
    return json.dumps(
        {
            _SPANS: [[span.start, span.end, span.as_of] for span in stored.spans],
            "words": words,
            "cells": [
                [key[0], *(number[n][key[n + 1]] for n in range(width)), count] for key, count in cells
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def loaded(text: str) -> Stored:
    """From JSON."""
    found = json.loads(text)
    words = found["words"]
    cells = {
        (day, *(words[n][number] for n, number in enumerate(numbers))): count
        for day, *numbers, count in found["cells"]
    }
    return Stored(tuple(Span(*span) for span in found[_SPANS]), cells)
