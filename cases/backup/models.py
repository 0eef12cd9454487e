"""The ledger of backups: what was made, whether it was tried, and since when it is gone."""

import uuid
from datetime import datetime

from django.db import models


class Backup(models.Model):
    """One sealed backup of the database. `gone_at` says since when no copy is known to exist.

    Retention reads here how far back an erased case could still be found.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What the backup holds is the database as it was at this moment.
    taken_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=120)
    size = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


def oldest_kept() -> datetime | None:
    """When the oldest backup that may still exist was taken; None where there is none."""
    kept = Backup.objects.filter(gone_at__isnull=True).order_by("taken_at")
    return kept.values_list("taken_at", flat=True).first()
