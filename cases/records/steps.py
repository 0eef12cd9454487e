"""Who did what with a leak, a disclosure or a request: one line each, shown on its page in order."""

import uuid

from django.conf import settings
from django.db import models


class RecordStep(models.Model):
    """One step. `code` is an action of the log; `count` what it was about (persons, pages, days)."""

    subject_uid = models.UUIDField(db_index=True)
    code = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.code


def steps_of(subject_uid: uuid.UUID) -> models.QuerySet[RecordStep]:
    return RecordStep.objects.filter(subject_uid=subject_uid).select_related("by")
