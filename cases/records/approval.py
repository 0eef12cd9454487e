"""決裁: the steps by which a closed case is put before somebody else, and what each approver saw of it last."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class ApprovalStep(models.Model):
    """One step about one state (`revision`) of a case. Steps are added, never changed.

    A step counts where the log vouches for it (`cases.services.approval`); the row brings the comment. `uid` is
    minted when its form opens, as with cases.
    """

    class Kind(models.TextChoices):
        ASKED = "ASKED", _("起案")
        APPROVED = "APPROVED", _("承認")
        RETURNED = "RETURNED", _("差戻し")
        WITHDRAWN = "WITHDRAWN", _("取下げ")

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="approval_steps")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_last = models.BooleanField(default=True)
    comment = SealedField(label="approval.comment")
    comment_redacted = SealedField(label="approval.comment_redacted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(is_last=True), name="one_last_approval_step")
        ]
        indexes = [
            models.Index(fields=["kind", "made_at"], condition=Q(is_last=True), name="approval_by_kind"),
            models.Index(fields=["case", "-made_at"], name="approval_of_case"),
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner


class CaseSeen(models.Model):
    """What one person saw of one case: its codes and redacted words at the last two states that they met.

    Two, so that reloading the page still shows what was new when it opened. Goes with the case.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
    state = SealedField(label="case_seen.state")
    revision_before = models.PositiveIntegerField(null=True)
    seen_at_before = models.DateTimeField(null=True)
    state_before = SealedField(label="case_seen.state_before")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="case_seen_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.revision}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
