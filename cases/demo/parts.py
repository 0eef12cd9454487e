"""What other apps add to the demo data: lectures, bulletins, members. Filled in their `ready()`."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from cases.records.centre import Actor, Centre

Part: TypeAlias = Callable[[Centre, Actor, date], None]

_parts: dict[str, Part] = {}
_at_the_end: dict[str, Part] = {}


def register(name: str, part: Part, *, at_the_end: bool = False) -> None:
    """`part(centre, by, today)` fills a made-up centre; it is called again on later loads and then adds nothing.

    `at_the_end`: for what is reckoned from the others.
    """
    if name in _parts or name in _at_the_end:
        raise ValueError(f"the demo part {name} is registered twice")
    (_at_the_end if at_the_end else _parts)[name] = part


def load(centre: Centre, *, by: Actor, today: date) -> list[str]:
    """Call every part in the order of registration, those at the end last; returns their names."""
    every = {**_parts, **_at_the_end}
    for part in every.values():
        part(centre, by, today)
    return list(every)
