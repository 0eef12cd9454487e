"""Forgetting who applied: by hand, or by itself when the centre's years are over. Lectures and their numbers stay."""

import uuid
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.jobs import registry
from cases.law import calendar
from cases.protection import audit, contact_match, keys, streams
from cases.records.centre import SYSTEM, Actor, Centre
from outreach.applications import rulebooks, turns
from outreach.applications.models import Application
from outreach.applications.services import locked

_AT_ONCE: Final = 200
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


def due_on(application: Application, keep_years: int) -> date | None:
    """The day from which the persons are no longer kept: so many years after it ended; None while it is under way."""
    if application.is_open:
        return None
    held = application.lecture.held_on if application.lecture else None
    ended = max(calendar.local_date(application.state_at), held or date.min)
    return _years_later(ended, keep_years)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def sweep() -> bool:
    """Note what has ended, and erase what is due in every centre, as the system; True where there is more."""
    today = calendar.today()
    for ended in Application.objects.under_way().filter(state__in=_MAY_END):
        turns.settle(ended)
    for centre in Centre.objects.all():
        years = rulebooks.of(centre).keep_years
        # Only a lecture may end later than its decision: a day that is too early here is looked at below.
        old = Q(state_at__date__lte=_years_later(today, -years))
        rows = Application.objects.filter(old, centre=centre, erased_at=None).exclude(
            state__in=Application.OPEN
        )
        due = [row for row in rows.select_related("lecture")[:_AT_ONCE] if _is_due(row, years, today)]
        for row in due:
            erase_persons(row.uid, by=SYSTEM)
        if len(due) == _AT_ONCE:
            return True
    return False


def _is_due(row: Application, years: int, today: date) -> bool:
    due = due_on(row, years)
    return due is not None and due <= today


def register() -> None:
    registry.every(_DAY, "applications.erase")(sweep)
