"""応援を呼ぶ: one key on a difficult call; whoever may answer sees it within seconds, without a sound."""

import uuid
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.help_calls import HelpCall

LASTS: Final = timedelta(minutes=30)


@transaction.atomic
def call(
    *, centre: Centre, by: Actor, case_uid: uuid.UUID | None = None, is_on_call: bool = False
) -> HelpCall:
    """Call for help; while one's own call is in force, that one, unchanged. Raises Case.DoesNotExist."""
    if by.pk is None:
        raise ValueError("the system needs no help")
    now = timezone.now()
    mine = HelpCall.objects.select_for_update().filter(account=by.pk, ended_at=None).first()
    if mine is not None and mine.ends_at > now:
        return mine
    if mine is not None:
        mine.ended_at = mine.ends_at
        mine.save(update_fields=["ended_at"])
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid) if case_uid else None
    row = HelpCall.objects.create(
        centre=centre, account_id=by.pk, case=case, is_on_call=is_on_call, called_at=now, ends_at=now + LASTS
    )
    audit.record("HELP_CALLED", by=by, case=case, centre=centre)
    return row


@transaction.atomic
def answer(uid: uuid.UUID, *, by: Actor) -> HelpCall:
    """Somebody comes: the caller and the others see who. The first one counts. Raises HelpCall.DoesNotExist."""
    row = (
        HelpCall.objects.select_for_update(of=("self",))
        .select_related("centre", "case__centre")
        .get(uid=uid, centre_id__in=by.centre_ids)
    )
    if row.answered_at is None:
        row.answered_at, row.answered_by_id = timezone.now(), by.pk
        row.save(update_fields=["answered_at", "answered_by"])
        audit.record("HELP_ANSWERED", by=by, case=row.case, centre=row.centre)
    return row


@transaction.atomic
def end(uid: uuid.UUID, *, by: Actor) -> HelpCall:
    """The call is over: for whoever called or answered; again changes nothing. Raises HelpCall.DoesNotExist."""
    row = (
        HelpCall.objects.select_for_update(of=("self",))
        .select_related("centre", "case__centre")
        .get(uid=uid, centre_id__in=by.centre_ids)
    )
    if by.pk not in (row.account_id, row.answered_by_id):
        raise HelpCall.DoesNotExist
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        audit.record("HELP_ENDED", by=by, case=row.case, centre=row.centre)
    return row


def waiting(by: Actor) -> list[HelpCall]:
    """The calls in force at the reader's centres; one query, by an index of open calls."""
    return list(
        HelpCall.objects.open_at(timezone.now())
        .filter(centre__in=by.centre_ids)
        .select_related("account", "answered_by", "case")
        .only(
            "uid", "called_at", "is_on_call", "answered_at", "account__display_name", "answered_by__display_name",
            "case__number", "case__uid",
        )
    )  # fmt: skip


def mine(by: Actor) -> HelpCall | None:
    """One's own call in force."""
    return (
        HelpCall.objects.open_at(timezone.now()).filter(account=by.pk).select_related("answered_by").first()
    )
