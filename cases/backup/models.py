"""The ledger of backups: what was made, where it lies, whether it was tried, and since when it is gone."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BackupQuerySet(models.QuerySet["Backup"]):
    def kept(self) -> Self:
        """Those of which some copy may still exist: the file itself, or a copy that a person made elsewhere."""
        elsewhere = BackupCopy.objects.filter(backup=models.OuterRef("pk"), destroyed_on__isnull=True)
        return self.filter(Q(gone_at__isnull=True) | models.Exists(elsewhere))

    def in_place(self) -> Self:
        """Those whose file is where it was written, as far as was last seen."""
        return self.filter(gone_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-taken_at", "-pk")


class Backup(models.Model):
    """One sealed backup of the database. `gone_at` says since when its file is known to be gone.

    Retention reads here how far back an erased case could still be found.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What the backup holds is the database as it was at this moment, or a blink later.
    taken_at = models.DateTimeField(_("時点"), db_index=True)
    # Written, read back and compared; a row without it was found in the folder.
    finished_at = models.DateTimeField(null=True)
    folder = models.CharField(_("場所"), max_length=300, blank=True)
    file_name = models.CharField(max_length=120)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    # The newest restore check, and why it failed ("" where it passed).
    checked_at = models.DateTimeField(null=True)
    check_fault = models.CharField(max_length=200, blank=True)
    held_reason = models.CharField(_("残しておく理由"), max_length=100, blank=True)
    gone_at = models.DateTimeField(null=True)

    objects = BackupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_checked(self) -> bool:
        """Whether the newest restore check of this file passed."""
        return self.checked_at is not None and not self.check_fault


class BackupCopy(models.Model):
    """A copy that a person made elsewhere: only a person can say that it is destroyed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    backup = models.ForeignKey(Backup, models.PROTECT, related_name="copies")
    place = models.CharField(_("控えの写しの場所"), max_length=100)
    made_on = models.DateField(_("写しを作った日"))
    destroyed_on = models.DateField(_("写しを廃棄した日"), null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-made_on", "-pk"]

    def __str__(self) -> str:
        return self.place


class BackupPlace(models.Model):
    """A folder that was written to once. Its marker file must be found again, or the disk is not the same one."""

    path = models.CharField(max_length=300, unique=True)
    marker = models.UUIDField(default=uuid.uuid4)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class ErasureNote(models.Model):
    """A case that was erased: written beside the backups too, so that a restore erases it again."""

    case_uid = models.UUIDField(unique=True)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.case_uid)


def oldest_kept() -> datetime | None:
    """When the oldest backup that may still exist anywhere was taken; None where there is none."""
    return Backup.objects.kept().order_by("taken_at").values_list("taken_at", flat=True).first()
