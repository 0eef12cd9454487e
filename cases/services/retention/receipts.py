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

from cases.backup.models import Backup, oldest_kept
from cases.errors import CasesError
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
    """What is not yet so. Once the receipt was due it stays due: nothing brings an erased case back."""
    if tombstone.beyond_reach_at is not None:
        return []
    found = []
    if tombstone.files_clean_at is None:
        found.append(Missing(Wait.FILES))
    if tombstone.words_gone_at is None:
        found.append(Missing(Wait.WORDS))
    oldest = oldest_kept()
    is_held = oldest is not None and oldest < tombstone.erased_at
    if is_held and not all_destroyed([tuple(wrap) for wrap in tombstone.wraps]):
        found.append(Missing(Wait.BACKUPS, _expected(tombstone)))
    return found


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
    """Mark the cases that nothing is missing of; returns how many. The worker asks every hour."""
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


@transaction.atomic
def give(tombstone: Tombstone, *, by: Actor) -> datetime:
    """Log that the receipt is given; since when the case is beyond reach. Raises NoReceiptYet."""
    since = require_receipt(tombstone)
    audit.record("ERASURE_RECEIPT_GIVEN", by=by, centre=tombstone.centre, reason=str(tombstone.case_uid))
    return since


def require_receipt(tombstone: Tombstone) -> datetime:
    """Since when the case is beyond reach. Raises NoReceiptYet."""
    if tombstone.beyond_reach_at is None:
        raise NoReceiptYet
    return tombstone.beyond_reach_at
