"""一人体制: what one person did alone where the rule wants two, kept for somebody to look at later."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LaterReview(models.Model):
    """One act that had no second person. It counts at once; it stays on the list until somebody else saw it."""

    class Kind(models.TextChoices):
        BREAK_GLASS = "BREAK_GLASS", _("緊急の閲覧")
        BULLETIN = "BULLETIN", _("見守り通信の承認")
        DISPOSAL = "DISPOSAL", _("記録の廃棄")
        ERASURE = "ERASURE", _("個別の消去")
        DISCLOSURE = "DISCLOSURE", _("外部への提供")
        KEY_DESTRUCTION = "KEY_DESTRUCTION", _("鍵の廃棄")
        CASE_APPROVAL = "CASE_APPROVAL", _("相談の決裁")
        RELEASE = "RELEASE", _("数の公表の承認")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("種類"), max_length=20, choices=Kind.choices)
    # The row that it was about, by uid: it may be gone when somebody reviews the act.
    subject_uid = models.UUIDField()
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    acted_at = models.DateTimeField(_("日時"), auto_now_add=True)
    acted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(_("確認日時"), null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_uid"], name="later_review_once"),
            models.CheckConstraint(
                name="later_review_whole",
                condition=models.Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        ordering = ["-acted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_uid}"
