"""保存停止: a lawsuit, an inquiry or a request stops the erasure of a case until somebody lifts it."""

import uuid
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services.retention.models import LegalHold


class CaseOnHold(CasesError):
    """Nothing erases the case while a hold lasts."""

    code: ClassVar[str] = "case_on_hold"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        super().__init__(
            _("相談番号%(number)sは保存停止中のため、消去できません。") % {"number": case.number}
        )


@transaction.atomic
def place(case_uid: uuid.UUID, *, ground: LegalHold.Ground, by: Actor, reference: str = "") -> LegalHold:
    """Stop the erasure of a case, open or closed. Several holds may last at once. Raises Case.DoesNotExist.

    Waits for an erasure that is under way; then there is no such case any more.
    """
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    hold = LegalHold.objects.create(case=case, ground=ground, reference=reference, placed_by_id=by.pk)
    audit.record("HOLD_PLACED", by=by, case=case, reason=ground)
    return hold


@transaction.atomic
def lift(hold_uid: uuid.UUID, *, by: Actor) -> LegalHold:
    """End a hold; again changes nothing. Raises LegalHold.DoesNotExist."""
    hold = (
        LegalHold.objects.select_for_update(of=("self",))
        .select_related("case__centre")
        .get(uid=hold_uid, case__centre_id__in=by.centre_ids)
    )
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by_id = timezone.now(), by.pk
        hold.save(update_fields=["lifted_at", "lifted_by"])
        audit.record("HOLD_LIFTED", by=by, case=hold.case, reason=hold.ground)
    return hold


def is_held(case: Case) -> bool:
    return LegalHold.objects.filter(case=case, lifted_at__isnull=True).exists()
