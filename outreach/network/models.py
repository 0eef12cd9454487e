"""Rows of the network room: who watches over people with the centre, and whom to call there."""

import uuid
from datetime import date, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from cases.watchers import WatcherKind

WARNED_DAYS: Final = 60
"""An agreement that ends within so many days is told on 今日."""


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, actor: Actor) -> Self:
        """Members of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def in_force(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def running_out(self, on: date) -> Self:
        """In force, with an agreement that ends within `WARNED_DAYS` or has ended without being renewed."""
        return self.in_force().filter(agreement_until__lt=on + timedelta(days=WARNED_DAYS))


class Member(models.Model):
    """An office, firm or club of the 見守りネットワーク; `name` is never a person's.

    One that leaves is ended, not deleted: lists of earlier years and worries still name it.
    """

    OWNER_KIND: ClassVar[str] = "member"

    class Channel(models.TextChoices):
        MAIL = "MAIL", _("メール")
        FAX = "FAX", _("ファクス")
        POST = "POST", _("郵送")
        HAND = "HAND", _("手渡し・会議")
        CIRCULAR = "CIRCULAR", _("回覧")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="members")
    kind = models.CharField(_("種類"), max_length=16, choices=WatcherKind.choices)
    name = models.CharField(_("名称"), max_length=100)
    # Codes of the centre's districts; none is the whole municipality.
    areas = models.JSONField(_("受け持つ地区"), default=list)
    channel = models.CharField(_("送り方"), max_length=8, choices=Channel.choices)
    copies = models.PositiveIntegerField(_("部数"), default=1)
    agreed_on = models.DateField(_("協定の締結日"), null=True)
    agreement_from = models.DateField(_("協定の始まり"), null=True)
    agreement_until = models.DateField(_("協定の終わり"), null=True)

    is_council = models.BooleanField(_("協議会の構成員"), default=False)
    duty_told_on = models.DateField(_("秘密を守る義務を伝えた日"), null=True)
    receives_bulletins = models.BooleanField(_("見守り通信"), default=True)
    # 手口 that it wants bulletins about; none is all.
    topics = models.JSONField(_("通信の手口"), default=list)
    receives_alerts = models.BooleanField(_("注意情報"), default=False)
    receives_shares = models.BooleanField(_("個別の情報"), default=False)

    note = models.CharField(_("メモ"), max_length=1200, blank=True)
    ended_on = models.DateField(_("終わった日"), null=True)
    end_reason = models.CharField(_("終わった理由"), max_length=600, blank=True)
    forgotten_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "kind", "name"],
                condition=Q(ended_on__isnull=True),
                name="member_once_in_force",
            ),
            models.CheckConstraint(
                name="member_agreement_ends_not_before_it_begins",
                condition=Q(agreement_from__isnull=True)
                | Q(agreement_until__isnull=True)
                | Q(agreement_until__gte=F("agreement_from")),
            ),
            models.CheckConstraint(
                name="member_gets_persons_in_council_only",
                condition=Q(receives_shares=False) | Q(is_council=True, duty_told_on__isnull=False),
            ),
            models.CheckConstraint(
                name="member_ended_whole", condition=Q(ended_on__isnull=False) | Q(end_reason="")
            ),
        ]
        indexes = [models.Index(fields=["centre", "kind"], name="member_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def is_in_force(self) -> bool:
        return self.ended_on is None

    @property
    def area(self) -> str:
        """The first of its districts; empty for the whole municipality."""
        return self.areas[0] if self.areas else ""

    def agreement_runs_out(self, on: date) -> bool:
        """The same as `running_out`, of one row."""
        until = self.agreement_until
        return self.is_in_force and until is not None and until < on + timedelta(days=WARNED_DAYS)

    def takes(self, theme: str, *, is_urgent: bool = False) -> bool:
        """Whether a bulletin about the 手口 goes to it, by whichever channel. The one rule for paper and for mail.

        One about none goes to all that take bulletins; one issued in a hurry to all that take 注意情報.
        """
        if is_urgent and self.receives_alerts:
            return True
        return self.receives_bulletins and (not theme or not self.topics or theme in self.topics)


class MemberContact(models.Model):
    """Whom to call at a member: sealed under the member's key, shown by `contacts.reveal` alone."""

    SEALED: ClassVar = ("name", "phone", "fax", "mail", "address")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="contacts")
    # A post such as 事務局, never a name.
    post = models.CharField(_("役職・係"), max_length=240, blank=True)
    name = SealedField(label="member.name")
    phone = SealedField(label="member.phone")
    fax = SealedField(label="member.fax")
    mail = SealedField(label="member.mail")
    address = SealedField(label="member.address")
    # Of the whole contact, keyed per member: tells whether a list brings anything new without opening it.
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.post or str(_("担当者"))

    @property
    def sealed_owner(self) -> Owner:
        return self.member.sealed_owner
