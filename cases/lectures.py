"""講座: those of a centre, as far as a case concerns them.

Filled by the app that holds them. A caller may say that a lecture told them of the centre; no person of a lecture is in
here.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar

LECTURE_ROUTE: Final = "LECTURE"
"""The code of 講座・啓発の催し in the set 窓口につながった経路."""
RECENT: Final = timedelta(days=366)
"""How long before a call a lecture was held that is offered for it."""


@dataclass(frozen=True)
class Told:
    """A lecture as the desk names it."""

    uid: uuid.UUID
    title: str
    venue: str
    held_on: date

    def __str__(self) -> str:
        day = calendar.month_and_day(self.held_on)
        if not self.venue:
            return f"{day} {self.title}"
        return _("%(day)s %(title)s(%(venue)s)") % {"day": day, "title": self.title, "venue": self.venue}


Listed = Callable[[uuid.UUID, date, date], list[Told]]
Found = Callable[[uuid.UUID, uuid.UUID], Told | None]
_rooms: list[tuple[Listed, Found]] = []


def register(listed: Listed, found: Found) -> None:
    """`listed(centre, start, end)` gives lectures held in [start, end), the newest first; `found(uid, centre)` one of
    any day. Centres by their uid. Once.
    """
    if _rooms:
        raise ValueError("the lectures are registered twice")
    _rooms.append((listed, found))


def recent(centre: uuid.UUID, on: date) -> list[Told]:
    """Those of the centre in the year up to the day, the newest first; none where nobody holds lectures."""
    return [one for listed, _found in _rooms for one in listed(centre, on - RECENT, on + timedelta(days=1))]


def named(text: str, centre: uuid.UUID) -> list[Told]:
    """The one of the centre whose uid a form gave; none for anything else."""
    try:
        one = find(uuid.UUID(text), centre)
    except ValueError:
        return []
    return [one] if one else []


def find(uid: uuid.UUID, centre: uuid.UUID) -> Told | None:
    """One of the centre by its uid; None for anything else."""
    return next((one for _listed, found in _rooms if (one := found(uid, centre))), None)
