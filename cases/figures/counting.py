"""The one counting loop: signed facts → an array of counts, one axis per question asked."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from cases.figures.columns import Facts, Part
from cases.figures.facts import CASE, SEPARATOR
from cases.figures.layout import ERASED, IntArray, day_number, day_of

__all__ = ["ERASED"]

SCAMS: Final = "scams"
ISSUES: Final = "issues"
# Columns that exist while counting only: one entry per 手口, or per 内容別分類, of a case (延べ).
MENTION: Final = "mention"
ISSUE_MENTION: Final = "issue_mention"
MENTIONS_OF: Final[Mapping[str, str]] = {MENTION: SCAMS, ISSUE_MENTION: ISSUES}
# Others: the day of the week, Monday first, and behind Sunday the facts of cases erased when their weekday was not
# kept yet; the day itself, where an erased one has a place of its own.
WEEKDAY: Final = "weekday"
WEEKDAY_CODES: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAY: Final = "day"
RECEIVED_ON: Final = "received_on"
_EPOCH_WEEKDAY: Final = day_of(0).weekday()
# Rows taken at a time: what is worked on stays in the processor's own memory.
_AT_ONCE: Final = 1 << 16

# Fewer rows than a fourth of the places are added one by one.
_FEW: Final = 4

Counts = NDArray[np.int64]
Places = NDArray[np.intp]
_Slice = slice | Places
Code = TypeVar("Code", str, int)


@dataclass(frozen=True, eq=False)
class Axis:
    """Where a stored number of `column` is counted: at `places[number - base]`, of `size` places."""

    column: str
    places: Places
    size: int
    base: int = 0

    @property
    def is_of_days(self) -> bool:
        return self.column in (RECEIVED_ON, DAY)

    def of(self, numbers: IntArray) -> Places:
        return self.places[numbers - self.base if self.base else numbers]


@dataclass(frozen=True)
class Selection:
    """Which facts count: their day in [start, end), the centres, and place 1 (of 0 and 1) on every filter.

    `mentions` names a column of combinations: then one entry per code of a case counts (延べ) instead of one per
    case. `what` are cases or 経過.
    """

    centre_ids: frozenset[int]
    start: date
    end: date
    filters: Sequence[Axis] = ()
    mentions: str = ""
    what: str = CASE


class Mentions:
    """The codes of combinations, one by one: `codes`, and for each stored combination the numbers of its codes."""

    def __init__(self, combinations: Sequence[str]) -> None:
        split = [text.split(SEPARATOR) if text else [] for text in combinations]
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


def mentions_of(facts: Facts, column: str) -> Mentions:
    """The codes of a column of combinations; worked out once per reading."""
    found = facts.memo.get(column)
    if not isinstance(found, Mentions):
        found = facts.memo[column] = Mentions(facts.words[column])
    return found


def words_of(facts: Facts, column: str) -> Sequence[str]:
    """The code behind each number of a coded column."""
    if column == WEEKDAY:
        return (*WEEKDAY_CODES, ERASED)
    return mentions_of(facts, of).codes if (of := MENTIONS_OF.get(column)) else facts.words[column]


def by_word(facts: Facts, column: str, place_of: Callable[[str], int]) -> Callable[[int], Axis]:
    """The places of a coded column; the size is given last, once every place is known."""
    places = np.array([place_of(word) for word in words_of(facts, column)], dtype=np.intp)
    return lambda size: Axis(column, places, size)


def by_day(
    start: date, end: date, code_of: Callable[[date], Code], place_of: Callable[[Code], int]
) -> Callable[[int], Axis]:
    """The same over the code of the day, for selections that lie within [start, end)."""
    codes, which = _codes_of_days(code_of, start, end)
    places = np.array([place_of(code) for code in codes], dtype=np.intp)[which]
    return lambda size: Axis(RECEIVED_ON, places, size, base=day_number(start))


def by_true_day(
    start: date,
    end: date,
    code_of: Callable[[date], Code],
    place_of: Callable[[Code], int],
    place_of_erased: Callable[[], int],
) -> Callable[[int], Axis]:
    """The same where an erased day, which stands for its month, has a place of its own."""
    found = by_day(start, end, code_of, place_of)(0)
    places = np.concatenate([found.places, [place_of_erased()]])
    return lambda size: Axis(DAY, places, size, base=found.base)


@lru_cache(maxsize=64)
def _codes_of_days(code_of: Callable[[date], Code], start: date, end: date) -> tuple[Sequence[Code], Places]:
    """The codes of the days in [start, end), each once, and for every day which of them it has.

    Remembered, since ten years of days take as long as counting a million cases.
    """
    numbers: dict[Code, int] = {}
    days = range(day_number(start), day_number(end))
    which = np.array([numbers.setdefault(code_of(day_of(day)), len(numbers)) for day in days], dtype=np.intp)
    return list(numbers), which


def count(facts: Facts, selection: Selection, axes: Sequence[Axis]) -> Counts:
    """The signed sum of the selected facts at every place of the axes.

    Coded columns are counted by their stored numbers, each column once, and only the filled combinations are
    then put in their places: a third of the time of placing every row. Days, being many, are placed first.
    """
    tally = _Tally(axes)
    for rows in selected(facts, selection, tally.at_once):
        if len(rows):
            tally.add(rows)
    return tally.placed()


def stored_size(axes: Sequence[Axis]) -> int:
    """How many combinations of stored numbers are counted on the way."""
    return math.prod(_widths(axes).values())


def _keys(axes: Sequence[Axis]) -> list[str | Axis]:
    return [axis if axis.is_of_days else axis.column for axis in axes]


def _widths(axes: Sequence[Axis]) -> dict[str | Axis, int]:
    return {
        key: axis.size if axis.is_of_days else len(axis.places)
        for key, axis in zip(_keys(axes), axes, strict=True)
    }


class _Tally:
    """Counts by stored numbers, as far as they have come."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self._axes, self._keys, self._widths = axes, _keys(axes), _widths(axes)
        self._size = math.prod(self._widths.values())
        # Numbers as narrow as can be: twice as many of them fit into one step of the processor.
        self._kind = np.int16 if 2 * self._size <= np.iinfo(np.int16).max else np.int32
        self._raw = np.zeros(self._size, dtype=np.int64)

    @property
    def at_once(self) -> int:
        """Rows enough that adding up the counts of each lot costs little beside counting it."""
        return max(_AT_ONCE, 2 * self._size)

    def add(self, rows: "Rows") -> None:
        flat: IntArray = np.zeros(len(rows) if not self._widths else 0, dtype=self._kind)
        for n, (key, width) in enumerate(self._widths.items()):
            numbers = rows.column(key) if isinstance(key, str) else place_of(key, rows)
            if n:
                flat *= width
                flat += numbers
            else:
                flat = numbers.astype(self._kind)
        withdrawn = rows.withdrawn
        if _FEW * len(rows) < self._size:
            np.add.at(self._raw, flat, 1 if withdrawn is None else rows.column("sign"))
            return
        if withdrawn is None:
            self._raw += np.bincount(flat, minlength=self._size)
            return
        # What is taken back has places of its own behind the others: a third of the time of picking its rows out.
        behind: IntArray = withdrawn.astype(self._kind)
        flat += behind * self._size
        stated, taken_back = np.bincount(flat, minlength=2 * self._size).reshape(2, self._size)
        self._raw += stated
        self._raw -= taken_back

    def placed(self) -> Counts:
        total = np.zeros(math.prod(axis.size for axis in self._axes), dtype=np.int64)
        filled = self._raw.nonzero()[0]
        if not len(filled):
            return total.reshape([axis.size for axis in self._axes])
        found = dict(zip(self._widths, np.unravel_index(filled, tuple(self._widths.values())), strict=True))
        places: Places = np.zeros(len(filled), dtype=np.intp)
        for key, axis in zip(self._keys, self._axes, strict=True):
            places *= axis.size
            places += found[key] if axis.is_of_days else axis.places[found[key]]
        np.add.at(total, places, self._raw[filled])
        return total.reshape([axis.size for axis in self._axes])


def days_spanned(facts: Facts, centre_ids: Collection[int], what: str = CASE) -> tuple[date, date] | None:
    """The first and the last day of the centres' facts, or None without any."""
    bounds: list[int] = []
    for part in facts.parts_of[what]:
        if part.is_settled:
            days = part.columns[RECEIVED_ON]
            for start, end in _centres_in(part, centre_ids):
                bounds += [int(days[start]), int(days[end - 1])]
        else:
            for at in range(0, len(part), _AT_ONCE):
                lot = {name: part.columns[name][at : at + _AT_ONCE] for name in (RECEIVED_ON, "centre")}
                days = lot[RECEIVED_ON][_of_centres(lot, centre_ids)]
                bounds += [int(days.min()), int(days.max())] if len(days) else []
    return (day_of(min(bounds)), day_of(max(bounds))) if bounds else None


@dataclass(frozen=True)
class Erased:
    """The numbers of ERASED, -1 where there is none: among the sources it marks every erased case, among 受付方法 those
    of which neither this nor the weekday was kept (erased before ADR 0041)."""

    source: int
    channel: int


def _number_of_erased(facts: Facts, column: str) -> int:
    words = list(facts.words.get(column, ()))
    return words.index(ERASED) if ERASED in words else -1


class Rows:
    """Selected rows of one part; a column is gathered when it is asked for."""

    def __init__(
        self, part: Part, rows: _Slice, erased: "Erased", mentions: Mapping[str, Places] | None = None
    ) -> None:
        self._part, self._rows, self._erased, self._mentions = part, rows, erased, mentions or {}

    def __len__(self) -> int:
        return self._rows.stop - self._rows.start if isinstance(self._rows, slice) else len(self._rows)

    @property
    def withdrawn(self) -> NDArray[np.bool_] | None:
        """Whether each row takes back what another stated; None where none does."""
        return None if self._part.is_settled else self.column("sign") < 0

    def by_sign(self) -> Iterator[tuple[int, NDArray[np.bool_]]]:
        """+1 with the rows that state, −1 with those that take back."""
        withdrawn = self.withdrawn
        yield 1, np.ones(len(self), dtype=np.bool_) if withdrawn is None else ~withdrawn
        if withdrawn is not None:
            yield -1, withdrawn

    def column(self, name: str) -> IntArray:
        if name in self._mentions:
            return self._mentions[name]
        if name == WEEKDAY:
            days = (self.column(RECEIVED_ON) + _EPOCH_WEEKDAY) % len(WEEKDAY_CODES)
            is_unknown = np.equal(self.column("channel"), self._erased.channel)
            return np.where(is_unknown, len(WEEKDAY_CODES), days)
        return self._part.columns[name][self._rows]

    def true_days(self, axis: Axis) -> IntArray:
        """The days, and behind the last of the axis the erased ones."""
        behind = axis.base + len(axis.places) - 1
        return np.where(self.are_erased, behind, self.column(RECEIVED_ON))

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        mentions = {name: numbers[chosen] for name, numbers in self._mentions.items()}
        return Rows(self._part, self._numbers[chosen], self._erased, mentions)

    def one_per_mention(self, column: str, mentions: Mentions) -> "Rows":
        held_by, numbers = mentions.of(self.column(column))
        name = next(name for name, of in MENTIONS_OF.items() if of == column)
        return Rows(self._part, self._numbers[held_by], self._erased, {name: numbers})

    @property
    def _numbers(self) -> Places:
        if isinstance(self._rows, slice):
            return np.arange(self._rows.start, self._rows.stop, dtype=np.intp)
        return self._rows

    @property
    def are_erased(self) -> NDArray[np.bool_]:
        """Whether each row is of an erased case."""
        return np.equal(self.column("source"), self._erased.source)


def selected(facts: Facts, selection: Selection, at_once: int = _AT_ONCE) -> Iterator[Rows]:
    """The selected rows, a lot at a time."""
    erased = Erased(*(_number_of_erased(facts, name) for name in ("source", "channel")))
    for part in facts.parts_of[selection.what]:
        for lot in _lots(part, selection, at_once):
            rows = Rows(part, lot, erased)
            if selection.mentions:
                rows = rows.one_per_mention(selection.mentions, mentions_of(facts, selection.mentions))
            for condition in selection.filters:
                rows = rows.where(place_of(condition, rows) == 1)
            yield rows


def place_of(axis: Axis, rows: Rows) -> Places:
    """The place of each row on an axis."""
    return axis.of(rows.true_days(axis) if axis.column == DAY else rows.column(axis.column))


def _lots(part: Part, selection: Selection, at_once: int) -> Iterator[_Slice]:
    first, last = day_number(selection.start), day_number(selection.end)
    if part.is_settled:
        days = part.columns[RECEIVED_ON]
        for start, end in _centres_in(part, selection.centre_ids):
            # Numbers of another width would be searched in a copy of the whole column.
            bounds = np.clip([first, last], 1 - 2**31, 2**31 - 1).astype(days.dtype)
            low, high = start + np.searchsorted(days[start:end], bounds)
            for at in range(int(low), int(high), at_once):
                yield slice(at, min(at + at_once, int(high)))
        return
    for at in range(0, len(part), at_once):
        of_lot = {name: part.columns[name][at : at + at_once] for name in (RECEIVED_ON, "centre")}
        days = of_lot[RECEIVED_ON]
        chosen = (days >= first) & (days < last)
        if not chosen.any():
            continue
        chosen &= _of_centres(of_lot, selection.centre_ids)
        # A stretch is read where it lies, numbered rows are gathered: five times as slow.
        yield slice(at, at + len(days)) if chosen.all() else np.flatnonzero(chosen) + at


def _centres_in(part: Part, centre_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """Where each of the centres begins and ends in settled facts, if it has any."""
    centres = part.columns["centre"]
    known = np.iinfo(centres.dtype)
    for centre in sorted(centre_ids):
        if not known.min <= centre <= known.max:
            continue
        wanted = centres.dtype.type(centre)
        start = int(np.searchsorted(centres, wanted, "left"))
        end = int(np.searchsorted(centres, wanted, "right"))
        if start < end:
            yield start, end


def _of_centres(columns: Mapping[str, IntArray], centre_ids: Collection[int]) -> NDArray[np.bool_]:
    """One by one, since people see few centres: fifteen times as fast as `np.isin`, which also loads 7 MB of numpy."""
    found = np.zeros(len(columns["centre"]), dtype=np.bool_)
    for centre in centre_ids:
        found |= np.equal(columns["centre"], centre)
    return found
