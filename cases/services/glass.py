"""緊急の閲覧: open one case for a while where one normally may not, with a reason, and others are told."""

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.protection.reveal import masked_reason, open_glass
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.custody import BreakGlass
from cases.records.later_review import LaterReview
from cases.services import oversight
from cases.services.entry import EntryRefused

LEAST_REASON: Final = 10  # characters
LONGEST_REASON: Final = 200
MINUTES: Final = (15, 30, 60)
"""How long it may be asked for; the last is the most."""


class NoGlassOpen(CasesError):
    """There is no 緊急の閲覧 of this person in force: never opened, ended by hand or by its time."""

    code: ClassVar[str] = "no_glass_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("緊急の閲覧は開いていません。時間が過ぎたときは、理由を書いて開き直してください。")
        )


class NotOwnGlass(CasesError):
    """Whoever opened it cannot be the one who was told of it."""

    code: ClassVar[str] = "not_own_glass"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("自分が開いた緊急の閲覧は、自分では確認済みにできません。"))


@transaction.atomic
def break_glass(
    case_uid: uuid.UUID, *, reason: str, by: Actor, told: Collection[int], minutes: int = MINUTES[1]
) -> BreakGlass:
    """Open the case to `by` for `minutes`; where one of theirs is open already, that one, unchanged.

    `told`: keys of the accounts on whose 今日 it will stand (the centre's managers, whoever has the case); the actor
    is never counted. Where nobody is left, the act goes on the list of what one person did alone.
    Raises Case.DoesNotExist, EntryRefused, KeyMissing.
    """
    if by.pk is None:
        raise ValueError("the system opens nothing in an emergency")
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    _check(reason, minutes)
    if (known := open_glass(case, by)) is not None:
        return known
    now = timezone.now()
    others = set(told) - {by.pk}
    glass = BreakGlass.objects.create(
        case=case,
        centre=case.centre,
        account_id=by.pk,
        reason=masked_reason(case, reason.strip())[:LONGEST_REASON],
        opened_at=now,
        ends_at=now + timedelta(minutes=minutes),
        told=len(others),
    )
    audit.record("GLASS_BROKEN", by=by, case=case, reason=glass.reason)
    if not others:
        oversight.note_alone(LaterReview.Kind.BREAK_GLASS, glass.uid, centre=case.centre, by=by)
    return glass


def _check(reason: str, minutes: int) -> None:
    errors = {}
    if len(reason.strip()) < LEAST_REASON:
        errors["reason"] = _("理由を%(least)d文字以上で入力してください。") % {"least": LEAST_REASON}
    elif len(reason.strip()) > LONGEST_REASON:
        errors["reason"] = _("%(most)s文字以内で入力してください。") % {"most": LONGEST_REASON}
    if minutes not in MINUTES:
        errors["minutes"] = _("選び直してください。")
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def end_glass(case_uid: uuid.UUID, *, by: Actor) -> BreakGlass:
    """End one's own before its time. Raises Case.DoesNotExist, NoGlassOpen."""
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    glass = open_glass(case, by)
    if glass is None:
        raise NoGlassOpen
    glass.ended_at = timezone.now()
    glass.save(update_fields=["ended_at"])
    audit.record("GLASS_ENDED", by=by, case=case)
    return glass


@transaction.atomic
def note_seen(uid: uuid.UUID, *, by: Actor) -> BreakGlass:
    """Somebody who was told has looked at it; again changes nothing. Raises BreakGlass.DoesNotExist, NotOwnGlass."""
    glass = (
        BreakGlass.objects.select_for_update(of=("self",))
        .select_related("case__centre")
        .get(uid=uid, centre_id__in=by.centre_ids)
    )
    if glass.account_id == by.pk:
        raise NotOwnGlass
    if glass.seen_at is None:
        glass.seen_at, glass.seen_by_id = timezone.now(), by.pk
        glass.save(update_fields=["seen_at", "seen_by"])
        audit.record("GLASS_SEEN", by=by, case=glass.case)
    return glass
