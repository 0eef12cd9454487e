"""消去: a case goes with everything that was kept of it, and nobody brings it back by mistake.

What stays: the log (it never held a value), coarse figures without the uid, and the tombstone.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases import erasing
from cases.backup import erased as backups
from cases.feed import rows as feed
from cases.figures import erasure as figures
from cases.protection import audit, keys
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor
from cases.records.tombstone import Tombstone
from cases.services.ledger.models import ImportedRow
from cases.services.retention import holds
from cases.services.retention.due import keeping_of
from cases.services.retention.models import Disposal
from cases.services.retention.wraps import wraps_of


@transaction.atomic
def erase_case(
    case_uid: uuid.UUID, *, reason: Disposal.Ground, by: Actor, disposal: Disposal | None = None
) -> Tombstone:
    """Erase one case, open or closed, in one transaction. That two persons want it is held where it is approved.

    Files of the database and the index are cleaned by the worker at once; see `storage` and `receipts` for what
    an old backup still holds, and how long. Raises Case.DoesNotExist, CaseOnHold, and what a hook refuses by.
    """
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    if holds.is_held(case):
        raise holds.CaseOnHold(case)
    return _erase(case, ground=reason, by=by, disposal=disposal, at=timezone.now())


@transaction.atomic
def erase_again(case_uid: uuid.UUID, erased_at: datetime) -> None:
    """Erase a case that a restore from an older backup brought back; nothing happens where there is none.

    Holds of that day do not count: the case was erased after they had been lifted. It is erased as of now
    and not of `erased_at`, since backups taken meanwhile of the restored database hold it.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("centre").filter(uid=case_uid).first()
    if case is not None:
        _erase(case, ground=Disposal.Ground.AGAIN, by=SYSTEM, disposal=None, at=timezone.now())


def _erase(
    case: Case, *, ground: Disposal.Ground, by: Actor, disposal: Disposal | None, at: datetime
) -> Tombstone:
    """In the caller's transaction, which holds the case's row lock."""
    tombstone = Tombstone(
        case_uid=case.uid,
        centre=case.centre,
        number=case.number,
        record_class=keeping_of(case).record_class,
        ground=ground,
        disposal=disposal,
        erased_at=at,
        wraps=wraps_of(case, erasing.owners_of(case.uid)),
    )
    erasing.run(case.uid)
    ImportedRow.objects.filter(case_uid=case.uid).delete()
    keys.destroy(case.sealed_owner)
    figures.forget(case.uid)
    audit.record("CASE_ERASED", by=by, case=case, reason=ground)
    feed.changed([(case.uid, case.revision + 1)])
    case.delete()
    tombstone.save(force_insert=True)
    backups.note_erasure(case.uid, at)
    return tombstone
