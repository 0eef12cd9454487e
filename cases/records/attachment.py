"""A file that belongs to a case: contract, screen shot, recording. Its name and its bytes are sealed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class Attachment(models.Model):
    """One attached file, under a data key of its own. Kind, size and day are open, as in any list of documents.

    `content_digest` is keyed: the same file attached twice to a case is one attachment.
    """

    OWNER_KIND: ClassVar[str] = "attachment"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    # From 1 in the order of coming: what people call it before its name is shown.
    number = models.PositiveIntegerField(_("番号"))
    name = SealedField(label="attachment.name")
    kind = models.CharField(_("種類"), max_length=8)
    size = models.PositiveBigIntegerField(_("大きさ(バイト)"))
    content_digest = models.BinaryField(max_length=32)
    added_at = models.DateTimeField(_("添付日時"), auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="attachment_number_once"),
            models.UniqueConstraint(fields=["case", "content_digest"], name="attachment_content_once"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)
