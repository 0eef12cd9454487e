"""What is left of an erased case: that it was, and that it is gone. No word and no code of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _

from cases.backup.models import ErasureNote
from cases.errors import CasesError
from cases.records.centre import Centre


class CaseErased(CasesError):
    """The uid belonged to a case that was erased: it is not taken again, however late the request comes."""

    code: ClassVar[str] = "case_erased"
    status: ClassVar[int] = 410

    def __init__(self) -> None:
        super().__init__(_("この受付の記録は消去されています。同じ記録をもう一度保存することはできません。"))


class Tombstone(models.Model):
    """An erased case. A restore from an older backup erases it again; a late request with its uid is refused.

    `wraps`: every key that ever wrapped a key of the case, as [domain, centre (hex), fiscal year, version];
    version 0 is all of that year. An old backup is readable as long as one of them exists.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case_uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.CharField(max_length=16)
    record_class = models.CharField(max_length=16)
    ground = models.CharField(max_length=16)
    disposal = models.ForeignKey("cases.Disposal", models.PROTECT, null=True, related_name="tombstones")
    erased_at = models.DateTimeField()
    wraps = models.JSONField(default=list)
    # Since when the database's own files, and the files of the search index, hold nothing of it.
    files_clean_at = models.DateTimeField(null=True)
    words_gone_at = models.DateTimeField(null=True)
    # Since when no backup that may exist can be read for it; the receipt is given from then on.
    beyond_reach_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "-erased_at"], name="tombstone_list"),
            models.Index(
                fields=["erased_at"],
                name="tombstone_unsettled",
                condition=models.Q(beyond_reach_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="tombstone_reach_last",
                condition=models.Q(beyond_reach_at__isnull=True)
                | models.Q(files_clean_at__isnull=False, words_gone_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.number


def refuse_erased(case_uids: list[uuid.UUID]) -> None:
    """Raises CaseErased where one of the uids belonged to an erased case.

    The list beside the backups also knows cases that a restored database has never seen.
    """
    if ErasureNote.objects.filter(case_uid__in=case_uids).exists():
        raise CaseErased
