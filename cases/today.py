"""今日: short cards that every room may put on the page where a day starts, filled in each app's `ready()`."""

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


_LOUDEST_FIRST: Final = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
_sources: dict[str, _Source] = {}


def register(name: str, permission: str, build: Build) -> None:
    """From now on `build` is asked for every reader who holds `permission`; None means nothing to say.

    A card is asked for on each visit of the page: a query or two, no personal value.
    """
    if name in _sources:
        raise ValueError(f"the card {name} is registered twice")
    _sources[name] = _Source(permission, build)


def cards(actor: Actor, may: Callable[[str], bool]) -> list[Card]:
    """The cards for this reader, the loudest first, in the order of registration within a level."""
    built = [source.build(actor) for source in _sources.values() if may(source.permission)]
    return sorted((card for card in built if card), key=lambda card: _LOUDEST_FIRST[card.level])
