"""The rules of withdrawal as data: law, article, period, start, exceptions, validity and source of each.

A lawyer reads the same rows on the page of rules. Where two laws of different dates exist, there are two rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_noop

from cases.law.rights import laws
from cases.law.rights.counting import Period
from cases.law.rights.facts import Facts
from cases.law.rights.laws import COVERED_FROM, Basis


class Combine(StrEnum):
    """Which of the days starts the period."""

    ONLY = "only"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Start:
    """Day 1 of a period: the day of one input, or the earlier or later of two."""

    combine: Combine
    inputs: tuple[str, ...]


class Gate(StrEnum):
    """A condition of a right other than time; `cases.law.rights.gates` says how each is judged."""

    NOT_FOR_BUSINESS = "not_for_business"
    NOT_EXEMPT = "not_exempt"
    NOT_INVITED = "not_invited"
    NOT_SMALL_CASH = "not_small_cash"
    NOT_CONSUMED = "not_consumed"
    NOT_CONSUMED_ON_CREDIT = "not_consumed_on_credit"
    LONG_AND_DEAR = "long_and_dear"
    OVER_A_YEAR = "over_a_year"
    HALF_A_MILLION = "half_a_million"
    NOT_SETTLED = "not_settled"
    INDUCED_CALL = "induced_call"


@dataclass(frozen=True, slots=True)
class Rule:
    """One right, for contracts concluded in the half-open period [valid_from, valid_until).

    `when`: an input and the values for which the row holds (two rows for two kinds of one transaction).
    `counts_from_document`: a missing or defective document, and obstruction, keep the period from running.
    `obstruction`: the provision on obstruction; None where the law has none.
    `electronic_document_from`: contracts from that day may have their document as data; earlier ones not.
    None: the law does not bar it. `dated_by`: the input whose day chooses the law, where not the contract day.
    `by_dispatch`: a notice counts when it is sent. `notes`: cautions of every answer.
    """

    name: str
    transaction: str
    basis: Basis
    period: Period
    start: Start
    sources: tuple[Basis, ...]
    valid_from: date = COVERED_FROM
    valid_until: date | None = None
    gates: tuple[Gate, ...] = ()
    when: tuple[str, frozenset[str]] | None = None
    counts_from_document: bool = True
    obstruction: Basis | None = None
    electronic_document_from: date | None = None
    dated_by: str = ""
    by_dispatch: bool = True
    notes: tuple[str, ...] = ()

    def holds_on(self, concluded_on: date) -> bool:
        return self.valid_from <= concluded_on and (
            self.valid_until is None or concluded_on < self.valid_until
        )


HOME_BUYING_FROM: Final = date(2013, 2, 21)  # 平成24年法律第59号
TELECOM_FROM: Final = date(2016, 5, 21)  # 平成27年法律第26号
CARE_HOME_FROM: Final = date(2012, 4, 1)  # 平成23年法律第72号; 平成24年厚生労働省令第11号
DEPOSIT_REFORM: Final = date(2022, 6, 1)  # 令和3年法律第72号
ELECTRONIC_DOCUMENTS_FROM: Final = date(2023, 6, 1)  # the same act, the part on documents as data
INDUCED_CALLS_FROM: Final = date(
    2023, 6, 1
)  # 特定商取引法施行令: calls after advertising on screen or in print

_TWO_DOCUMENTS: Final = Start(Combine.EARLIER, ("application_document_on", "contract_document_on"))
_DOCUMENT: Final = Start(Combine.ONLY, ("contract_document_on",))
_EIGHT: Final = Period(days=8)
_TWENTY: Final = Period(days=20)
_SALE_GATES: Final = (
    Gate.NOT_FOR_BUSINESS, Gate.NOT_EXEMPT, Gate.NOT_INVITED, Gate.NOT_SMALL_CASH, Gate.NOT_CONSUMED,
)  # fmt: skip


def _commerce(*articles: str) -> tuple[Basis, ...]:
    return tuple(Basis(laws.SPECIFIED_COMMERCE, article) for article in articles)


def _instalment(*articles: str) -> tuple[Basis, ...]:
    return tuple(Basis(laws.INSTALMENT_SALES, article) for article in articles)


_CREDIT_NOTES: Final = (
    gettext_noop(
        "クレジット会社には書面(はがきなど)で通知します。販売店がメールを受け付けていても、クレジット会社には紙で送ります。"
    ),
    gettext_noop("クレジット契約をやめると、元の販売契約もやめたものとして扱われます。"),
)
_EARLIER_CREDIT_DOCUMENT: Final = gettext_noop(
    "申込みのときにクレジットの申込書面を受け取っていれば、その日から数えます。"
)

RULES: Final[tuple[Rule, ...]] = (
    # 9条1項: the document of 4条 (申込) or 5条 (契約), whichever came first. Exceptions: 26条.
    Rule(
        "door_to_door", "door_to_door", Basis(laws.SPECIFIED_COMMERCE, "9"), _EIGHT, _TWO_DOCUMENTS,
        _commerce("4", "5", "9", "26"), gates=_SALE_GATES, obstruction=Basis(laws.SPECIFIED_COMMERCE, "9"),
        electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
    ),
    # 24条1項: the same with the documents of 18条 and 19条.
    Rule(
        "telemarketing", "telemarketing", Basis(laws.SPECIFIED_COMMERCE, "24"), _EIGHT, _TWO_DOCUMENTS,
        _commerce("18", "19", "24", "26"), gates=_SALE_GATES, obstruction=Basis(laws.SPECIFIED_COMMERCE, "24"),
        electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
    ),
    # 48条1項: the document of 42条2項 or 3項, not the 概要書面 of 42条1項; contracts made in a shop as well.
    Rule(
        "continuous_service", "continuous_service", Basis(laws.SPECIFIED_COMMERCE, "48"), _EIGHT, _DOCUMENT,
        _commerce("41", "42", "48", "50"), gates=(Gate.NOT_FOR_BUSINESS, Gate.LONG_AND_DEAR),
        obstruction=Basis(laws.SPECIFIED_COMMERCE, "48"), electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
        notes=(
            gettext_noop("数え始めるのは契約書面の日です。契約の前に渡される概要書面の日からは数えません。"),
            gettext_noop("一緒に買った関連商品もやめられますが、使った消耗品には及ばないことがあります。"),
        ),
    ),
    # 40条1項: where goods are bought for resale, their receipt if it is later than the document of 37条2項.
    Rule(
        "multilevel", "multilevel", Basis(laws.SPECIFIED_COMMERCE, "40"), _TWENTY,
        Start(Combine.LATER, ("contract_document_on", "goods_received_on")), _commerce("37", "40"),
        obstruction=Basis(laws.SPECIFIED_COMMERCE, "40"), electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
    ),
    # 58条1項: the document of 55条2項.
    Rule(
        "business_opportunity", "business_opportunity", Basis(laws.SPECIFIED_COMMERCE, "58"), _TWENTY, _DOCUMENT,
        _commerce("55", "58"), obstruction=Basis(laws.SPECIFIED_COMMERCE, "58"),
        electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
    ),
    # 58条の14第1項: the document of 58条の7 or 58条の8, whichever came first. Exceptions: 58条の4, 58条の17.
    Rule(
        "door_to_door_purchase", "door_to_door_purchase", Basis(laws.SPECIFIED_COMMERCE, "58の14"), _EIGHT,
        _TWO_DOCUMENTS, _commerce("58の4", "58の7", "58の8", "58の14", "58の15", "58の17"),
        valid_from=HOME_BUYING_FROM,
        gates=(Gate.NOT_FOR_BUSINESS, Gate.NOT_EXEMPT, Gate.NOT_INVITED),
        obstruction=Basis(laws.SPECIFIED_COMMERCE, "58の14"), electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
        notes=(gettext_noop("この期間は、品物の引渡しを断ることができます。"),),
    ),
    # 2条3項, 令2条: a call that the trader brought about by advertising is telephone sales.
    Rule(
        "mail_order_induced", "mail_order", Basis(laws.SPECIFIED_COMMERCE, "24"), _EIGHT, _TWO_DOCUMENTS,
        _commerce("2", "18", "19", "24", "26"), valid_from=INDUCED_CALLS_FROM,
        gates=(Gate.INDUCED_CALL, *_SALE_GATES), obstruction=Basis(laws.SPECIFIED_COMMERCE, "24"),
        electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
        notes=(gettext_noop("広告を見てかけた電話で勧誘された契約は、電話勧誘販売として扱います。"),),
    ),
    # 35条の3の10: sales of 訪問販売 and 電話勧誘販売; counted from the credit contract's own document.
    Rule(
        "credit_for_sale", "individual_credit", Basis(laws.INSTALMENT_SALES, "35の3の10"), _EIGHT, _DOCUMENT,
        _instalment("35の3の9", "35の3の10", "35の3の60"),
        when=("underlying", frozenset({"door_to_door", "telemarketing"})),
        gates=(Gate.NOT_FOR_BUSINESS, Gate.NOT_EXEMPT, Gate.NOT_INVITED, Gate.NOT_CONSUMED_ON_CREDIT),
        obstruction=Basis(laws.INSTALMENT_SALES, "35の3の10"), notes=(*_CREDIT_NOTES, _EARLIER_CREDIT_DOCUMENT),
    ),
    # 35条の3の11: 特定継続的役務提供 8 days, 特定連鎖販売 and 業務提供誘引販売 20 days.
    Rule(
        "credit_for_service", "individual_credit", Basis(laws.INSTALMENT_SALES, "35の3の11"), _EIGHT, _DOCUMENT,
        _instalment("35の3の9", "35の3の11", "35の3の60"), when=("underlying", frozenset({"continuous_service"})),
        gates=(Gate.NOT_FOR_BUSINESS,), obstruction=Basis(laws.INSTALMENT_SALES, "35の3の11"), notes=_CREDIT_NOTES,
    ),
    Rule(
        "credit_for_business", "individual_credit", Basis(laws.INSTALMENT_SALES, "35の3の11"), _TWENTY, _DOCUMENT,
        _instalment("35の3の9", "35の3の11"),
        when=("underlying", frozenset({"multilevel", "business_opportunity"})),
        obstruction=Basis(laws.INSTALMENT_SALES, "35の3の11"), notes=_CREDIT_NOTES,
    ),
    # 37条の2第1項: 1号 eight days from being told in writing (規則16条の6); 2号 ends on delivery and full payment.
    Rule(
        "real_estate", "real_estate", Basis(laws.REAL_ESTATE, "37の2"), _EIGHT,
        Start(Combine.ONLY, ("informed_in_writing_on",)), (Basis(laws.REAL_ESTATE, "37の2"),),
        gates=(Gate.NOT_INVITED, Gate.NOT_SETTLED),
        notes=(gettext_noop("売主が宅建業者で、事務所やモデルルームなどの外で申し込んだ場合です。"),),
    ),
    # 309条1項: 1号 the later of document and application; 2号 business; 4号 one year or less; 6号 令45条.
    Rule(
        "insurance", "insurance", Basis(laws.INSURANCE, "309"), _EIGHT,
        Start(Combine.LATER, ("contract_document_on", "applied_on")), (Basis(laws.INSURANCE, "309"),),
        gates=(Gate.NOT_FOR_BUSINESS, Gate.OVER_A_YEAR),
        notes=(
            gettext_noop(
                "自分から日を知らせて保険会社の店に出向いて申し込んだ場合や、医師の診査を受けた後には及ばないことがあります。"
            ),
        ),
    ),
    # 8条 until 2022-05-31; 7条 since, with its provision on obstruction.
    Rule(
        "deposit_designated", "deposit", Basis(laws.DEPOSIT, "8"), Period(days=14), _DOCUMENT,
        (Basis(laws.DEPOSIT, "3"), Basis(laws.DEPOSIT, "8")), valid_until=DEPOSIT_REFORM,
        notes=(gettext_noop("2022年5月までの預託法は、貴石や観葉植物など決められた商品だけが対象でした。"),),
    ),
    Rule(
        "deposit", "deposit", Basis(laws.DEPOSIT, "7"), Period(days=14), _DOCUMENT,
        (Basis(laws.DEPOSIT, "3"), Basis(laws.DEPOSIT, "7")), valid_from=DEPOSIT_REFORM,
        obstruction=Basis(laws.DEPOSIT, "7"), electronic_document_from=ELECTRONIC_DOCUMENTS_FROM,
        notes=(gettext_noop("売った物を預かる「販売預託」は2022年6月から原則禁止で、契約は無効になり得ます。"),),
    ),
    # 37条の6: ten days (令16条の3) from the document of 37条の4; what was used is settled.
    Rule(
        "investment_advice", "investment_advice", Basis(laws.FINANCIAL_INSTRUMENTS, "37の6"), Period(days=10),
        _DOCUMENT, (Basis(laws.FINANCIAL_INSTRUMENTS, "37の4"), Basis(laws.FINANCIAL_INSTRUMENTS, "37の6")),
        notes=(gettext_noop("やめるまでの期間や助言の回数に応じた報酬は、支払いが必要なことがあります。"),),
    ),
    # 12条, from the document of 5条2項; 令1条: 500,000 yen or more.
    Rule(
        "golf_membership", "golf_membership", Basis(laws.GOLF, "12"), _EIGHT, _DOCUMENT,
        (Basis(laws.GOLF, "2"), Basis(laws.GOLF, "5"), Basis(laws.GOLF, "12")), gates=(Gate.HALF_A_MILLION,),
        notes=(gettext_noop("新しく募集された会員権が対象です。会員権の売買には及びません。"),),
    ),
    # 26条, from the document of 25条.
    Rule(
        "real_estate_fund", "real_estate_fund", Basis(laws.REAL_ESTATE_FUND, "26"), _EIGHT, _DOCUMENT,
        (Basis(laws.REAL_ESTATE_FUND, "25"), Basis(laws.REAL_ESTATE_FUND, "26")),
    ),
    # 26条の3第1項: the document of 26条の2; mobile: the start of service if it is later.
    *(
        Rule(
            f"telecom_{kind}", "telecom_initial", Basis(laws.TELECOM, "26の3"), _EIGHT, start,
            (Basis(laws.TELECOM, "26の2"), Basis(laws.TELECOM, "26の3")), valid_from=TELECOM_FROM,
            when=("telecom_kind", frozenset({kind})), gates=(Gate.NOT_FOR_BUSINESS, Gate.NOT_EXEMPT),
            obstruction=Basis(laws.TELECOM, "26の3"),
            notes=(
                gettext_noop("クーリング・オフとは違い、使った分の料金や工事費、事務手数料は支払いが必要です。"),
                gettext_noop("大手の携帯電話などは、代わりに「確認措置」として8日間の解約ができることがあります。"),
            ),
        )
        for kind, start in (
            ("mobile", Start(Combine.LATER, ("contract_document_on", "service_started_on"))),
            ("fixed", _DOCUMENT),
        )
    ),
    # 29条 with 規則21条: three months from moving in, for those who moved in from 2012-04-01 on (not 90 days).
    Rule(
        "care_home", "care_home", Basis(laws.ELDERLY_WELFARE, "29"), Period(months=3),
        Start(Combine.ONLY, ("moved_in_on",)), (Basis(laws.ELDERLY_WELFARE, "29"),), valid_from=CARE_HOME_FROM,
        counts_from_document=False, dated_by="moved_in_on", by_dispatch=False,
        notes=(
            gettext_noop(
                "前払金は、入居した日数分の家賃などを差し引いて返されます。日割りの額と返金の時期を契約書で確かめてください。"
            ),
        ),
    ),
    # The terms that the associations' members use; 訪問販売 and the like have their own right beside it.
    Rule(
        "mutual_aid_ceremony", "mutual_aid_ceremony", Basis(laws.MUTUAL_AID_TERMS, laws.TERMS_CLAUSE), _EIGHT,
        _DOCUMENT, (Basis(laws.MUTUAL_AID_TERMS, laws.TERMS_CLAUSE),),
        notes=(
            gettext_noop("約款による定めです。訪問や電話で勧誘されたときは、訪問販売・電話勧誘販売としても確かめてください。"),
        ),
    ),
)  # fmt: skip

_BY_TRANSACTION: Final[dict[str, tuple[Rule, ...]]] = {
    rule.transaction: tuple(other for other in RULES if other.transaction == rule.transaction)
    for rule in RULES
}

WITHOUT_RIGHT: Final[dict[str, tuple[str, ...]]] = {
    "mail_order": (
        gettext_noop("通信販売にはクーリング・オフの定めがありません。返品特約の表示を確かめてください。"),
        gettext_noop(
            "事業者からの電話や広告で誘われてかけた電話での契約は、電話勧誘販売にあたることがあります。"
        ),
    ),
    "store": (
        gettext_noop(
            "店舗での購入にはクーリング・オフの定めがありません。呼び出されて行った店舗での契約は訪問販売に、"
            "エステや語学教室などは特定継続的役務提供にあたることがあります。"
        ),
    ),
    "care_home": (
        gettext_noop(
            "2012年3月までに入居した契約には、この法律の定めがありません。国の指針による90日の定めが契約書にあるかを確かめてください。"
        ),
    ),
}
"""What to look at where no rule gives a right, by transaction."""


def candidates(facts: Facts) -> Iterator[Rule]:
    """The rows that may decide the contract: of its transaction, its date, and of what is known of its kind."""
    for rule in _BY_TRANSACTION.get(facts.transaction, ()):
        chosen = facts.day(rule.dated_by) if rule.dated_by else None
        if not rule.holds_on(chosen or facts.concluded_on):
            continue
        if rule.when is None:
            yield rule
            continue
        name, values = rule.when
        known: str | None = getattr(facts, name)
        if known is None or known in values:
            yield rule
