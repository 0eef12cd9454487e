"""手口の手引き as a centre wrote it: versions that are added and never changed."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.records.centre import Centre

# Stands where a code of a 手口 would: what is asked whatever the trick is.
GENERAL: Final = "GENERAL"


class GuidanceVersion(models.Model):
    """One version of a centre's guidance for one 手口; the highest number is in force.

    The texts are the office's own words about a trick, nothing of a person. Lists hold one entry a line.
    `follows_shipped`: from here on the shipped guidance is in force again, whatever it will be; the texts are empty.
    `shipped_digest` is of the shipped guidance that the writer had before them, so that a newer one can be told.
    """

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    scam_type = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    follows_shipped = models.BooleanField(default=False)
    script = models.TextField(blank=True)
    ask = models.TextField(blank=True)
    keep = models.TextField(blank=True)
    advise = models.TextField(blank=True)
    refer = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    restored_from = models.PositiveIntegerField(null=True)
    shipped_digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "scam_type", "number"], name="guidance_version_once_per_scam_type"
            ),
            models.CheckConstraint(
                name="guidance_shipped_or_own",
                condition=Q(follows_shipped=False) | Q(script="", ask="", keep="", advise=""),
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.scam_type} v{self.number}"
