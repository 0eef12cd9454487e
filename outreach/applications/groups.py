"""Which applications are of one group, what it heard before, and the search by its name or telephone number.

A group has no register of its own: its applications share a `group_uid`. A new application joins the newest one that
has the same name or the same telephone number.
"""

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cases import spelling
from cases.protection import contact_match
from cases.records.centre import Actor, Centre
from outreach.applications.models import Application
from outreach.lectures.models import Lecture

_MOST: Final = 50


def key_of(name: str) -> str:
    """A group's name as it is compared: one width, one case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())[:240]


def find(text: str, *, by: Actor, centre: Centre) -> list[Application]:
    """The centre's applications whose group's name holds the text, or whose telephone number it is; newest first.

    A number opens the few candidates of its tag (one entry in the log) and shows none of them.
    """
    known = Application.objects.visible_to(by).filter(centre=centre)
    key = key_of(text)
    wanted = Q(group_key__contains=key) if key else Q(pk__in=[])
    if spelling.phone_digits(text):
        wanted |= Q(pk__in=[row.pk for row in _of_phone(text, by, centre)])
    return list(known.filter(wanted).for_list().order_by("-received_on", "-pk")[:_MOST])


def group_of(name: str, phone: str, *, by: Actor, centre: Centre) -> uuid.UUID:
    """The group that has applied under this name or number before, else a new one."""
    known = Application.objects.filter(centre=centre, group_key=key_of(name)).order_by("-received_on", "-pk")
    found = known.values_list("group_uid", flat=True).first()
    if found is None and spelling.phone_digits(phone):
        rows = _of_phone(phone, by, centre)
        found = rows[0].group_uid if rows else None
    return found or uuid.uuid4()


def _of_phone(phone: str, by: Actor, centre: Centre) -> list[Application]:
    rows = Application.objects.filter(erased_at=None).order_by("-received_on", "-pk")
    return contact_match.same(
        rows, contact_match.PHONE, phone, among=("phone", "mobile"), by=by, centre=centre
    )


@dataclass(frozen=True)
class History:
    """What else a group asked for, and the lecture on the same theme within a year of `around`, if there is one."""

    earlier: list[Application]
    same_theme: Lecture | None


def history_of(application: Application, *, around: date | None = None) -> History:
    """Two queries with those of `for_list`. `around` is the day of the lecture; today where none is chosen yet.

    The same theme within twelve months means that another group waits meanwhile, or that this one needs something new.
    """
    rows = Application.objects.filter(centre=application.centre_id, group_uid=application.group_uid)
    earlier = list(rows.exclude(pk=application.pk).for_list().order_by("-received_on", "-pk")[:_MOST])
    day = around or timezone.localdate()
    for row in earlier:
        held = row.lecture
        if (
            held is not None
            and held.state != Lecture.State.CANCELLED
            and application.theme
            and held.theme == application.theme
            and _within_a_year(held.held_on, day)
        ):
            return History(earlier, held)
    return History(earlier, None)


def _within_a_year(one: date, other: date) -> bool:
    """Whether less than twelve months lie between: from 10 December on, the next one is free on 10 December."""
    first, last = sorted((one, other))
    return (last.year - first.year) * 12 + last.month - first.month < 12 or (
        (last.year - first.year) * 12 + last.month - first.month == 12 and last.day < first.day
    )
