"""What the law asks beyond 販売購入形態, as the form offers it. The codes are those of `card_entry.LAW_FACTS`."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str | Promise]]

_TRANSACTIONS: Final = (
    ("door_to_door", _("訪問販売")),
    ("telemarketing", _("電話勧誘販売")),
    ("continuous_service", _("特定継続的役務(エステ・学習塾など)")),
    ("multilevel", _("連鎖販売取引(マルチ)")),
    ("business_opportunity", _("業務提供誘引販売(内職・副業)")),
    ("door_to_door_purchase", _("訪問購入(買取り)")),
    ("mail_order", _("通信販売")),
    ("individual_credit", _("個別クレジット契約")),
    ("real_estate", _("宅地・建物")),
    ("insurance", _("保険")),
    ("deposit", _("預託取引")),
    ("investment_advice", _("投資助言")),
    ("golf_membership", _("ゴルフ会員権")),
    ("real_estate_fund", _("不動産特定共同事業")),
    ("telecom_initial", _("携帯電話・光回線など(初期契約解除)")),
    ("care_home", _("有料老人ホーム")),
    ("mutual_aid_ceremony", _("冠婚葬祭の互助会")),
    ("store", _("店舗での契約")),
)
_SERVICES: Final = (
    ("beauty", _("エステ")),
    ("medical_beauty", _("美容医療")),
    ("language", _("語学教室")),
    ("tutor", _("家庭教師")),
    ("cram_school", _("学習塾")),
    ("pc_class", _("パソコン教室")),
    ("matchmaking", _("結婚相手紹介")),
)
_LINES: Final = (("mobile", _("携帯電話・モバイル回線")), ("fixed", _("光回線など固定の回線")))


def numbered_transactions() -> Choices:
    return _numbered(_TRANSACTIONS)


def numbered_services() -> Choices:
    return _numbered(_SERVICES)


def numbered_lines() -> Choices:
    return _numbered(_LINES)


def _numbered(rows: tuple[tuple[str, str | Promise], ...]) -> Choices:
    return [("", "—"), *((code, f"{number} {label}") for number, (code, label) in enumerate(rows, start=1))]
