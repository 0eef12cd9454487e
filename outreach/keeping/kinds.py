"""Whose names and telephone numbers 啓発 holds, and what ends the need for them. Rooms register theirs in `ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.functional import Promise

from cases.records.centre import Centre


@dataclass(frozen=True)
class Ended:
    """One whose persons are still known though what they were kept for ended on that day.

    `name` is what the lists call it, never a person. `years`: those of its own; None: those of its kind.
    """

    uid: UUID
    name: str
    on: date
    years: int | None = None


@dataclass(frozen=True)
class Kind:
    """`ended` lists who is waiting to be forgotten, `forget` does it.

    `forget` judges anew under its lock: what came back meanwhile stays. `set_at`: where the years are set, if not here.
    """

    code: str
    label: str | Promise
    ended_by: str | Promise
    ended: Callable[[Centre], Iterable[Ended]]
    forget: Callable[[UUID], object]
    years: int = 3
    set_at: str | Promise = ""


kinds: Final[dict[str, Kind]] = {}


def register(kind: Kind) -> None:
    if kind.code in kinds:
        raise ValueError(f"the kind {kind.code} is registered twice")
    kinds[kind.code] = kind


def settable() -> list[Kind]:
    """Those whose years are set in this room."""
    return [kind for kind in kinds.values() if not kind.set_at]
