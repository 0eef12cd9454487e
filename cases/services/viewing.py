"""Who else has a case open now: a sign of life every half minute from pages with scripts, the log for those without.

A courtesy to colleagues and not a lock. Nothing is kept of it beyond minutes; looks are in the log in any case.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.utils import timezone

from cases.jobs.lanes import Lane
from cases.jobs.registry import every
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.viewing import CaseViewer

log = logging.getLogger(__name__)

BEAT: Final = timedelta(seconds=30)
"""How often a page gives a sign of life."""
GONE: Final = timedelta(seconds=75)
"""A page that gave none for so long is closed, or its computer sleeps."""
WITHOUT_SCRIPTS: Final = timedelta(minutes=5)
"""So long a page without scripts counts as open from its loading on."""
_TOO_SOON: Final = timedelta(seconds=20)
_OPENINGS: Final = ("CASE_VIEWED", "CORRECTION_OPENED")


@dataclass(frozen=True)
class Viewer:
    """A colleague who has the case open."""

    name: str
    is_editing: bool


def beat(case: Case, *, is_editing: bool, by: Actor) -> None:
    """A page of this person's shows the case.

    At most one small write in 20 seconds, and none where the database is busy.
    """
    now = timezone.now()
    row = CaseViewer.objects.filter(case=case, account=by.pk).first()
    is_told = row is not None and not row.has_left and now - row.seen_at < _TOO_SOON
    if is_told and row is not None and (not is_editing or _is_fresh(row.edited_at, now)):
        return
    more = {"edited_at": now} if is_editing else {}
    _write(case, by, seen_at=now, has_left=False, **more)


def leave(case: Case, *, by: Actor) -> None:
    """The page was closed. Another page of the same person's that is still open says so at its next beat."""
    _write(case, by, seen_at=timezone.now(), has_left=True, edited_at=None)


def _write(case: Case, by: Actor, **columns: object) -> None:
    """Nobody waits for this, and nothing fails with it: a save is under way where the database is locked."""
    if by.pk is None:
        return
    try:
        with transaction.atomic():
            rows = CaseViewer.objects.filter(case=case, account=by.pk)
            if not rows.update(**columns):
                row = CaseViewer(case=case, account_id=by.pk, **columns)
                CaseViewer.objects.bulk_create([row], ignore_conflicts=True)
    except OperationalError:
        log.info("A sign of life was not written: the database is busy")


def others(case: Case, by: Actor) -> list[Viewer]:
    """Colleagues who have the case open now, those who change it first. Two queries."""
    now = timezone.now()
    rows = CaseViewer.objects.filter(case=case, seen_at__gt=now - WITHOUT_SCRIPTS).exclude(account=by.pk)
    known = {row.account_id: row for row in rows.select_related("account")}
    found = {
        pk: Viewer(str(row.account), _is_fresh(row.edited_at, now))
        for pk, row in known.items()
        if not row.has_left and now - row.seen_at < GONE
    }
    opened = AuditEntry.objects.filter(
        case_uid=case.uid, action__in=_OPENINGS, at__gt=now - WITHOUT_SCRIPTS, actor__isnull=False
    ).exclude(actor=by.pk)
    for entry in opened.select_related("actor").order_by("at"):
        row = known.get(entry.actor_id or 0)
        if row is None or entry.at > row.seen_at:
            found[entry.actor_id or 0] = Viewer(str(entry.actor), entry.action == "CORRECTION_OPENED")
    return sorted(found.values(), key=lambda one: (not one.is_editing, one.name))


def _is_fresh(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < GONE


def clean_up() -> None:
    CaseViewer.objects.filter(seen_at__lt=timezone.now() - WITHOUT_SCRIPTS).delete()


def register() -> None:
    every(300.0, "viewing.clean_up", lane=Lane.FEED)(clean_up)
