"""経過: what happened after the first call. A call that goes on is a follow-up, not a new case."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case

MOST_MINUTES: Final = 24 * 60


class FollowUp(models.Model):
    """One contact or note. `uid` is minted when its form opens, as with cases."""

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups")
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=32)
    minutes = models.PositiveSmallIntegerField(_("対応時間(分)"), null=True)
    counsellor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Taken back by its writer: kept in the record, left out of what is read redacted, searched and counted.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = SealedField(label="follow_up.text")
    text_redacted = SealedField(label="follow_up.text_redacted")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follow_up_minutes_of_a_day",
                condition=Q(minutes__isnull=True) | Q(minutes__lte=MOST_MINUTES),
            )
        ]
        indexes = [models.Index(fields=["happened_at"], name="follow_up_by_day")]
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
