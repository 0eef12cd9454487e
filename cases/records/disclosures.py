"""外部提供の台帳: who asked for what on which ground, what was decided, and what exactly was given."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law.disclosure import Requester
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre


class DisclosureQuerySet(models.QuerySet["OutsideDisclosure"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def unanswered(self) -> Self:
        return self.filter(answered_on__isnull=True)


class OutsideDisclosure(models.Model):
    """One inquiry from outside. `uid` is minted when its form opens. Names and words are sealed, codes in the open."""

    OWNER_KIND: ClassVar[str] = "disclosure"

    class Decision(models.TextChoices):
        GIVE = "GIVE", _("提供する")
        PARTLY = "PARTLY", _("一部を提供する")
        REFUSE = "REFUSE", _("提供しない")

    class Means(models.TextChoices):
        POST = "POST", _("郵送")
        BY_HAND = "BY_HAND", _("手渡し")
        ORAL = "ORAL", _("口頭")
        ELECTRONIC = "ELECTRONIC", _("電子(暗号化)")

    class Consent(models.TextChoices):
        NOT_NEEDED = "NOT_NEEDED", _("不要(法令による)")
        WRITTEN = "WRITTEN", _("書面で得た")
        ORAL = "ORAL", _("口頭で得た")
        NOT_GIVEN = "NOT_GIVEN", _("得ていない")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    requester = models.CharField(_("求めた者"), max_length=12, choices=Requester.choices)
    ground = models.CharField(_("根拠"), max_length=20)
    received_on = models.DateField(_("受けた日"))
    answer_by = models.DateField(_("回答の期限"), null=True)
    consent = models.CharField(_("本人の同意"), max_length=12, choices=Consent.choices)
    # Fields by the names of `reveal`; what was given is part of what was asked.
    asked_fields = models.JSONField(default=list)
    given_fields = models.JSONField(default=list)

    requester_name = SealedField(label="disclosure.requester_name")
    document_number = SealedField(label="disclosure.document_number")
    asked_words = SealedField(label="disclosure.asked_words")
    decision_reason = SealedField(label="disclosure.decision_reason")

    decision = models.CharField(_("決定"), max_length=8, choices=Decision.choices, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("決定日時"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("回答した日"), null=True)
    means = models.CharField(_("方法"), max_length=12, choices=Means.choices, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="disclosure_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="disclosure_answered_after_decision",
                condition=Q(answered_on__isnull=True) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-received_on"], name="disclosure_list")]

    def __str__(self) -> str:
        return f"{self.requester} {self.received_on}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None


class DisclosedCase(models.Model):
    """A case that an inquiry is about, by uid: the line of the ledger stays when a case is erased."""

    disclosure = models.ForeignKey(OutsideDisclosure, models.CASCADE, related_name="disclosed")
    case_uid = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "case_uid"], name="disclosed_case_once")]

    def __str__(self) -> str:
        return str(self.case_uid)
