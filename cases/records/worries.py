"""気づき: what a watcher noticed about somebody and passed on, before anybody made a case of it."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.follow_up import FollowUp
from cases.watchers import Verdict, WatcherKind


class WorryQuerySet(models.QuerySet["Worry"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def of_case(self, case_uid: uuid.UUID) -> Self:
        """Those that became this case, went on as one of its 経過, or were joined to it."""
        follow_ups = FollowUp.objects.filter(case__uid=case_uid).values("uid")
        return self.filter(Q(case_uid=case_uid) | Q(intake_uid=case_uid) | Q(intake_uid__in=follow_ups))

    def with_case(self) -> Self:
        """Each with `became_uid`, the uid of the case that stands behind it now; None where there is none."""
        as_case = Case.objects.filter(uid=OuterRef("intake_uid")).values("uid")
        as_follow_up = FollowUp.objects.filter(uid=OuterRef("intake_uid")).values("case__uid")
        joined = Case.objects.filter(uid=OuterRef("case_uid")).values("uid")
        return self.annotate(
            became_uid=models.functions.Coalesce(
                Subquery(joined[:1]), Subquery(as_case[:1]), Subquery(as_follow_up[:1])
            )
        )

    def waiting(self) -> Self:
        """Those that somebody still has to do something about: new, waiting for consent, or begun and not saved."""
        saved = Q(Exists(Case.objects.filter(uid=OuterRef("intake_uid")))) | Q(
            Exists(FollowUp.objects.filter(uid=OuterRef("intake_uid")))
        )
        begun = Q(state=Worry.State.CASE, forgotten_at__isnull=True) & ~saved
        return self.filter(Q(state__in=(Worry.State.NEW, Worry.State.WAITING)) | begun)


class Worry(models.Model):
    """One 気づき. `uid` is minted when its form opens, `number` (W2026-0001) when it is saved.

    Who it is about, what was seen and who told it are sealed under a key of its own, in the domain of cases: the
    desk opens them, 啓発 does not. `intake_uid` is the uid of the form that a case is taken with, so the case needs
    no note of where it came from. A decision counts where the log vouches for it (`services.worries`).
    """

    OWNER_KIND: ClassVar[str] = "worry"
    SEALED: ClassVar = ("person", "kana", "phone", "address", "age", "words", "helper")

    class Channel(models.TextChoices):
        PHONE = "PHONE", _("電話")
        PAPER = "PAPER", _("通報シート(ファクス・紙)")
        MAIL = "MAIL", _("メール")
        COUNTER = "COUNTER", _("窓口")

    class Consent(models.TextChoices):
        GIVEN = "GIVEN", _("本人が相談を望んでいる")
        NOT_ASKED = "NOT_ASKED", _("本人にまだ確かめていない")
        REFUSED = "REFUSED", _("本人は望んでいない")

    class State(models.TextChoices):
        NEW = "NEW", _("受け取った")
        CASE = "CASE", _("相談にした")
        JOINED = "JOINED", _("受付済みの相談につないだ")
        PASSED = "PASSED", _("ほかの機関へつないだ")
        WAITING = "WAITING", _("本人の同意を待つ")
        CLOSED = "CLOSED", _("相談にせず終えた")

    class CloseReason(models.TextChoices):
        REFUSED = "REFUSED", _("本人が望まなかった")
        NOT_REACHED = "NOT_REACHED", _("本人と連絡がつかない")
        NO_TROUBLE = "NO_TROUBLE", _("確かめたところ、困りごとはなかった")
        DOUBLE = "DOUBLE", _("ほかの気づきと同じ")
        OTHER = "OTHER", _("その他")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.CharField(_("番号"), max_length=16)
    received_on = models.DateField(_("受けた日"))
    channel = models.CharField(_("伝え方"), max_length=8, choices=Channel.choices)
    # As it was on that day; the list of members may change.
    member_uid = models.UUIDField(null=True)
    member_kind = models.CharField(_("構成員の種類"), max_length=16, choices=WatcherKind.choices)
    member_name = models.CharField(_("構成員"), max_length=100, blank=True)
    area = models.CharField(_("地区"), max_length=32, blank=True)
    theme = models.CharField(_("手口"), max_length=32, blank=True)
    is_urgent = models.BooleanField(_("急ぐ"), default=False)
    consent = models.CharField(_("本人の意向"), max_length=12, choices=Consent.choices)

    person = SealedField(label="worry.person")
    kana = SealedField(label="worry.kana")
    phone = SealedField(label="worry.phone")
    address = SealedField(label="worry.address")
    age = SealedField(label="worry.age")
    words = SealedField(label="worry.words")
    helper = SealedField(label="worry.helper")

    state = models.CharField(_("状態"), max_length=8, choices=State.choices, default=State.NEW)
    intake_uid = models.UUIDField(null=True, unique=True, editable=False)
    case_uid = models.UUIDField(null=True, db_index=True, editable=False)
    passed_to = models.CharField(_("つないだ先"), max_length=300, blank=True)
    follow_up_on = models.DateField(_("次に確かめる日"), null=True)
    close_reason = models.CharField(_("終えた理由"), max_length=12, choices=CloseReason.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    thanked_on = models.DateField(_("お礼を伝えた日"), null=True)
    member_verdict = models.CharField(_("構成員の評価"), max_length=12, choices=Verdict.choices, blank=True)
    centre_verdict = models.CharField(_("センターの評価"), max_length=12, choices=Verdict.choices, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    forgotten_at = models.DateTimeField(null=True)

    objects = WorryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="worry_number_once"),
            models.CheckConstraint(
                name="worry_state_has_what_it_says",
                condition=Q(state="NEW", decided_at__isnull=True)
                | Q(state="CASE", intake_uid__isnull=False)
                | Q(state="JOINED", case_uid__isnull=False)
                | (Q(state="PASSED") & ~Q(passed_to=""))
                | Q(state="WAITING", follow_up_on__isnull=False)
                | (Q(state="CLOSED") & ~Q(close_reason="")),
            ),
            models.CheckConstraint(
                name="worry_decided_at_a_time", condition=Q(state="NEW") | Q(decided_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["centre", "state"], name="worry_list")]

    def __str__(self) -> str:
        return self.number

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)
