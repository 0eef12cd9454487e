"""Candidates for a new 手口 as they are kept: numbers, keyed digests, and the cases to show. No word in the open."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.records.centre import Centre
from search.hashing import unpacked


class Wave(models.Model):
    """Words of one centre that rose together. What was decided of it counts only where the log says so too."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("候補")
        NAMED = "NAMED", _("手口にした")
        DISMISSED = "DISMISSED", _("見送った")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+")
    found_on = models.DateField()
    seen_on = models.DateField()
    """The last day on which its words still rose."""
    terms = models.BinaryField()
    weeks = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    """Cases of the four weeks before `seen_on` that hold at least two of the words."""
    expected = models.FloatField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_count = models.PositiveIntegerField(default=0)
    """`count` when it was decided: dismissed, it comes back when that has doubled."""

    ENTRIES: ClassVar[dict[str, str]] = {"NAMED": "WAVE_NAMED", "DISMISSED": "WAVE_DISMISSED"}

    class Meta:
        indexes = [models.Index(fields=["centre", "state", "-seen_on"], name="wave_of_centre")]

    def __str__(self) -> str:
        return f"{self.uid} {self.state}"

    @property
    def digests(self) -> frozenset[bytes]:
        return frozenset(unpacked(bytes(self.terms)))

    @property
    def said(self) -> str:
        """What the entry of the log about its decision says."""
        return f"{self.uid} {self.decided_count}"


class WaveCase(models.Model):
    """A case of the candidate; goes with the case."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "case"], name="wave_case_once")]

    def __str__(self) -> str:
        return str(self.case_id)
