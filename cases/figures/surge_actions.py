"""What was done about a surge: filled in each app's `ready()`, shown on its card. The rooms below know no bulletin."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.records.centre import Actor


@dataclass(frozen=True)
class Action:
    """One thing that answers a surge: what it is, where it stands, the page to see it on (a url name and a uid)."""

    kind: str
    label: str
    state: str
    at: datetime
    url_name: str
    uid: uuid.UUID


@dataclass(frozen=True)
class Begin:
    """A way to begin one: a page (`url_name`) that takes the wave's uid as `?wave=`, for whoever holds `permission`."""

    permission: str
    label: str
    url_name: str


Find = Callable[[uuid.UUID, Actor], list[Action]]
_finders: Final[dict[str, Find]] = {}
_begins: Final[dict[str, Callable[[], Begin]]] = {}


def register(name: str, find: Find, begin: Callable[[], Begin], *, is_first: bool = False) -> None:
    """From now on a card shows what `find` finds of its wave, and offers to begin another.

    `is_first`: what most cards lead to stands before the others, whichever app registers first; it has the key.
    """
    if name in _finders:
        raise ValueError(f"{name} is registered twice")
    _finders[name] = find
    if is_first:
        others = dict(_begins)
        _begins.clear()
        _begins.update({name: begin, **others})
    else:
        _begins[name] = begin


def actions_of(wave: uuid.UUID, actor: Actor) -> list[Action]:
    """Everything in the actor's scope, the newest first. A query per kind."""
    found = [action for find in _finders.values() for action in find(wave, actor)]
    return sorted(found, key=lambda action: action.at, reverse=True)


def begins(may: Callable[[str], bool]) -> list[Begin]:
    """The ways to begin one that this reader may take, the first one first, then in the order of registration."""
    return [one for make in _begins.values() if may((one := make()).permission)]
