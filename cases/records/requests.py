"""開示請求: a citizen asks for what is held about them. What stays black and why, the decision."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law.disclosure import Article, Outcome
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from cases.records.people import CasePerson


class RequestQuerySet(models.QuerySet["CitizenRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def unanswered(self) -> Self:
        return self.filter(sent_on__isnull=True)


class CitizenRequest(models.Model):
    """One request for disclosure. `uid` is minted when its form opens; who asked, and all words, are sealed."""

    OWNER_KIND: ClassVar[str] = "request"

    class Identity(models.TextChoices):
        PHOTO_CARD = "PHOTO_CARD", _("顔写真付きの公的証明書1点")
        TWO_PAPERS = "TWO_PAPERS", _("顔写真のない公的証明書2点")
        BY_POST = "BY_POST", _("郵送(証明書の写しと住民票)")
        NOT_YET = "NOT_YET", _("まだ確認していない")

    class Agent(models.TextChoices):
        SELF = "SELF", _("本人")
        LEGAL = "LEGAL", _("法定代理人")
        APPOINTED = "APPOINTED", _("任意代理人")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    received_on = models.DateField(_("請求を受けた日"))
    days = models.PositiveSmallIntegerField(_("決定までの日数"))
    corrected_days = models.PositiveSmallIntegerField(_("補正に要した日数"), default=0)
    is_extended = models.BooleanField(_("期限を延長した"), default=False)
    identity = models.CharField(_("本人確認"), max_length=12, choices=Identity.choices)
    agent = models.CharField(_("請求した人"), max_length=12, choices=Agent.choices)
    # As whom the requester stands in the cases: the values of the other person are those of 他の個人.
    stands_as = models.CharField(_("相談での立場"), max_length=8, choices=CasePerson.Role.choices)

    requester_name = SealedField(label="request.requester_name")
    requester_address = SealedField(label="request.requester_address")
    asked_words = SealedField(label="request.asked_words")
    extension_reason = SealedField(label="request.extension_reason")
    decision_reason = SealedField(label="request.decision_reason")

    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("決定"), max_length=12, choices=Outcome.choices, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("決定日時"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_on = models.DateField(_("通知した日"), null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="request_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="request_sent_after_decision",
                condition=Q(sent_on__isnull=True) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-received_on"], name="request_list")]

    def __str__(self) -> str:
        return str(self.received_on)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None


class RequestedCase(models.Model):
    """A case that the request is about, by uid: the line stays when the case is erased."""

    request = models.ForeignKey(CitizenRequest, models.CASCADE, related_name="requested")
    case_uid = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "case_uid"], name="requested_case_once")]

    def __str__(self) -> str:
        return str(self.case_uid)


class RequestPart(models.Model):
    """One part of a case as it was when the answer was prepared: a field, a 経過, the coded columns, the log.

    A copy under the request's own key, so that offsets of marks keep their place whatever becomes of the case.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(CitizenRequest, models.CASCADE, related_name="parts")
    case_uid = models.UUIDField(db_index=True)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=64)
    text = SealedField(label="request_part.text")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["request", "position"], name="request_part_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_owner(self) -> Owner:
        return self.request.sealed_owner


class RequestMark(models.Model):
    """A range of a part that may be blacked out; half-open, in code points. Only a person makes it count."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("候補")
        BLACK = "BLACK", _("黒塗り")
        OPEN = "OPEN", _("開示する")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    part = models.ForeignKey(RequestPart, models.CASCADE, related_name="marks")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    article = models.CharField(max_length=8, choices=Article.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["start", "end", "pk"]
        constraints = [
            models.CheckConstraint(name="request_mark_not_empty", condition=Q(end__gt=F("start"))),
            models.UniqueConstraint(fields=["part", "start", "end"], name="request_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.state}"
