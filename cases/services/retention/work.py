"""What the worker does for retention: batches, clean files after erasures, and the look whether a receipt is due."""

from typing import Final

from django.utils.translation import gettext_noop

from cases.backup.erased import register_eraser
from cases.jobs import every
from cases.law import calendar
from cases.protection.keys import Kek, destruction
from cases.protection.keys.rotation import rows_of
from cases.records.case import Case
from cases.records.centre import Centre
from cases.services.retention import disposal, due, erasure, receipts, storage
from cases.services.retention.models import LegalHold

_CLEAN_SECONDS: Final = 30.0
_SETTLE_SECONDS: Final = 3600.0


def register() -> None:
    """Called once, when the apps are ready."""
    disposal.register()
    register_eraser(erasure.erase_again)
    destruction.object_if(gettext_noop("保存停止中の相談"), held_under)
    destruction.object_if(gettext_noop("保存期限前の相談"), kept_under)
    every(_CLEAN_SECONDS, "retention.clean", wanted=storage.is_wanted)(storage.clean_after_erasures)
    every(_SETTLE_SECONDS, "retention.settle", wanted=receipts.is_wanted)(settle)


def settle() -> None:
    receipts.settle()


def held_under(kek: Kek) -> int:
    """Cases on hold whose data key this KEK wraps."""
    held = LegalHold.objects.filter(lifted_at__isnull=True).values("case__uid")
    return rows_of(kek).filter(owner_kind=Case.OWNER_KIND, owner_uid__in=held).count()


def kept_under(kek: Kek) -> int:
    """Closed cases whose years are not over and whose data key this KEK wraps."""
    centre = Centre.objects.filter(uid=kek.centre_uid).first()
    if centre is None:
        return 0
    due_now = due.due_by(centre, calendar.today(), due.periods_of(centre)).values("pk")
    wrapped = rows_of(kek).filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
    closed = Case.objects.filter(uid__in=wrapped, closed_on__isnull=False)
    return closed.exclude(pk__in=due_now).count()
