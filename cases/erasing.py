"""What goes with a case when it is erased: each room that keeps something of a case says here how it forgets it.

Rows with a foreign key to the case and `CASCADE` need no hook. Values sealed under the case's own key are beyond
reach once that key is gone; hooks are for other keys, other owners, and files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cases.protection.sealed import Owner

Hook = Callable[[UUID], None]
Owners = Callable[[UUID], list[Owner]]


@dataclass(frozen=True)
class _Room:
    forget: Hook
    owners: Owners | None


_rooms: dict[str, _Room] = {}


def register(name: str, hook: Hook, *, owners: Owners | None = None) -> None:
    """`hook(case_uid)` runs inside the transaction that erases the case, before its row goes; idempotent.

    It may refuse by a CasesError; then nothing is erased. `owners(case_uid)` names the owners whose own keys it
    destroys: an old backup holds their values as long as what wrapped those keys exists.
    """
    if name in _rooms:
        raise ValueError(f"the erasure hook {name} is registered twice")
    _rooms[name] = _Room(hook, owners)


def owners_of(case_uid: UUID) -> list[Owner]:
    """Owners beside the case itself whose keys go with it. Asked before `run`."""
    return [owner for room in _rooms.values() if room.owners for owner in room.owners(case_uid)]


def run(case_uid: UUID) -> None:
    """Call every hook, in the order of their names."""
    for _name, room in sorted(_rooms.items()):
        room.forget(case_uid)
