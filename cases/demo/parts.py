"""What other apps add to the demo data: lectures, bulletins, members. Filled in their `ready()`."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from cases.records.centre import Actor, Centre

Part: TypeAlias = Callable[[Centre, Actor, date], None]

_parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """`part(centre, by, today)` fills a made-up centre; it is called again on later loads and then adds nothing."""
    if name in _parts:
        raise ValueError(f"the demo part {name} is registered twice")
    _parts[name] = part


def load(centre: Centre, *, by: Actor, today: date) -> list[str]:
    """Call every part in the order of registration; returns their names."""
    for part in _parts.values():
        part(centre, by, today)
    return list(_parts)
