"""消費生活相談 (one consultation): coded columns in the open, words and names sealed."""

import uuid
from collections.abc import Iterable
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records import ages, codes
from cases.records.centre import Actor, Area, Centre
from cases.records.codes import Kind

# The sealed columns, which no list loads.
SEALED: Final = (
    "narrative", "narrative_redacted", "advice", "advice_redacted", "trader_name", "subject", "subject_redacted",
    "care",
)  # fmt: skip


class CaseQuerySet(models.QuerySet["Case"]):
    """The questions about many cases. Every list, detail, search, count and export starts at `visible_to`."""

    def visible_to(self, actor: Actor) -> Self:
        """The one scope rule: cases of the actor's centres. Others do not exist for them (404, not 403)."""
        return self.filter(centre_id__in=actor.centre_ids)

    def of_uids(self, uids: Iterable[uuid.UUID]) -> Self:
        """The cases with these uids, found by the unique index.

        Beside a condition on the centre, SQLite would walk through all its cases (20,000: 96 ms, so 0.5).
        """
        return self.filter(pk__in=self.model.objects.filter(uid__in=list(uids)).values("pk"))

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def in_hands_of(self, account_pk: int | None) -> Self:
        """Cases that this person looks after: handed over to them, or taken by them and never handed over."""
        return self.filter(Q(in_charge=account_pk) | Q(in_charge=None, counsellor=account_pk))

    def of_scam(self, code: str) -> Self:
        """Cases that carry the 手口 or one that was merged into it, as 主 or beside it."""
        held = codes.codes(Kind.SCAM_TYPE).holding(code)
        return self.filter(scam_types__code__in=held).distinct()

    def newest_first(self) -> Self:
        return self.order_by("-received_at", "-pk")

    def for_list(self) -> Self:
        """What a list shows, in a fixed number of queries and without a sealed byte."""
        return (
            self.defer(*SEALED)
            .select_related("counsellor", "in_charge", "centre")
            .prefetch_related("scam_types")
        )


class CaseNumber(models.Model):
    """The last number given in a centre's fiscal year; locked while numbers are handed out."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "fiscal_year"], name="case_number_once")]

    def __str__(self) -> str:
        return f"{self.fiscal_year}-{self.last:06d}"


class Case(models.Model):
    """One consultation. Integer key for joins; `uid` in keys, URLs, jobs and the API.

    `uid` is minted when the form opens: draft, double click and retried request are the same insert.
    Unknown amounts and dates are NULL; 0 yen is an amount.
    """

    OWNER_KIND: ClassVar[str] = "case"

    class Source(models.TextChoices):
        DESK = "DESK", _("窓口で入力")
        API = "API", _("API")
        IMPORT = "IMPORT", _("台帳から取込")
        DEMO = "DEMO", _("デモデータ")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.CharField(_("相談番号"), max_length=16)
    revision = models.PositiveIntegerField(default=1)
    entry_digest = models.BinaryField(max_length=32)

    received_at = models.DateTimeField(_("受付日時"))
    received_on = models.DateField(_("受付日"))
    entered_at = models.DateTimeField(_("入力日時"), auto_now_add=True)
    changed_at = models.DateTimeField(_("更新日時"), auto_now=True)
    counsellor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Who took it over by 引継ぎ; empty: still with whoever took the call. The taker of the call stays on record.
    in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("引き継いだ担当"),
    )
    channel = models.CharField(_("受付方法"), max_length=32)
    kind = models.CharField(_("相談区分"), max_length=32)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.DESK)
    is_made_up = models.BooleanField(default=False)
    # DV等支援措置: the case is left out of searches by name, and who else opens it is told of.
    is_guarded = models.BooleanField(_("DV等支援措置"), default=False)

    product = models.CharField(_("商品・役務"), max_length=32, blank=True)
    sales_method = models.CharField(_("販売購入形態"), max_length=32, blank=True)
    is_provisional = models.BooleanField(_("分類は暫定"), default=False)

    # 契約当事者: whose age counts. The birth date, where given, is sealed with the person.
    party_age = models.PositiveSmallIntegerField(_("年齢"), null=True)
    party_age_band = models.CharField(_("年代"), max_length=16, default=ages.UNKNOWN)
    party_sex = models.CharField(_("性別"), max_length=32, blank=True)
    party_area = models.CharField(_("居住地区"), max_length=32, default=Area.UNKNOWN)
    party_occupation = models.CharField(_("職業"), max_length=32, blank=True)
    relation = models.CharField(_("相談者と契約当事者の関係"), max_length=32, blank=True)

    # 判断不十分者契約: counted as such. What else the person needs is sealed in `care`.
    is_impaired = models.BooleanField(_("判断不十分者"), default=False)
    # Municipality by JIS X 0402 with the prefecture's two digits in front; derived from 〒 where that is known.
    party_city = models.CharField(_("契約当事者の市区町村"), max_length=6, blank=True)

    # 相談者, where somebody else than the 契約当事者.
    caller_age = models.PositiveSmallIntegerField(_("相談者の年齢"), null=True)
    caller_age_band = models.CharField(_("相談者の年代"), max_length=16, blank=True)
    caller_sex = models.CharField(_("相談者の性別"), max_length=32, blank=True)
    caller_area = models.CharField(_("相談者の居住地区"), max_length=32, blank=True)
    caller_city = models.CharField(_("相談者の市区町村"), max_length=6, blank=True)
    caller_occupation = models.CharField(_("相談者の職業"), max_length=32, blank=True)

    # Who or what sent the caller here: a watcher, the police, the newsletter.
    route = models.CharField(_("窓口につながった経路"), max_length=32, blank=True)
    # The lecture that the call came of (`cases.lectures` finds it); no foreign key, as its room lies above.
    lecture = models.UUIDField(_("きっかけになった講座"), null=True)
    continuity = models.CharField(_("初回・継続"), max_length=32, blank=True)
    earlier_number = models.CharField(_("前回の相談番号"), max_length=32, blank=True)
    consulted_elsewhere = models.CharField(_("他の窓口への相談"), max_length=3, blank=True)
    is_baseless = models.BooleanField(_("架空請求"), default=False)
    is_forewarning = models.BooleanField(_("予兆電話(アポ電)"), default=False)
    is_difficult = models.BooleanField(_("対応困難"), default=False)
    has_recording = models.BooleanField(_("録音あり"), default=False)

    contract_state = models.CharField(_("契約の状態"), max_length=32, blank=True)
    solicited_on = models.DateField(_("勧誘日"), null=True)
    contracted_on = models.DateField(_("契約日"), null=True)
    document_received_on = models.DateField(_("法定書面受領日"), null=True)
    goods_received_on = models.DateField(_("商品受領日"), null=True)
    document_form = models.CharField(_("書面の種類"), max_length=32, blank=True)
    document_defect = models.CharField(_("書面の不備"), max_length=3, blank=True)
    # The other facts that rights depend on (`cases.services.card_entry.LAW_FACTS`), as JSON with sorted keys.
    law_facts = models.TextField(_("権利に関わる事実"), blank=True)
    contract_yen = models.BigIntegerField(_("契約購入金額"), null=True)
    paid_yen = models.BigIntegerField(_("既支払額"), null=True)
    claimed_yen = models.BigIntegerField(_("請求額"), null=True)
    recovered_yen = models.BigIntegerField(_("被害回復額"), null=True)

    harm = models.CharField(_("危害・危険"), max_length=32, blank=True)
    harm_kind = models.CharField(_("危害の内容"), max_length=32, blank=True)
    harm_part = models.CharField(_("危害の部位"), max_length=32, blank=True)
    harm_degree = models.CharField(_("危害の程度"), max_length=32, blank=True)

    outcome = models.CharField(_("処理結果"), max_length=32, blank=True)
    closed_on = models.DateField(_("終了日"), null=True)

    subject = SealedField(label="case.subject")
    subject_redacted = SealedField(label="case.subject_redacted")
    narrative = SealedField(label="case.narrative")
    narrative_redacted = SealedField(label="case.narrative_redacted")
    advice = SealedField(label="case.advice")
    advice_redacted = SealedField(label="case.advice_redacted")
    trader_name = SealedField(label="case.trader_name")
    # What the person needs (`cases.services.card_entry.CareEntry` as JSON): health, language, danger at home.
    care = SealedField(label="case.care")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="case_number_once_per_centre"),
            models.CheckConstraint(
                name="case_closed_with_outcome",
                condition=(Q(closed_on__isnull=True) & Q(outcome=""))
                | (Q(closed_on__isnull=False) & ~Q(outcome="") & Q(closed_on__gte=models.F("received_on"))),
            ),
            models.CheckConstraint(
                name="case_yen_not_negative",
                condition=(Q(contract_yen__isnull=True) | Q(contract_yen__gte=0))
                & (Q(paid_yen__isnull=True) | Q(paid_yen__gte=0))
                & (Q(recovered_yen__isnull=True) | Q(recovered_yen__gte=0)),
            ),
            models.CheckConstraint(
                name="case_claimed_not_negative",
                condition=Q(claimed_yen__isnull=True) | Q(claimed_yen__gte=0),
            ),
            models.CheckConstraint(
                name="case_caller_age_in_range",
                condition=Q(caller_age__isnull=True) | Q(caller_age__lte=ages.OLDEST),
            ),
            models.CheckConstraint(
                name="case_age_in_range", condition=Q(party_age__isnull=True) | Q(party_age__lte=ages.OLDEST)
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "-received_at", "-id"], name="case_list"),
            models.Index(fields=["centre", "closed_on", "-received_at"], name="case_open"),
            models.Index(fields=["harm", "centre"], name="case_harm"),
            # Few of many: pages with figures say how many there are.
            models.Index(
                fields=["centre", "received_on"],
                condition=Q(is_provisional=True),
                name="case_provisional",
            ),
            models.Index(fields=["lecture"], condition=Q(lecture__isnull=False), name="case_by_lecture"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def main_scam(self) -> str:
        """The code of the 主 手口 (every case has exactly one)."""
        return next(row.code for row in self.scam_types.all() if row.is_main)

    @property
    def other_scams(self) -> list[str]:
        return [row.code for row in self.scam_types.all() if not row.is_main]

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def holder_id(self) -> int | None:
        """Key of the person who looks after the case now; None where nobody does (imported)."""
        return self.in_charge_id or self.counsellor_id

    def has_been_with(self, account_pk: int | None) -> bool:
        """Whether the person took its call or has it now."""
        return account_pk is not None and account_pk in (self.counsellor_id, self.in_charge_id)


class CaseScamType(models.Model):
    """手口 of a case: several, exactly one of them 主. Only 主 counts where numbers must add up."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="scam_types")
    code = models.CharField(max_length=32)
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="scam_type_once_per_case"),
            models.UniqueConstraint(fields=["case"], condition=Q(is_main=True), name="one_main_scam_type"),
        ]
        indexes = [models.Index(fields=["code", "case"], name="scam_type_code")]

    def __str__(self) -> str:
        return self.code


def scam_rows(case: Case, main: str, others: Iterable[str]) -> list[CaseScamType]:
    """The rows for one case: 主 first, each code once."""
    codes = [main, *dict.fromkeys(code for code in others if code != main)]
    return [CaseScamType(case=case, code=code, is_main=code == main) for code in codes]


def new_uid() -> uuid.UUID:
    return uuid.uuid4()
