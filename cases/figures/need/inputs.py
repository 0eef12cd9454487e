"""What is put into the planner: arrays, and the plain data that a plan keeps, from which the same lines come again."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE: Final = ""
"""The one place of a town without districts, or whose districts' residents nobody knows."""


@dataclass(frozen=True)
class Loss:
    """Of the cases of a 手口: the class of the median paid amount (empty: unknown), and the part that never came back.

    `known`: how many paid amounts that is from. Where they are too few it is what all 手口 together say (`is_of_all`).
    """

    paid_class: str = ""
    unrecovered: float = 1.0
    known: int = 0
    is_of_all: bool = False


@dataclass(frozen=True)
class Alarm:
    """A live surge of a 手口 (`topic`), perhaps of one age group and district: `now` cases, `expected` were usual."""

    wave: str
    topic: str
    group: str
    area: str
    now: float
    expected: float


@dataclass(frozen=True)
class Warning:
    """An alert from outside that is in force, on a 手口."""

    topic: str
    title: str
    source: str


@dataclass(frozen=True, eq=False)
class Inputs:
    """Arrays are 手口 × age group × district, where not said otherwise.

    `cases` of the last year; `years`: the part of it for which there are records. `residents` (age group × district)
    are NaN where unknown. `live`: cases of live alarms beyond what was usual; `alarmed`: where one is live. `reached`:
    people who came to lectures on the 手口 in `reached_months`; `general` (age group × district): to those without a
    手口; `bulletins` (per 手口): those issued. `repeated`: a lecture on just this in `repeat_months`. `calls` (age
    group × district): of every kind. `events` per district: lectures held or planned in `reached_months`. `placed` of
    `total` cases had a district and an age group that are known. `new`: 手口 that first came in the last year.
    """

    topics: tuple[str, ...]
    groups: tuple[str, ...]
    areas: tuple[str, ...]
    years: float
    cases: Floats
    residents: Floats
    live: Floats
    alarmed: Bools
    reached: Floats
    general: Floats
    bulletins: Floats
    repeated: Bools
    calls: Floats
    events: Floats
    losses: tuple[Loss, ...]
    alarms: tuple[Alarm, ...] = ()
    warnings: tuple[Warning, ...] = ()
    new: tuple[str, ...] = ()
    placed: int = 0
    total: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known of districts: then counts and warnings are all there is."""
        return self.areas == (WHOLE,)

    def plain(self) -> dict[str, Any]:
        """As it is stored; unknown residents are null."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


_ROWS: Final[Mapping[str, Any]] = {"losses": Loss, "alarms": Alarm, "warnings": Warning}
_PARTS: Final = {"residents": (1, 2), "general": (1, 2), "calls": (1, 2), "bulletins": (0,), "events": (2,)}
"""Of arrays that are not 手口 × age group × district: which of these they are by."""
_BOOLS: Final = frozenset({"alarmed", "repeated"})


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _without_nan(value.tolist())
    if isinstance(value, tuple) and value and isinstance(value[0], Loss | Alarm | Warning):
        return [vars(one) for one in value]
    return list(value) if isinstance(value, tuple) else value


def _without_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def of_plain(stored: Mapping[str, Any]) -> Inputs:
    """What was stored, to the last bit."""
    shape = tuple(len(stored[name]) for name in ("topics", "groups", "areas"))
    return Inputs(**{one.name: _of_plain(one.name, stored[one.name], shape) for one in fields(Inputs)})


def _of_plain(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    if name in _ROWS:
        return tuple(_ROWS[name](**row) for row in value)
    if name in ("topics", "groups", "areas", "new"):
        return tuple(value)
    if name in ("years", "placed", "total"):
        return value
    # Lists lose the shape of what is empty.
    found = np.array(_with_nan(value), dtype=np.bool_ if name in _BOOLS else np.float64)
    return found.reshape([shape[n] for n in _PARTS.get(name, (0, 1, 2))])


def _with_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_nan(one) for one in value]
    return np.nan if value is None else value


def spread_over(amount: float, weights: Floats) -> Floats:
    """The amount parted by the weights; evenly where they say nothing."""
    usable = np.where(np.isfinite(weights), weights, 0.0)
    whole = usable.sum()
    if whole <= 0:
        return np.full(weights.shape, amount / weights.size)
    found: Floats = amount * usable / whole
    return found
