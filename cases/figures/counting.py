"""The one counting loop: signed facts → an array of counts, one axis per question asked."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures.columns import Facts, IntArray, day_number, day_of
from cases.figures.facts import SEPARATOR

# A column that exists while counting only: one entry per 手口 of a case (延べ).
MENTION: Final = "mention"
SCAMS: Final = "scams"
# Another such column: the day of the week, Monday first, and behind Sunday the cases whose day is erased.
WEEKDAY: Final = "weekday"
WEEKDAY_CODES: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
# Stands for every code that went with an erased case (消去済); as `source` it marks the fact as such.
ERASED: Final = "ERASED"
_EPOCH_WEEKDAY: Final = day_of(0).weekday()

Counts = NDArray[np.int64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Axis:
    """Where a stored number of `column` is counted: at `places[number - base]`, of `size` places."""

    column: str
    places: Places
    size: int
    base: int = 0

    @property
    def is_of_days(self) -> bool:
        return self.column == "received_on"

    def of(self, numbers: IntArray) -> Places:
        return self.places[numbers - self.base]


@dataclass(frozen=True)
class Selection:
    """Which facts count: 受付日 in [start, end), the centres, and place 1 (of 0 and 1) on every filter.

    `by_mention` counts 延べ: one entry per 手口 of a case instead of one per case.
    """

    centre_ids: frozenset[int]
    start: date
    end: date
    filters: Sequence[Axis] = ()
    by_mention: bool = False


class Mentions:
    """The 手口 of cases, one by one: `codes`, and for each stored combination the numbers of its codes."""

    def __init__(self, combinations: Sequence[str]) -> None:
        split = [text.split(SEPARATOR) for text in combinations]
        self.codes = list(dict.fromkeys(code for codes in split for code in codes))
        numbers = {code: n for n, code in enumerate(self.codes)}
        self._lengths = np.array([len(codes) for codes in split], dtype=np.intp)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._flat = np.array([numbers[code] for codes in split for code in codes], dtype=np.intp)

    def of(self, combinations: IntArray) -> tuple[Places, Places]:
        """For each mention in turn: the row that holds it, and the number of its code."""
        lengths = self._lengths[combinations]
        rows = np.repeat(np.arange(len(combinations)), lengths)
        before = np.repeat(np.cumsum(lengths) - lengths, lengths)
        within = np.arange(len(rows)) - before
        return rows, self._flat[np.repeat(self._starts[combinations], lengths) + within]


def words_of(facts: Facts, column: str) -> Sequence[str]:
    """The code behind each number of a coded column."""
    if column == WEEKDAY:
        return (*WEEKDAY_CODES, ERASED)
    return Mentions(facts.words[SCAMS]).codes if column == MENTION else facts.words[column]


def by_word(facts: Facts, column: str, place_of: Callable[[str], int]) -> Callable[[int], Axis]:
    """The places of a coded column; the size is given last, once every place is known."""
    places = np.array([place_of(word) for word in words_of(facts, column)], dtype=np.intp)
    return lambda size: Axis(column, places, size)


def by_day(start: date, end: date, place_of: Callable[[date], int]) -> Callable[[int], Axis]:
    """The same over 受付日, for selections that lie within [start, end)."""
    first, last = day_number(start), day_number(end)
    places = np.array([place_of(day_of(number)) for number in range(first, last)], dtype=np.intp)
    return lambda size: Axis("received_on", places, size, base=first)


def count(facts: Facts, selection: Selection, axes: Sequence[Axis]) -> Counts:
    """The signed sum of the selected facts at every place of the axes.

    Coded columns are counted by their stored numbers, each column once, and only the filled combinations are
    then put in their places: a third of the time of placing every row. Days, being many, are placed first.
    """
    keys = [axis if axis.is_of_days else axis.column for axis in axes]
    widths = {
        key: axis.size if axis.is_of_days else len(axis.places) for key, axis in zip(keys, axes, strict=True)
    }
    total = np.zeros(math.prod(axis.size for axis in axes), dtype=np.int64)
    for rows in _selected(facts, selection):
        if not len(rows):
            continue
        flat: Places = np.zeros(len(rows), dtype=np.intp)
        for key, width in widths.items():
            flat *= width
            flat += rows.column(key) if isinstance(key, str) else key.of(rows.column(key.column))
        signed = np.bincount(flat, weights=rows.column("sign"))  # exact: sums of ±1 far below 2**53
        filled = signed.nonzero()[0]
        found = dict(zip(widths, np.unravel_index(filled, tuple(widths.values())), strict=True))
        places: Places = np.zeros(len(filled), dtype=np.intp)
        for key, axis in zip(keys, axes, strict=True):
            places *= axis.size
            places += found[key] if axis.is_of_days else axis.places[found[key]]
        np.add.at(total, places, signed[filled].astype(np.int64))
    return total.reshape([axis.size for axis in axes])


def days_spanned(facts: Facts, centre_ids: Collection[int]) -> tuple[date, date] | None:
    """The first and the last 受付日 of the centres' facts, or None without any."""
    bounds: list[int] = []
    for part in facts.parts:
        days = part["received_on"][_of_centres(part, centre_ids)]
        if len(days):
            bounds += [int(days.min()), int(days.max())]
    return (day_of(min(bounds)), day_of(max(bounds))) if bounds else None


class _Rows:
    """Selected rows of one part; a column is gathered when it is asked for."""

    def __init__(
        self, part: Mapping[str, IntArray], rows: Places, erased: int, mentions: Places | None = None
    ) -> None:
        """`erased`: the number of ERASED among the sources, -1 where no case is erased."""
        self._part, self._rows, self._erased, self._mentions = part, rows, erased, mentions

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, name: str) -> IntArray:
        if name == MENTION and self._mentions is not None:
            return self._mentions
        if name == WEEKDAY:
            return self._weekdays()
        return self._part[name][self._rows]

    def where(self, chosen: NDArray[np.bool_]) -> "_Rows":
        mentions = None if self._mentions is None else self._mentions[chosen]
        return _Rows(self._part, self._rows[chosen], self._erased, mentions)

    def one_per_mention(self, mentions: Mentions) -> "_Rows":
        held_by, numbers = mentions.of(self.column(SCAMS))
        return _Rows(self._part, self._rows[held_by], self._erased, numbers)

    def _weekdays(self) -> IntArray:
        days = (self.column("received_on") + _EPOCH_WEEKDAY) % len(WEEKDAY_CODES)
        return np.where(self.column("source") == self._erased, len(WEEKDAY_CODES), days)


def _selected(facts: Facts, selection: Selection) -> Iterator[_Rows]:
    first, last = day_number(selection.start), day_number(selection.end)
    mentions = Mentions(facts.words[SCAMS]) if selection.by_mention else None
    sources = list(facts.words.get("source", ()))
    erased = sources.index(ERASED) if ERASED in sources else -1
    for part in facts.parts:
        days = part["received_on"]
        chosen = (days >= first) & (days < last) & _of_centres(part, selection.centre_ids)
        rows = _Rows(part, np.flatnonzero(chosen), erased)
        if mentions:
            rows = rows.one_per_mention(mentions)
        for condition in selection.filters:
            rows = rows.where(condition.of(rows.column(condition.column)) == 1)
        yield rows


def _of_centres(part: Mapping[str, IntArray], centre_ids: Collection[int]) -> NDArray[np.bool_]:
    if len(centre_ids) == 1:  # fifteen times as fast
        return np.equal(part["centre"], next(iter(centre_ids)))
    return np.isin(part["centre"], np.array(sorted(centre_ids), dtype=np.int64))
