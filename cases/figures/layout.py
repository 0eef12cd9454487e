"""How a fact lies in the columns: which columns there are, of what width, and how a database row becomes numbers.

Codes become the numbers of their words; an unknown amount, day or number of minutes becomes a number of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cases.figures.amount_classes import class_code
from cases.figures.facts import CASE, CONTACT

IntArray = NDArray[np.signedinteger[Any]]
Columns = Mapping[str, IntArray]
Row = tuple[Any, ...]

# Cases and 経過 lie apart: a question counts the ones or the others.
KINDS: Final = (CASE, CONTACT)
# Stands for every code that went with an erased case (消去済); as `source` it marks the fact as such.
ERASED: Final = "ERASED"
UNKNOWN_NUMBER: Final = -1
UNKNOWN_DAY: Final = -(2**31)

_AMOUNTS: Final = ("contract_yen", "paid_yen", "recovered_yen")
NUMBERS: Final = {
    "seq": "<i8", "sign": "<i1", "centre": "<i4", "received_on": "<i4", "closed_on": "<i4",
    **dict.fromkeys(_AMOUNTS, "<i8"), "minutes": "<i2",
}  # fmt: skip
# Code sets are small: two bytes hold 32,767 words. Combinations of codes are many.
CODED: Final = (
    "age_band", "sex", "area", "occupation", "relation", "impaired", "caller_age_band", "caller_sex", "caller_area",
    "caller_occupation", "scam_main", "issue_main", "product", "product_middle", "product_class", "sales_method",
    "channel", "route", "kind", "continuity", "outcome", "harm", "harm_kind", "harm_degree", "contact_kind", "source",
)  # fmt: skip
JOINED: Final = ("scams", "issues")
# Classes of amounts, made from the yen.
CLASSES: Final = {name.replace("_yen", "_class"): name for name in _AMOUNTS}
WORDS: Final = (*CODED, *JOINED, *CLASSES)
TYPES: Final[Mapping[str, str]] = {
    **NUMBERS, **dict.fromkeys(CODED, "<i2"), **dict.fromkeys(JOINED, "<i4"), **dict.fromkeys(CLASSES, "<i2"),
}  # fmt: skip
# What is asked of the database, in this order.
ROW: Final = ("recorded_at", "seq", "what", *list(NUMBERS)[1:], *CODED, *JOINED)
_EPOCH: Final = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01, as days are stored."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def _day(day: date | None) -> int:
    return UNKNOWN_DAY if day is None else day_number(day)


def _known(number: int | None) -> int:
    return UNKNOWN_NUMBER if number is None else number


_NUMBER_OF: Final[Mapping[str, Callable[[Any], int]]] = {
    "received_on": _day,
    "closed_on": _day,
    "minutes": _known,
    **dict.fromkeys(_AMOUNTS, _known),
}


def numbers_of(row: Row) -> dict[str, int]:
    """The columns of numbers of one database row."""
    given = dict(zip(ROW, row, strict=True))
    return {name: _NUMBER_OF.get(name, int)(given[name]) for name in NUMBERS}


def words_in(row: Row) -> dict[str, str]:
    """The coded columns of one database row."""
    given = dict(zip(ROW, row, strict=True))
    classes = {name: class_code(given[of]) for name, of in CLASSES.items()}
    return {**{name: given[name] for name in (*CODED, *JOINED)}, **classes}


class Encoder:
    """Turns database rows into columns; a word met for the first time gets the next number."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.numbers = {name: {word: n for n, word in enumerate(words.get(name, ()))} for name in WORDS}

    def columns(self, rows: Sequence[Row]) -> dict[str, IntArray]:
        """The columns of rows of one kind, in the order given."""
        if not rows:
            return {name: np.empty(0, dtype=kind) for name, kind in TYPES.items()}
        values: dict[str, Sequence[Any]] = dict(zip(ROW, zip(*rows, strict=True), strict=True))
        values |= {name: [class_code(yen) for yen in values[of]] for name, of in CLASSES.items()}
        for name, number_of in _NUMBER_OF.items():
            values[name] = [number_of(value) for value in values[name]]
        for name, numbers in self.numbers.items():
            values[name] = [numbers.setdefault(word, len(numbers)) for word in values[name]]
        return {name: np.array(values[name], dtype=kind) for name, kind in TYPES.items()}

    def by_kind(self, rows: Sequence[Row]) -> dict[str, dict[str, IntArray]]:
        """The columns of cases and those of 経過, each in the order given."""
        what = ROW.index("what")
        return {kind: self.columns([row for row in rows if row[what] == kind]) for kind in KINDS}

    @property
    def words(self) -> dict[str, list[str]]:
        return {name: list(numbers) for name, numbers in self.numbers.items()}
