"""Coded events of a case, appended and never changed; its state is derived from them (`cases.law.states`)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.law.states import Event
from cases.records.case import Case
from cases.records.follow_up import FollowUp


class CaseEvent(models.Model):
    """One event. `yen`: what an offer or an agreement is about; its words are a 経過, sealed and masked like others.

    `uid` is minted when the form opens. What other rows tell already (受付, 経過, 決裁, 登録) has no row here.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    code = models.CharField(max_length=32, choices=Event.choices)
    at = models.DateTimeField()
    entered_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    yen = models.BigIntegerField(null=True)
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="event_yen_not_negative", condition=Q(yen__isnull=True) | Q(yen__gte=0)
            )
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.code
