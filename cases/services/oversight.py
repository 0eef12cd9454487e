"""Two persons, or one with a record of it: every rule that wants a second person goes through here.

A centre with one account cannot wait for a colleague. There the act counts at once and is listed until somebody
else (a later colleague, the section's head with an account of their own) has seen it.
"""

import uuid
from collections.abc import Collection
from typing import ClassVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.later_review import LaterReview
from cases.records.unusual import UnusualLooks


class SecondPersonNeeded(CasesError):
    """The same person cannot be both, and there is somebody else to ask."""

    code: ClassVar[str] = "second_person_needed"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("ほかの人の確認が必要です。同じ人が続けて行うことはできません。"))


class NotForOneself(CasesError):
    """What one did alone is reviewed by somebody else."""

    code: ClassVar[str] = "not_for_oneself"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("自分が一人で行ったことは、自分では確認済みにできません。"))


def is_alone(centre: Centre, by: Actor, *, able: Collection[int] | None = None) -> bool:
    """Whether nobody but the actor has a working account at the centre; with `able`, nobody among these accounts.

    `able` is for acts that few roles may do: a colleague who cannot open the page is no second person.
    """
    at_work = set(get_user_model().objects.filter(centre=centre, is_active=True).values_list("pk", flat=True))
    return (at_work if able is None else at_work & set(able)) <= {by.pk}


def by_second_person(
    kind: LaterReview.Kind,
    subject_uid: uuid.UUID,
    *,
    first_pk: int | None,
    centre: Centre,
    by: Actor,
    able: Collection[int] | None = None,
) -> LaterReview | None:
    """Hold the rule that `by` is not the one who did the first step (`first_pk`).

    In the caller's transaction. Where the actor is alone at the centre the act is let through and listed; then its
    row is returned, else None. Raises SecondPersonNeeded.
    """
    if first_pk != by.pk:
        return None
    if not is_alone(centre, by, able=able):
        raise SecondPersonNeeded
    return note_alone(kind, subject_uid, centre=centre, by=by)


def note_alone(kind: LaterReview.Kind, subject_uid: uuid.UUID, *, centre: Centre, by: Actor) -> LaterReview:
    """Put an act done alone on the list, once, in the caller's transaction."""
    if by.pk is None:
        raise ValueError("the system itself acts by its rules, not instead of a person")
    row, is_new = LaterReview.objects.get_or_create(
        kind=kind, subject_uid=subject_uid, defaults={"centre": centre, "acted_by_id": by.pk}
    )
    if is_new:
        audit.record("DONE_ALONE", by=by, centre=centre, reason=kind.value)
    return row


@transaction.atomic
def review(uid: uuid.UUID, *, by: Actor) -> LaterReview:
    """Mark an act as seen by somebody else; again changes nothing. Raises LaterReview.DoesNotExist, NotForOneself."""
    row = LaterReview.objects.select_for_update().get(uid=uid, centre_id__in=by.centre_ids)
    if row.acted_by_id == by.pk:
        raise NotForOneself
    if row.reviewed_at is None:
        row.reviewed_at, row.reviewed_by_id = timezone.now(), by.pk
        row.save(update_fields=["reviewed_at", "reviewed_by"])
        audit.record("ALONE_REVIEWED", by=by, centre=row.centre, reason=row.kind)
    return row


@transaction.atomic
def see_unusual(uid: uuid.UUID, *, by: Actor) -> UnusualLooks:
    """Mark a report of unusual looks as seen by somebody else; again changes nothing.

    Raises UnusualLooks.DoesNotExist, NotForOneself.
    """
    found = UnusualLooks.objects.select_for_update(of=("self",)).select_related("centre")
    row = found.get(uid=uid, centre_id__in=by.centre_ids)
    if row.account_id == by.pk:
        raise NotForOneself
    if row.seen_at is None:
        row.seen_at, row.seen_by_id = timezone.now(), by.pk
        row.save(update_fields=["seen_at", "seen_by"])
        audit.record("UNUSUAL_SEEN", by=by, centre=row.centre)
    return row
