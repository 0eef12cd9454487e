"""今日: short cards that every room may put on the page where a day starts, filled in each app's `ready()`.

One card for one matter, in the words of its reader: whoever can mend a thing gets a card of their own in the place
of everybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cases.records.centre import Actor


class Level(StrEnum):
    """How loud a card is; also the kind of notice that it is shown as."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Card:
    """One line of state and, where there is something to do, the page to do it on (a url name)."""

    title: str
    body: str = ""
    level: Level = Level.INFO
    url_name: str = ""
    link: str = ""


Build = Callable[[Actor], Card | None]


@dataclass(frozen=True)
class _Source:
    permission: str
    build: Build
    instead_of: str


_LOUDEST_FIRST: Final = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
_sources: dict[str, _Source] = {}


def register(name: str, permission: str, build: Build, *, instead_of: str = "") -> None:
    """From now on `build` is asked for every reader who holds `permission`; None means nothing to say.

    A card is asked for on each visit of the page: a query or two, no personal value. `instead_of` names the source
    that these readers are not asked for: the same matter, told to those who can do nothing about it.
    """
    if name in _sources:
        raise ValueError(f"the card {name} is registered twice")
    _sources[name] = _Source(permission, build, instead_of)


def cards(actor: Actor, may: Callable[[str], bool]) -> list[Card]:
    """The cards for this reader, the loudest first, in the order of registration within a level."""
    mine = {name: source for name, source in _sources.items() if may(source.permission)}
    replaced = {source.instead_of for source in mine.values()}
    built = [source.build(actor) for name, source in mine.items() if name not in replaced]
    return sorted((card for card in built if card), key=lambda card: _LOUDEST_FIRST[card.level])
