"""経過: what happened after the first call. A call that goes on is a follow-up, not a new case."""

from django.conf import settings
from django.db import models

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class FollowUp(models.Model):
    """One contact or note. `uid` is minted when its form opens, as with cases."""

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups")
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=32)
    counsellor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = SealedField(label="follow_up.text")
    text_redacted = SealedField(label="follow_up.text_redacted")

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
