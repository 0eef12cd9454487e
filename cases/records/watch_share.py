"""見守りの情報提供: what of a person was given to whom, on which ground, and whether they disposed of it."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.law.watch_share import Consent, Ground
from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.watchers import Verdict


class WatchShareQuerySet(models.QuerySet["WatchShare"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class WatchShare(models.Model):
    """One hand-over of one case's data. The line stays when the case is erased; what is sealed goes with its key.

    It counts where the log vouches for it, and so do the disposal and the recipient's verdict
    (`services.watch_share`). `answers`: the earlier hand-over whose recipient is told something back by this one.
    """

    class Recipient(models.TextChoices):
        WELFARE_CENTRE = "WELFARE_CENTRE", _("地域包括支援センター")
        WELFARE_COUNCIL = "WELFARE_COUNCIL", _("社会福祉協議会")
        CITY = "CITY", _("市区町村の福祉部門")
        COMMISSIONER = "COMMISSIONER", _("民生委員・児童委員")
        POLICE = "POLICE", _("警察")
        MEDICAL = "MEDICAL", _("医療機関")
        SCHOOL = "SCHOOL", _("学校")
        CARE = "CARE", _("介護・障害福祉の事業者")
        SUPPORTER = "SUPPORTER", _("消費生活協力員・協力団体")
        OTHER = "OTHER", _("その他")

    class Purpose(models.TextChoices):
        VISIT = "VISIT", _("訪問・声かけ")
        STOP_DAMAGE = "STOP_DAMAGE", _("続く被害を止める")
        SUPPORT = "SUPPORT", _("生活や契約の支援につなぐ")
        SAFETY = "SAFETY", _("生命・身体の安全")
        ANSWER = "ANSWER", _("お礼・結果を返す")

    class Means(models.TextChoices):
        BY_HAND = "BY_HAND", _("手渡し")
        POST = "POST", _("郵送")
        ORAL = "ORAL", _("口頭・電話")
        ELECTRONIC = "ELECTRONIC", _("電子(暗号化)")

    class Disposal(models.TextChoices):
        RETURNED = "RETURNED", _("返却された")
        SHREDDED = "SHREDDED", _("裁断・溶解した")
        DELETED = "DELETED", _("データを消した")

    class SaidBy(models.TextChoices):
        PHONE = "PHONE", _("電話")
        PAPER = "PAPER", _("紙・ファクス")
        MAIL = "MAIL", _("メール")
        MEETING = "MEETING", _("会って")

    SEALED: ClassVar = ("person", "reason", "snapshot", "use_report", "verdict_person", "verdict_words")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case_uid = models.UUIDField(db_index=True)
    is_council = models.BooleanField(_("協議会の構成員"), default=False)
    recipient_kind = models.CharField(_("相手"), max_length=16, choices=Recipient.choices)
    # An office, never a person: whom to ask for its disposal, also when the case is long gone.
    recipient = models.CharField(_("相手の機関名"), max_length=100)
    # The member of the network that was chosen from its list; none: typed.
    member_uid = models.UUIDField(null=True, editable=False)
    answers = models.UUIDField(null=True, editable=False)
    purpose = models.CharField(_("目的"), max_length=12, choices=Purpose.choices)
    # By the names of `reveal`.
    fields = models.JSONField(default=list)
    ground = models.CharField(_("根拠"), max_length=12, choices=Ground.choices)
    consent_how = models.CharField(_("同意の得かた"), max_length=8, choices=Consent.choices, blank=True)
    consent_on = models.DateField(_("同意を得た日"), null=True)
    means = models.CharField(_("渡し方"), max_length=12, choices=Means.choices)

    person = SealedField(label="watch_share.person")
    reason = SealedField(label="watch_share.reason")
    snapshot = SealedField(label="watch_share.snapshot")
    use_report = SealedField(label="watch_share.use_report")

    shared_at = models.DateTimeField(_("渡した日時"))
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    dispose_by = models.DateField(_("廃棄の期限"))
    disposed_on = models.DateField(_("廃棄の報告を受けた日"), null=True)
    disposal = models.CharField(_("廃棄の方法"), max_length=12, choices=Disposal.choices, blank=True)
    disposal_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    verdict = models.CharField(_("相手の評価"), max_length=12, choices=Verdict.choices, blank=True)
    verdict_on = models.DateField(_("評価を聞いた日"), null=True)
    verdict_by = models.CharField(_("聞きかた"), max_length=8, choices=SaidBy.choices, blank=True)
    verdict_person = SealedField(label="watch_share.verdict_person")
    verdict_words = SealedField(label="watch_share.verdict_words")
    verdict_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = WatchShareQuerySet.as_manager()

    class Meta:
        ordering = ["-shared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="watch_share_disposed_whole",
                condition=Q(disposed_on__isnull=True, disposal="")
                | (Q(disposed_on__isnull=False) & ~Q(disposal="")),
            ),
            models.CheckConstraint(
                name="watch_share_verdict_whole",
                condition=Q(verdict_on__isnull=True, verdict="", verdict_by="")
                | (Q(verdict_on__isnull=False) & ~Q(verdict="") & ~Q(verdict_by="")),
            ),
            models.CheckConstraint(
                name="watch_share_consent_has_a_day",
                condition=~Q(ground="CONSENT") | (Q(consent_on__isnull=False) & ~Q(consent_how="")),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-shared_at"], name="watch_share_list")]

    def __str__(self) -> str:
        return f"{self.recipient_kind} {self.shared_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(Case.OWNER_KIND, self.case_uid)
