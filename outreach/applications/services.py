"""An application comes in, is corrected, is somebody's to deal with. Deciding has a module of its own (`deciding`)."""

import uuid
from dataclasses import dataclass, field
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contact_match, contacts, keys
from cases.protection.purpose import Purpose
from cases.protection.sealed import Sealer
from cases.records.case import new_uid
from cases.records.centre import Actor, Centre
from cases.records.sent import check_unchanged, sent_before
from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.applications import groups
from outreach.applications.entry import ApplicationEntry, check
from outreach.applications.models import Application, ApplicationCandidate
from outreach.words import Masking

PLAIN: Final = (
    "channel", "received_on", "kind", "audience", "purpose_kind", "theme", "expected_people", "people_in_city",
    "area", "venue_in_city", "projector", "microphone", "parking", "may_publish",
)  # fmt: skip
"""What is stored as it was chosen."""
PHONES: Final = ("phone", "mobile")


class ApplicationNotOpen(CasesError):
    """It was decided, refused or withdrawn; what it asked for no longer changes."""

    code: ClassVar[str] = "application_not_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この申込みは決定・不承認・取下げのいずれかになっているため、変えられません。"))


class PersonsErased(CasesError):
    """The applicant's names and addresses were deleted for good."""

    code: ClassVar[str] = "persons_erased"
    status: ClassVar[int] = 410

    def __init__(self) -> None:
        super().__init__(_("申込者の氏名・連絡先は、保存期間が過ぎたため消去されています。"))


@dataclass(frozen=True)
class Saved:
    """The row, and the kinds of personal data (氏名 …) that were masked in what was typed."""

    application: Application
    masked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Where a line of a file came from: keyed digests of its number and of its content."""

    key: bytes
    digest: bytes


@transaction.atomic
def receive(
    entry: ApplicationEntry,
    *,
    centre: Centre,
    by: Actor,
    proposal: uuid.UUID | None = None,
    source: Source | None = None,
    uid: uuid.UUID | None = None,
) -> Saved:
    """A new application, joined with earlier ones of its group. `proposal`: of the planner, that it began at.

    Idempotent by `uid`. Raises EntryRefused, SentElsewhere.
    """
    if known := sent_before(uid, Application.objects.visible_to(by), centre):
        return Saved(known)
    check(entry, centre)
    held = Centre.objects.select_for_update(no_key=True).get(
        pk=centre.pk
    )  # numbers are given one after another
    year = calendar.fiscal_year(entry.received_on)
    row = Application(
        uid=uid or new_uid(), centre=held, fiscal_year=year, number=_next_number(held, year),
        group_uid=groups.group_of(entry.group_name, entry.phone or "", by=by, centre=held),
        state_at=timezone.now(), proposal=proposal, made_by_id=by.pk,
        source_key=source and source.key, source_digest=source and source.digest,
    )  # fmt: skip
    key, sealer = keys.create(row.sealed_owner, centre_uid=held.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    masked = _fill(row, entry, sealer)
    row.save(force_insert=True)
    _keep_candidates(row, entry)
    _retag(row, entry, held)
    audit.record("APPLICATION_RECEIVED", by=by, centre=held, reason=str(row.uid))
    return Saved(row, masked)


def _next_number(centre: Centre, year: int) -> int:
    taken = Application.objects.filter(centre=centre, fiscal_year=year).aggregate(most=Max("number"))["most"]
    return (taken or 0) + 1


@transaction.atomic
def correct(uid: uuid.UUID, entry: ApplicationEntry, *, by: Actor, seen: str = "") -> Saved:
    """Replace what was asked for, while it is open; number and group stay.

    Raises Application.DoesNotExist outside the actor's scope, ApplicationNotOpen, PersonsErased, SavedMeanwhile,
    EntryRefused.
    """
    row = locked(uid, by)
    if not row.is_open:
        raise ApplicationNotOpen
    if not row.has_persons:
        raise PersonsErased
    check_unchanged(seen, row.changed_at)
    check(entry, row.centre)
    masked = _fill(row, entry, keys.sealer(row.sealed_owner, centre_uid=row.centre.uid))
    row.save()
    row.candidates.all().delete()
    _keep_candidates(row, entry)
    if any(getattr(entry, name) is not None for name in PHONES):
        _retag(row, entry, row.centre)
    audit.record("APPLICATION_CORRECTED", by=by, centre=row.centre, reason=str(row.uid))
    return Saved(row, masked)


def _fill(row: Application, entry: ApplicationEntry, sealer: Sealer) -> list[str]:
    masking = Masking(row.centre)
    row.group_name = masking.text(entry.group_name.strip())
    row.group_key = groups.key_of(entry.group_name)
    row.purpose = masking.text(entry.purpose.strip())
    row.venue = masking.venue(entry.venue.strip())
    row.note = masking.text(entry.note.strip())
    for name in PLAIN:
        setattr(row, name, getattr(entry, name))
    for name in Application.SEALED:
        if (text := getattr(entry, name)) is not None:
            sealer.seal(row, name, text.strip())
    return masking.masked


def _keep_candidates(row: Application, entry: ApplicationEntry) -> None:
    ApplicationCandidate.objects.bulk_create(
        ApplicationCandidate(
            application=row, position=position, day=slot.day, starts_at=slot.starts_at, ends_at=slot.ends_at
        )
        for position, slot in enumerate(entry.slots, start=1)
    )


def _retag(row: Application, entry: ApplicationEntry, centre: Centre) -> None:
    """Telephone numbers alone find an application again. What was left as it is, is opened to keep its tag."""
    sealer = keys.sealer(row.sealed_owner, centre_uid=centre.uid)
    numbers = [
        sealer.open(row, name) if (typed := getattr(entry, name)) is None else typed for name in PHONES
    ]
    contact_match.retag(row, {contact_match.PHONE: [one for one in numbers if one]}, centre=centre)


@transaction.atomic
def assign(uid: uuid.UUID, account_uid: uuid.UUID, *, by: Actor) -> Application:
    """Somebody of the centre who may plan lectures deals with it from now on. Raises EntryRefused."""
    row = locked(uid, by)
    holders = Account.objects.holding(row.centre, roles.PLAN_LECTURES)
    account = next((one for one in holders if one.uid == account_uid), None)
    if account is None:
        raise EntryRefused({"account": _("選び直してください。")})
    row.assigned_to = account
    row.save(update_fields=["assigned_to", "changed_at"])
    audit.record("APPLICATION_ASSIGNED", by=by, centre=row.centre, reason=str(row.uid))
    return row


def persons_of(uid: uuid.UUID, *, by: Actor) -> dict[str, str]:
    """Names and addresses of who applied, logged before they are opened; none is empty unless nothing was told.

    Raises Application.DoesNotExist, PersonsErased.
    """
    row = Application.objects.visible_to(by).select_related("centre").get(uid=uid)
    if not row.has_persons:
        raise PersonsErased
    return contacts.reveal(row, Application.SEALED, by=by, centre=row.centre, purpose=Purpose.OUTREACH)


def locked(uid: uuid.UUID, by: Actor) -> Application:
    """The row, held until the caller's transaction ends. Raises Application.DoesNotExist."""
    rows = Application.objects.visible_to(by).select_related("centre")
    return rows.select_for_update(of=("self",)).get(uid=uid)
