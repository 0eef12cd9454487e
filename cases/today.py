"""今日: cards and lists that every room may put on the page where a day starts, filled in each app's `ready()`.

One card for one matter, in the words of its reader: whoever can mend a thing gets a card of their own in the place
of everybody's.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
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


@dataclass(frozen=True)
class Row:
    """One line of a list: what it is about, the page to do it on (a url name and a uid), until when, and how urgent."""

    label: str
    url_name: str
    uid: uuid.UUID | None = None
    due: str = ""
    detail: str = ""
    level: Level = Level.INFO
    anchor: str = ""
    query: str = ""


@dataclass(frozen=True)
class Block:
    """A list of what waits. `rows` are the first of `total`, the most urgent first; the page folds them further.

    `all_url` (a url name) and `all_query` lead to the whole list.
    """

    title: str
    rows: Sequence[Row]
    total: int
    level: Level = Level.INFO
    all_url: str = ""
    all_query: str = ""
    note: str = ""


Build = Callable[[Actor], Card | None]
BuildBlock = Callable[[Actor], Block | None]


@dataclass(frozen=True)
class _Source:
    permission: str
    build: Build
    instead_of: str


_LOUDEST_FIRST: Final = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
_sources: dict[str, _Source] = {}
_blocks: dict[str, tuple[str, BuildBlock]] = {}


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


def register_block(name: str, permission: str, build: BuildBlock) -> None:
    """From now on `build` is asked for the list of every reader who holds `permission`, as with cards."""
    if name in _blocks:
        raise ValueError(f"the list {name} is registered twice")
    _blocks[name] = (permission, build)


def blocks(actor: Actor, may: Callable[[str], bool]) -> list[Block]:
    """The lists for this reader that have something in them, the loudest first."""
    built = [build(actor) for permission, build in _blocks.values() if may(permission)]
    return by_urgency(block for block in built if block is not None and block.total)


def by_urgency(found: Iterable[Block]) -> list[Block]:
    """The loudest first, in the given order within a level."""
    return sorted(found, key=lambda block: _LOUDEST_FIRST[block.level])


def loudest(rows: Iterable[Row]) -> Level:
    """The level of a list: that of its loudest line."""
    return min((row.level for row in rows), key=_LOUDEST_FIRST.__getitem__, default=Level.INFO)
