"""What is known of one contract: the inputs of the engine, each of which may be unknown.

None is an unknown day, amount or choice; "unknown" an unknown answer. Nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Answer = Literal["yes", "no", "unknown"]

TRANSACTIONS: Final[Mapping[str, str | Promise]] = {
    "door_to_door": _("訪問販売"),
    "telemarketing": _("電話勧誘販売"),
    "continuous_service": _("特定継続的役務提供"),
    "multilevel": _("連鎖販売取引"),
    "business_opportunity": _("業務提供誘引販売取引"),
    "door_to_door_purchase": _("訪問購入"),
    "mail_order": _("通信販売"),
    "individual_credit": _("個別クレジット"),
    "real_estate": _("宅地建物の売買"),
    "insurance": _("保険"),
    "deposit": _("預託等取引"),
    "investment_advice": _("投資顧問契約"),
    "golf_membership": _("ゴルフ会員権"),
    "real_estate_fund": _("不動産特定共同事業"),
    "telecom_initial": _("電気通信サービス(初期契約解除)"),
    "care_home": _("有料老人ホーム(短期解約)"),
    "mutual_aid_ceremony": _("冠婚葬祭互助会"),
    "store": _("店舗での購入"),
}

DATES: Final = (
    "contract_on", "application_document_on", "contract_document_on", "goods_received_on", "applied_on",
    "service_started_on", "informed_in_writing_on", "moved_in_on", "fresh_document_on", "noticed_on",
)  # fmt: skip
ANSWERS: Final = (
    "document_defect", "obstruction", "cash_fully_performed", "consumable_used", "invited_by_consumer",
    "for_business", "exempt_item", "delivered_and_paid", "induced_by_advertising", "spiritual_claim",
)  # fmt: skip
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "telecom_kind": ("mobile", "fixed"),
    "document_form": ("paper", "electronic"),
    "underlying": tuple(name for name in TRANSACTIONS if name != "individual_credit"),
    "service_kind": (
        "beauty", "medical_beauty", "language", "tutor", "cram_school", "pc_class", "matchmaking",
    ),
}  # fmt: skip
NUMBERS: Final = ("total_yen", "duration_months")

INPUTS: Final = ("transaction", *DATES, "as_of", *ANSWERS, *NUMBERS, *CHOICES)
"""Every input name, in the order in which they are asked and listed."""

CHOICE_LABELS: Final[Mapping[str, str | Promise]] = {
    **TRANSACTIONS,
    "mobile": _("携帯電話・スマートフォン"),
    "fixed": _("光回線など固定の通信"),
    "paper": _("紙の書面"),
    "electronic": _("電子データ"),
    "beauty": _("エステティック"),
    "medical_beauty": _("美容医療"),
    "language": _("語学教室"),
    "tutor": _("家庭教師"),
    "cram_school": _("学習塾"),
    "pc_class": _("パソコン教室"),
    "matchmaking": _("結婚相手紹介サービス"),
}

INPUT_LABELS: Final[Mapping[str, str | Promise]] = {
    "transaction": _("取引の種類"),
    "contract_on": _("契約日"),
    "application_document_on": _("申込書面の受領日"),
    "contract_document_on": _("契約書面の受領日"),
    "goods_received_on": _("商品の受領日"),
    "applied_on": _("申込日"),
    "service_started_on": _("サービスの開始日"),
    "informed_in_writing_on": _("クーリング・オフを書面で告げられた日"),
    "moved_in_on": _("入居日"),
    "fresh_document_on": _("新しい書面の受領日"),
    "noticed_on": _("うそや誤解に気づいた日"),
    "as_of": _("基準日"),
    "document_defect": _("書面の不備の有無"),
    "obstruction": _("クーリング・オフ妨害の有無"),
    "cash_fully_performed": _("その場で現金で全額を払い、受け取りも済んだか"),
    "consumable_used": _("化粧品や健康食品などの消耗品を使ったか"),
    "invited_by_consumer": _("契約するために自分から来訪や電話を求めたか"),
    "for_business": _("営業のための契約か"),
    "exempt_item": _("法律の適用が除かれる商品・役務か"),
    "delivered_and_paid": _("引渡しと代金の全額の支払いが済んだか"),
    "induced_by_advertising": _("広告などで誘われてかけた電話で勧誘されたか"),
    "spiritual_claim": _("霊感などで不安をあおられたか"),
    "total_yen": _("契約の総額"),
    "duration_months": _("契約期間(月)"),
    "telecom_kind": _("通信サービスの種類"),
    "document_form": _("書面の形(紙・電子)"),
    "underlying": _("クレジットの元の取引の種類"),
    "service_kind": _("役務の種類"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """One contract on the day `as_of`.

    `document_defect`: the document is missing or defective. `obstruction`: a false statement or a threat kept
    the consumer from withdrawing. `invited_by_consumer`: asked the trader to come, or to call, to conclude
    this very contract; a call for a quote, or an advertised price far below the bill, is "no".
    `cash_fully_performed`: paid in cash and handed over on the spot. `delivered_and_paid`: land or building
    handed over and the whole price paid. `duration_months` may be a fraction of a month. `noticed_on`: from when
    the consumer could have cancelled (the lie found out, the pressure over). `spiritual_claim`: frightened by what
    only a medium is said to know (消費者契約法4条3項8号).
    """

    transaction: str
    as_of: date
    contract_on: date | None = None
    application_document_on: date | None = None
    contract_document_on: date | None = None
    goods_received_on: date | None = None
    applied_on: date | None = None
    service_started_on: date | None = None
    informed_in_writing_on: date | None = None
    moved_in_on: date | None = None
    fresh_document_on: date | None = None
    noticed_on: date | None = None
    document_defect: Answer = "unknown"
    obstruction: Answer = "unknown"
    cash_fully_performed: Answer = "unknown"
    consumable_used: Answer = "unknown"
    invited_by_consumer: Answer = "unknown"
    for_business: Answer = "unknown"
    exempt_item: Answer = "unknown"
    delivered_and_paid: Answer = "unknown"
    induced_by_advertising: Answer = "unknown"
    spiritual_claim: Answer = "unknown"
    total_yen: int | None = None
    duration_months: float | None = None
    telecom_kind: str | None = None
    document_form: str | None = None
    underlying: str | None = None
    service_kind: str | None = None

    def day(self, name: str) -> date | None:
        """The day under an input name of DATES."""
        found: date | None = getattr(self, name)
        return found

    @property
    def concluded_on(self) -> date:
        """The day whose law applies: the contract day, else the earliest known day, else the day asked about."""
        if self.contract_on is not None:
            return self.contract_on
        known = [day for name in DATES if (day := self.day(name)) is not None]
        return min(known, default=self.as_of)
