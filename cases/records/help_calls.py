"""応援: a counsellor on a difficult call asks for help without a word; it comes up on the screens of who may answer."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.records.case import Case


class HelpCallQuerySet(models.QuerySet["HelpCall"]):
    def open_at(self, moment: datetime) -> Self:
        """Those in force: ended neither by hand nor by their time."""
        return self.filter(ended_at=None, ends_at__gt=moment)


class HelpCall(models.Model):
    """One call for help. `case` where it was sent from the page of one; empty: on the phone, nothing saved yet.

    It decides and opens nothing; a row that somebody slips in is a false alarm and no more.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    is_on_call = models.BooleanField(default=False)
    called_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = HelpCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="help_call_ends_later", condition=Q(ends_at__gt=F("called_at"))),
            models.CheckConstraint(
                name="help_call_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="one_help_call_each"
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "ends_at"], condition=Q(ended_at__isnull=True), name="help_call_open"
            )
        ]
        ordering = ["called_at", "pk"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.called_at:%Y-%m-%d %H:%M}"
