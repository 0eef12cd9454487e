"""Who looks after a case, and who opened one that they normally may not: 引継ぎ and 緊急の閲覧."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.records.case import Case


class HandOver(models.Model):
    """One passing on of a case inside its centre: offered by one person, taken by another or withdrawn.

    What the giver tells the taker is a 経過 of the case, sealed, masked, searched and erased like every other.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="hand_overs")
    from_account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to_account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="one_hand_over_waits",
            ),
            models.CheckConstraint(
                name="hand_over_ends_once", condition=Q(taken_at__isnull=True) | Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="hand_over_to_another", condition=~Q(from_account=models.F("to_account"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_account"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="hand_over_waits",
            )
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.made_at:%Y-%m-%d}"


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def open_at(self, moment: datetime) -> Self:
        """Those in force: ended neither by hand nor by their time (the last moment is no longer in force)."""
        return self.filter(ended_at__isnull=True, ends_at__gt=moment)


class BreakGlass(models.Model):
    """緊急の閲覧: for at most an hour one person sees one case that they normally may not.

    `reason` is stored with the persons of the case masked. `told` counts the people on whose 今日 it stands; where
    it is 0 the look waits on the list of what one person did alone.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="break_glasses")
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="break_glass_ends_later", condition=Q(ends_at__gt=models.F("opened_at"))
            ),
            models.CheckConstraint(
                name="break_glass_seen_whole",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-opened_at"], name="break_glass_list")]
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.opened_at:%Y-%m-%d %H:%M}"
