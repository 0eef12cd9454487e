"""Papers that the office keeps as they were made: reports, copies given away, decisions. Each is sealed by itself."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner
from cases.records.centre import Centre


class OfficePaper(models.Model):
    """One kept file. Its bytes lie sealed in pieces under a key of its own; `digest` tells later whether it is it."""

    OWNER_KIND: ClassVar[str] = "paper"

    class Kind(models.TextChoices):
        LEAK_PRELIMINARY = "LEAK_PRELIMINARY", _("漏えいの速報")
        LEAK_FINAL = "LEAK_FINAL", _("漏えいの確報")
        GIVEN = "GIVEN", _("提供した写し")
        DECISION = "DECISION", _("決定通知書")
        COPY = "COPY", _("開示の写し(黒塗り)")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    # The leak, disclosure or request that it belongs to.
    subject_uid = models.UUIDField(db_index=True)
    kind = models.CharField(_("種類"), max_length=20, choices=Kind.choices)
    ending = models.CharField(max_length=4)
    size = models.PositiveIntegerField(_("大きさ(バイト)"), default=0)
    digest = models.CharField(_("SHA-256"), max_length=64)
    made_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)
