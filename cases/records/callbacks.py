"""次の連絡: whom to call again, when, and within which hours."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp


class CallbackQuerySet(models.QuerySet["Callback"]):
    def waiting(self) -> Self:
        return self.filter(ended_at=None)

    def due_before(self, moment: datetime) -> Self:
        """Those whose hours begin before the moment."""
        return self.filter(due_at__lt=moment)

    def of(self, actor: Actor) -> Self:
        """What this person has to do: what is theirs by name, and that of the cases in their hands."""
        holds = Q(case__in_charge=actor.pk) | Q(case__in_charge=None, case__counsellor=actor.pk)
        return self.filter(
            Q(for_account=actor.pk) | Q(Q(for_account=None) & holds), case__centre__in=actor.centre_ids
        )


class Callback(models.Model):
    """One contact that is to come. `uid` is minted when its form opens.

    Its hours are [due_at, until_at]; without `until_at` it is for that moment. Without `for_account` it is for whoever
    has the case, also after a 引継ぎ. What to take care of is told in words by a 経過, sealed and masked like others.
    """

    class Kind(models.TextChoices):
        CALL_BACK = "CALL_BACK", _("折り返し")
        ANSWER_DUE = "ANSWER_DUE", _("回答待ち")
        AFTERCARE = "AFTERCARE", _("終了後のフォロー")

    class Whom(models.TextChoices):
        CALLER = "CALLER", _("相談者")
        PARTY = "PARTY", _("契約当事者")
        TRADER = "TRADER", _("事業者")
        OTHER = "OTHER", _("他機関")

    class Result(models.TextChoices):
        REACHED = "REACHED", _("連絡した")
        NO_ANSWER = "NO_ANSWER", _("出なかった")
        DROPPED = "DROPPED", _("不要になった")

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="callbacks")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    whom = models.CharField(max_length=8, choices=Whom.choices)
    due_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    for_account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    follow_up = models.ForeignKey(FollowUp, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=16, choices=Result.choices, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="callback_hours_in_order",
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("due_at")),
            ),
            models.CheckConstraint(
                name="callback_ended_with_result",
                condition=(Q(ended_at__isnull=True) & Q(result=""))
                | (Q(ended_at__isnull=False) & ~Q(result="")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="callback_waits"),
        ]
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
