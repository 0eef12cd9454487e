"""What another room keeps of a member, for the member's page: the mail room registers here, as it knows the network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from consult.shell.accounts import Account
from outreach.network.models import Member


@dataclass(frozen=True)
class Linked:
    """A subscription of mail: nothing of its address. `gets`: whether mail is sent there."""

    uid: UUID
    name: str
    state: str
    frequency: str
    gets: bool


Find = Callable[[Member, Account], Sequence[Linked] | None]
_finds: Final[list[Find]] = []


def register(find: Find) -> None:
    """Once, when the app is ready; `find` gives None to whom it shows nothing."""
    _finds.append(find)


def linked_to(member: Member, actor: Account) -> Sequence[Linked] | None:
    found = [rows for find in _finds if (rows := find(member, actor)) is not None]
    return [row for rows in found for row in rows] if found else None
