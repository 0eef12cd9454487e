"""What of the 相談カード comes more than once: codes, traders, transfers, consents, referrals.

Each row belongs to one case and goes with it. Who or what could be recognised is sealed under the case's key.
"""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case
from cases.records.codes import Kind

YES: Final = "YES"
NO: Final = "NO"
YES_NO: Final = ((YES, _("はい")), (NO, _("いいえ")))


class CardRow(models.Model):
    """A row of the card. `OPEN` names its columns in the open: with the sealed ones they enter the case's digest."""

    OPEN: ClassVar[tuple[str, ...]]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner


class CaseCode(CardRow):
    """One code of a set of which a case may carry several; of 内容別分類 exactly one is 主 where there are any."""

    OPEN = ("kind", "code", "is_main")
    KINDS: ClassVar[tuple[Kind, ...]] = (Kind.ISSUE_KIND, Kind.TRIGGER, Kind.CONTACT_MEANS, Kind.PAYMENT)

    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=32)
    is_main = models.BooleanField(default=False)

    class Meta(CardRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "code"], name="more_code_once_per_case"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(is_main=True), name="one_main_code_per_kind"
            ),
        ]
        indexes = [models.Index(fields=["kind", "code", "case"], name="more_code_code")]

    def __str__(self) -> str:
        return self.code


class CaseTrader(CardRow):
    """A trader as the caller named it. `trader_uid` is its row in the master, once somebody has chosen one."""

    OPEN = ("role", "trader_uid")

    role = models.CharField(_("役割"), max_length=32, default="SELLER")
    trader_uid = models.UUIDField(null=True, db_index=True)
    name = SealedField(label="case_trader.name")
    address = SealedField(label="case_trader.address")
    phone = SealedField(label="case_trader.phone")
    url = SealedField(label="case_trader.url")
    sns_id = SealedField(label="case_trader.sns_id")
    agent = SealedField(label="case_trader.agent")  # 勧誘者名

    def __str__(self) -> str:
        return self.role


class CaseTransfer(CardRow):
    """Money that went, or was to go, to an account, an address or by a number. An unknown amount is NULL."""

    OPEN = ("kind", "happened_at", "yen")

    kind = models.CharField(_("種類"), max_length=32, default="BANK")
    happened_at = models.DateTimeField(_("送金日時"), null=True)
    yen = models.BigIntegerField(_("金額"), null=True)
    institution = SealedField(label="case_transfer.institution")  # bank and branch, exchange, issuer
    account = SealedField(label="case_transfer.account")  # account number, address, prepaid number
    holder = SealedField(label="case_transfer.holder")

    class Meta(CardRow.Meta):
        constraints = [
            models.CheckConstraint(
                name="transfer_yen_not_negative", condition=Q(yen__isnull=True) | Q(yen__gte=0)
            )
        ]

    def __str__(self) -> str:
        return self.kind


class CaseConsent(CardRow):
    """What somebody agreed to or refused. `note`: hours to call, 「留守電に残さない」 and the like."""

    OPEN = ("kind", "answer", "given_on", "how")

    kind = models.CharField(_("内容"), max_length=32)
    answer = models.CharField(_("可否"), max_length=3, choices=YES_NO)
    given_on = models.DateField(_("確認日"), null=True)
    how = models.CharField(_("方法"), max_length=32, blank=True)
    note = SealedField(label="case_consent.note")

    class Meta(CardRow.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="consent_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.answer}"


class CaseReferral(CardRow):
    """Another body that the person was sent or led to. `body_uid` is its row in the directory, where there is one."""

    OPEN = ("kind", "body", "body_uid", "referred_on")

    kind = models.CharField(_("種類"), max_length=32, default="OTHER_BODY")
    body = models.CharField(_("機関"), max_length=100, blank=True)
    body_uid = models.UUIDField(null=True)
    referred_on = models.DateField(_("紹介日"), null=True)
    note = SealedField(label="case_referral.note")

    def __str__(self) -> str:
        return self.kind


ROWS: Final[tuple[type[CardRow], ...]] = (CaseCode, CaseTrader, CaseTransfer, CaseConsent, CaseReferral)


def rows_of(case: Case) -> list[CardRow]:
    """Every row of the card, in one query for each kind of row."""
    return [row for model in ROWS for row in model._default_manager.filter(case=case)]
