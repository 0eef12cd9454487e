"""Forgetting who applied: by hand, or by itself when the centre's years are over. Lectures and their numbers stay."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases.jobs import registry
from cases.law import calendar
from cases.protection import audit, contact_match, keys, streams
from cases.records.centre import SYSTEM, Actor, Centre
from outreach.applications import rulebooks, turns
from outreach.applications.models import Application
from outreach.applications.services import locked
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind

_MAY_END: Final = (Application.State.DECIDED, Application.State.REFUSED, Application.State.WITHDRAWN)
_DAY: Final = 86_400.0


@transaction.atomic
def erase_persons(uid: uuid.UUID, *, reason: str = "", by: Actor) -> Application:
    """Destroy the key of the applicant's names and addresses, and their letters. Told twice, nothing more happens.

    The group's name, what was asked for, the decision and the lecture stay. Raises Application.DoesNotExist.
    """
    row = locked(uid, by)
    if not row.has_persons:
        return row
    for letter in row.letters.all():
        streams.erase(letter.sealed_owner)
    contact_match.retag(row, {}, centre=row.centre)
    keys.destroy(row.sealed_owner)
    for name in Application.SEALED:
        setattr(row, name, None)
    row.erased_at = timezone.now()
    row.save()
    audit.record(
        "APPLICANT_ERASED", by=by, centre=row.centre, reason=f"{row.uid} {audit.typed(reason)}".strip()
    )
    turns.settle(row)
    return row


def ended_on(application: Application) -> date:
    """The day from which the years count, of one that is not open."""
    held = application.lecture.held_on if application.lecture else None
    return max(calendar.local_date(application.state_at), held or date.min)


def due_on(application: Application, keep_years: int) -> date | None:
    """The day from which the persons are no longer kept: so many years after it ended; None while it is under way."""
    return None if application.is_open else calendar.years_later(ended_on(application), keep_years)


def ended(centre: Centre) -> Iterator[Ended]:
    years = rulebooks.of(centre).keep_years
    rows = Application.objects.filter(centre=centre, erased_at=None).exclude(state__in=Application.OPEN)
    for row in rows.select_related("lecture").defer(
        *Application.SEALED, "lecture__lecturer", "lecture__meeting"
    ):
        yield Ended(row.uid, row.group_name, ended_on(row), years)


@transaction.atomic
def forget(uid: uuid.UUID) -> None:
    """Unless it is under way again."""
    if not locked(uid, SYSTEM).is_open:
        erase_persons(uid, by=SYSTEM)


def settle_ended() -> None:
    """Note of those whose lecture is over that they have ended."""
    for row in Application.objects.under_way().filter(state__in=_MAY_END):
        turns.settle(row)


def register() -> None:
    registry.every(_DAY, "applications.settle")(settle_ended)
    kinds.register(
        Kind(
            "APPLICANTS", gettext_lazy("講座の申込者"), gettext_lazy("決めた日か講座の日、遅いほう"), ended, forget,
            set_at=gettext_lazy("講座の申込みの決まり"),
        )
    )  # fmt: skip
