"""消去の証明: given only when no key and no backup is left that an erased case could be read from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup import keeping, places
from cases.backup.models import Backup, BackupCopy, oldest_kept
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor
from cases.records.tombstone import Tombstone
from cases.services.retention.wraps import all_destroyed

_AT_ONCE: Final = 500


class Wait(StrEnum):
    """What still stands between an erased case and its receipt."""

    FILES = "files"
    WORDS = "words"
    BACKUPS = "backups"


@dataclass(frozen=True)
class Missing:
    """One thing that is not yet so; `until` is when it is expected to be, None where nobody can say."""

    wait: Wait
    until: datetime | None = None


class NoReceiptYet(CasesError):
    """A receipt before its time would be untrue."""

    code: ClassVar[str] = "no_receipt_yet"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("まだ証明を出せません。残っているものがなくなると出せるようになります。"))


def missing(tombstone: Tombstone) -> list[Missing]:
    """What is not yet so. A receipt that was given stays given: nothing brings an erased case back.

    Until then the row that says so is not believed: backups and keys are looked at again.
    """
    if _was_given(tombstone):
        return []
    found = []
    if tombstone.files_clean_at is None:
        found.append(Missing(Wait.FILES))
    if tombstone.words_gone_at is None:
        found.append(Missing(Wait.WORDS))
    if _is_held(tombstone) and not all_destroyed([tuple(wrap) for wrap in tombstone.wraps]):
        found.append(Missing(Wait.BACKUPS, _expected(tombstone)))
    return found


def _was_given(tombstone: Tombstone) -> bool:
    since = tombstone.beyond_reach_at
    if since is None:
        return False
    reason = str(tombstone.case_uid)
    entries = audit.vouched(
        "ERASURE_RECEIPT_GIVEN", centre_uid=tombstone.centre.uid, reason=reason, since=since
    )
    return next(entries, None) is not None


def _is_held(tombstone: Tombstone) -> bool:
    """Whether some backup from before the erasure may still exist; a copy is gone when the log knows who said so."""
    oldest = oldest_kept()
    if oldest is not None and oldest < tombstone.erased_at:
        return True
    copies = BackupCopy.objects.filter(
        backup__taken_at__lt=tombstone.erased_at, destroyed_on__gte=calendar.local_date(tombstone.erased_at)
    )
    return not all(_is_vouched(copy) for copy in copies)


def _is_vouched(copy: BackupCopy) -> bool:
    said = audit.vouched("BACKUP_COPY_DESTROYED", reason=str(copy.uid))
    return next(said, None) is not None


def _expected(tombstone: Tombstone) -> datetime | None:
    """When the last backup from before the erasure will be old enough to go."""
    before = Backup.objects.kept().filter(taken_at__lt=tombstone.erased_at)
    if before.exclude(held_reason="").exists() or before.filter(gone_at__isnull=False).exists():
        return None  # kept on purpose, or a copy elsewhere: a person decides when it goes
    newest = before.order_by("-taken_at").values_list("taken_at", flat=True).first()
    return None if newest is None else newest + timedelta(days=settings.BACKUP_LONGEST_DAYS)


def unsettled() -> QuerySet[Tombstone]:
    """Erased cases whose files and words are gone, and which only wait for backups or keys."""
    return Tombstone.objects.filter(
        files_clean_at__isnull=False, words_gone_at__isnull=False, beyond_reach_at__isnull=True
    )


def is_wanted() -> bool:
    return unsettled().exists()


def settle() -> int:
    """Mark the cases that nothing is missing of; returns how many. The worker asks every hour.

    The folder of backups is looked at before its ledger is believed.
    """
    _look_at_folder()
    now = timezone.now()
    oldest = oldest_kept()
    if oldest is None:
        return unsettled().update(beyond_reach_at=now)
    count = unsettled().filter(erased_at__lte=oldest).update(beyond_reach_at=now)
    rows = unsettled().filter(erased_at__gt=oldest).values_list("pk", "wraps")
    done = [pk for pk, wraps in rows.iterator() if all_destroyed(tuple(wrap) for wrap in wraps)]
    for start in range(0, len(done), _AT_ONCE):
        count += unsettled().filter(pk__in=done[start : start + _AT_ONCE]).update(beyond_reach_at=now)
    return count


def _look_at_folder() -> None:
    folder = places.backup_folder()
    if places.is_there(folder):
        keeping.reconcile(folder)


@transaction.atomic
def give(tombstone: Tombstone, *, by: Actor) -> datetime:
    """Log that the receipt is given; since when the case is beyond reach. Raises NoReceiptYet."""
    _look_at_folder()
    since = require_receipt(tombstone)
    audit.record("ERASURE_RECEIPT_GIVEN", by=by, centre=tombstone.centre, reason=str(tombstone.case_uid))
    return since


def require_receipt(tombstone: Tombstone) -> datetime:
    """Since when the case is beyond reach. Raises NoReceiptYet."""
    if tombstone.beyond_reach_at is None or missing(tombstone):
        raise NoReceiptYet
    return tombstone.beyond_reach_at
