"""Rows of the mail room: who asked for mail, what is sent, each message to each of them, and what comes back."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from outreach.bulletins.models import Bulletin


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def visible_to(self, actor: Actor) -> Self:
        """Subscribers of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def standing(self) -> Self:
        return self.exclude(state=Subscriber.State.ERASED)

    def for_list(self) -> Self:
        return self.defer("address").select_related("centre")


class Subscriber(models.Model):
    """Somebody who agreed to get mail of the centre. The address is sealed; its keyed digest finds it again.

    The digest is whole, not cut short as the tags of telephone numbers are: the database itself refuses a second row of
    one address, without which one person could get an issue twice. It stays on an erased row, so that an old list does
    not bring back who asked to be forgotten; without the index key it tells nothing.
    """

    OWNER_KIND: ClassVar[str] = "subscriber"

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("配信中")
        PAUSED = "PAUSED", _("休止中")
        BOUNCED = "BOUNCED", _("届かない")
        UNSUBSCRIBED = "UNSUBSCRIBED", _("配信停止")
        ERASED = "ERASED", _("削除済み")

    class Frequency(models.TextChoices):
        EVERY = "EVERY", _("発行のつど")
        MONTHLY = "MONTHLY", _("月に1回のまとめ")
        URGENT = "URGENT", _("至急のものだけ")

    class Source(models.TextChoices):
        """How the consent was given."""

        PAPER = "PAPER", _("申込書")
        PHONE = "PHONE", _("電話")
        COUNTER = "COUNTER", _("窓口")
        APPLICATION = "APPLICATION", _("電子申請")
        MEMBER = "MEMBER", _("見守りネットワークの構成員の同意")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="subscribers")
    address = SealedField(label="subscriber.address")
    address_digest = models.BinaryField(max_length=32)
    # Of the word in List-Unsubscribe, which is derived anew for each message: the table alone stops nobody's mail.
    token_digest = models.BinaryField(max_length=32, unique=True)
    # The member of the watch network whose address it is: one of another room, named as its worries name it.
    member = models.UUIDField(null=True, editable=False)
    # Codes of 手口; none is every topic.
    topics = models.JSONField(_("話題"), default=list)
    frequency = models.CharField(_("頻度"), max_length=8, choices=Frequency.choices, default=Frequency.EVERY)
    consent_on = models.DateField(_("同意した日"))
    consent_source = models.CharField(_("同意の方法"), max_length=12, choices=Source.choices)
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.ACTIVE)
    # The day of the last unsubscription or erasure: only a consent of a later day begins anew.
    ended_on = models.DateField(null=True)
    # Texts that came back for good since the address was last put right.
    hard_bounces = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "address_digest"],
                condition=~Q(state="ERASED"),
                name="subscriber_address_once",
            ),
            models.CheckConstraint(
                name="subscriber_ended_has_day",
                condition=~Q(state__in=["UNSUBSCRIBED", "ERASED"]) | Q(ended_on__isnull=False),
            ),
            models.CheckConstraint(
                name="subscriber_erased_is_empty",
                condition=(Q(state="ERASED") & Q(address__isnull=True))
                | (~Q(state="ERASED") & Q(address__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "state"], name="subscriber_by_state"),
            models.Index(fields=["address_digest"], name="subscriber_by_address"),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def short_name(self) -> str:
        """What lists call them: the beginning of the uid, as nothing of the address may show."""
        return gettext("登録 %(number)s") % {"number": self.uid.hex[:6]}

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class SubscriberSpanQuerySet(models.QuerySet["SubscriberSpan"]):
    def on(self, day: date) -> Self:
        """Those that stood at the end of the day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), began_on__lte=day)


class SubscriberSpan(models.Model):
    """Days on which an address was subscribed: the number of subscribers of a day is counted by it, also afterwards.

    It stays when the address is erased; it tells of nobody.
    """

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="spans")
    began_on = models.DateField()
    # The first day without; None while it stands.
    ended_on = models.DateField(null=True)

    objects = SubscriberSpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber"], condition=Q(ended_on__isnull=True), name="subscriber_span_open_once"
            ),
            models.CheckConstraint(
                name="subscriber_span_ends_not_before_it_begins",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("began_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_on} – {self.ended_on or ''}"


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Mailing(models.Model):
    """One text sent to many: an issued bulletin, or the digest of a month. Subject and text are fixed at its start."""

    class Kind(models.TextChoices):
        ISSUE = "ISSUE", _("見守り通信")
        DIGEST = "DIGEST", _("月のまとめ")

    class Readers(models.TextChoices):
        """`OTHERS`: of a digest, which members of the network get in a fuller edition."""

        EVERYBODY = "EVERYBODY", _("登録者すべて")
        NETWORK = "NETWORK", _("見守りネットワークの構成員")
        OTHERS = "OTHERS", _("構成員でない登録者")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="mailings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    readers = models.CharField(_("宛先"), max_length=10, choices=Readers.choices)
    bulletin = models.OneToOneField(Bulletin, models.PROTECT, null=True, related_name="mailing")
    month = models.DateField(null=True)
    subject = models.CharField(_("件名"), max_length=300)
    text = models.TextField(_("本文"))
    # The proposal of the planner that it answers.
    proposal = models.UUIDField(null=True, editable=False)
    job = models.ForeignKey("cases.Job", models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "month", "readers"], condition=Q(kind="DIGEST"), name="mailing_digest_once"
            ),
            models.CheckConstraint(
                name="mailing_names_what_it_sends",
                condition=Q(kind="ISSUE", bulletin__isnull=False, month__isnull=True)
                | Q(kind="DIGEST", bulletin__isnull=True, month__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-created_at"], name="mailing_newest")]

    def __str__(self) -> str:
        return self.subject


class MailingPart(models.Model):
    """One bulletin of a digest, fixed with its start: each reader gets those that they asked for."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="parts")
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="digest_parts")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(_("件名"), max_length=300)
    text = models.TextField(_("本文"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "bulletin"], name="mailing_part_once"),
            models.UniqueConstraint(fields=["mailing", "position"], name="mailing_part_in_order"),
        ]

    def __str__(self) -> str:
        return self.subject


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> Self:
        """Not at an end: to be sent, at work, or with an outcome that nobody knows."""
        return self.filter(state__in=["WAITING", "CLAIMED", "UNKNOWN"])

    def may_have_brought(self, bulletins: Iterable[Bulletin]) -> Self:
        """Those by which a reader has one of the bulletins, may have it or is to get it, as an issue or in a digest."""
        brings = Q(mailing__bulletin__in=bulletins) | Q(parts__bulletin__in=bulletins)
        return self.filter(brings).exclude(state__in=["EMPTY", "REFUSED", "WITHDRAWN"])


class Delivery(models.Model):
    """One text to one subscriber: at most once, whatever is killed.

    WAITING → CLAIMED (committed before a byte goes to the relay) → SENT, REFUSED, or WAITING again where the relay
    surely has it not. What was claimed and has no outcome is UNKNOWN: a person looks, the relay's log decides.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("送信待ち")
        CLAIMED = "CLAIMED", _("送信中")
        SENT = "SENT", _("送信済み")
        REFUSED = "REFUSED", _("受け付けられなかった")
        UNKNOWN = "UNKNOWN", _("要確認")
        # The relay's log shows that it never had it: a person may send again.
        NOT_SENT = "NOT_SENT", _("未達を確認")
        # Unsubscribed, erased or changed the address before its turn came.
        WITHDRAWN = "WITHDRAWN", _("取りやめ")
        # Of a digest: no bulletin of the month is of their topics, or they have them all.
        EMPTY = "EMPTY", _("送るものなし")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, models.PROTECT, related_name="deliveries")
    # Of a digest: what this reader gets of it.
    parts = models.ManyToManyField(MailingPart, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    next_try_at = models.DateTimeField()
    # Answers of 4xx so far: after some the relay counts as refusing.
    put_off = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "subscriber"], name="delivery_once"),
        ]
        indexes = [
            models.Index(fields=["mailing", "state", "next_try_at"], name="delivery_due"),
            models.Index(fields=["next_try_at"], name="delivery_waiting", condition=Q(state="WAITING")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.uid}"


class DeliveryTry(models.Model):
    """One claim of a delivery, with the Message-ID that the relay's log tells it by. It never changes hands."""

    class Outcome(models.TextChoices):
        """Empty: not known. `DROPPED`: the connection ended before the text was handed over."""

        ACCEPTED = "ACCEPTED", _("中継サーバーが受け付けた")
        PUT_OFF = "PUT_OFF", _("あとで試すよう言われた")
        REFUSED = "REFUSED", _("断られた")
        DROPPED = "DROPPED", _("渡す前に切れた")
        # From the relay's log.
        FOUND = "FOUND", _("記録で受付を確認")
        BOUNCED = "BOUNCED", _("記録で不達を確認")
        MISSING = "MISSING", _("記録にないことを確認")

    ACCEPTED: ClassVar = (Outcome.ACCEPTED, Outcome.FOUND, Outcome.BOUNCED)

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    message_id = models.CharField(max_length=200, unique=True)
    claimed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True)
    # The relay's number (550) and its finer one (5.1.1): never its words, which quote addresses.
    code = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            # Two claims of one delivery cannot be open at once: the second fails, and with it its transaction.
            models.UniqueConstraint(fields=["delivery"], condition=Q(outcome=""), name="try_open_once"),
            # And what a relay took is never handed to it again.
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(outcome__in=["", "ACCEPTED", "FOUND", "BOUNCED"]),
                name="try_taken_once",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class IncomingQuerySet(models.QuerySet["Incoming"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class Incoming(models.Model):
    """One mail that came back: a bounce, an unsubscription, or neither. Sealed until a person is done with it."""

    OWNER_KIND: ClassVar[str] = "incoming_mail"

    class Kind(models.TextChoices):
        HARD = "HARD", _("不達(宛先がない)")
        SOFT = "SOFT", _("不達(一時的)")
        UNSUBSCRIBE = "UNSUBSCRIBE", _("配信停止の申出")
        OTHER = "OTHER", _("そのほかの返信")

    class State(models.TextChoices):
        MATCHED = "MATCHED", _("自動で処理")
        OPEN = "OPEN", _("要確認")
        DONE = "DONE", _("確認済み")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="incoming_mail")
    # Of the whole mail: the same file twice changes nothing.
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    # What a person reads of an unmatched mail; gone once it is done.
    message = SealedField(label="incoming_mail.message")
    subscriber = models.ForeignKey(Subscriber, models.PROTECT, null=True, related_name="incoming")
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="incoming")
    status = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "digest"], name="incoming_once"),
            models.CheckConstraint(
                name="incoming_kept_while_open", condition=Q(state="OPEN") | Q(message__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["centre", "state", "-created_at"], name="incoming_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)
