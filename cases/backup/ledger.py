"""What people write into the ledger: a backup that must stay, a copy made elsewhere, the end of such a copy."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from cases.backup.models import Backup, BackupCopy
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor


class LedgerRefused(CasesError):
    """What was written cannot be right."""

    code: ClassVar[str] = "backup_ledger_refused"


@transaction.atomic
def hold(backup_uid: uuid.UUID, *, reason: str, by: Actor) -> Backup:
    """Keep a backup beyond its time, for a reason; an empty reason lets it go again.

    Raises Backup.DoesNotExist, LedgerRefused where its file is gone.
    """
    row = Backup.objects.select_for_update().get(uid=backup_uid)
    if row.gone_at is not None:
        raise LedgerRefused(_("この控えのファイルはもうありません。"))
    reason = reason.strip()[: Backup._meta.get_field("held_reason").max_length]
    if reason != row.held_reason:
        row.held_reason = reason
        row.save(update_fields=["held_reason"])
        if reason:
            audit.record("BACKUP_HELD", by=by)
        else:
            audit.record("BACKUP_LET_GO", by=by)
    return row


@transaction.atomic
def note_copy(backup_uid: uuid.UUID, *, place: str, made_on: date, by: Actor) -> BackupCopy:
    """Note a copy that a person made elsewhere. Until it is destroyed, erased cases count as within its reach.

    Raises Backup.DoesNotExist, LedgerRefused.
    """
    row = Backup.objects.get(uid=backup_uid)
    place = place.strip()
    if not place:
        raise LedgerRefused(_("写しの場所を書いてください(例: 金庫の外付けディスク)。"))
    if not calendar.local_date(row.taken_at) <= made_on <= calendar.today():
        raise LedgerRefused(_("写しを作った日は、控えを取った日から今日までの間です。"))
    copy = BackupCopy.objects.create(
        backup=row,
        place=place[: BackupCopy._meta.get_field("place").max_length],
        made_on=made_on,
        noted_by_id=by.pk,
    )
    audit.record("BACKUP_COPY_NOTED", by=by)
    return copy


@transaction.atomic
def copy_destroyed(copy_uid: uuid.UUID, *, on: date, by: Actor) -> BackupCopy:
    """Note that a copy is destroyed; again changes nothing. Raises BackupCopy.DoesNotExist, LedgerRefused."""
    copy = BackupCopy.objects.select_for_update().get(uid=copy_uid)
    if not copy.made_on <= on <= calendar.today():
        raise LedgerRefused(_("廃棄した日は、写しを作った日から今日までの間です。"))
    if copy.destroyed_on is None:
        copy.destroyed_on = on
        copy.save(update_fields=["destroyed_on"])
        audit.record("BACKUP_COPY_DESTROYED", by=by, reason=str(copy.uid))
    return copy
