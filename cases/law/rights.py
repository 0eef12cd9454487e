"""クーリング・オフ: until when a consumer may still send the notice, and why.

Pure: no database and no clock (`as_of` is given). The rules are data with a first and last day of validity.
Counting: calendar days in Japan; the day on which the statutory document arrived is day 1, so eight days
from 20 November end on 27 November. The notice takes effect when it is sent (発信主義; 特商法9条2項,
24条2項), so one sent on the last day is in time. A last day on a holiday does not move: 民法142条 is not
applied here, the cautious reading. An answer is never a flat "no" while a fact is missing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from cases.law.calendar import is_post_office_closed, last_counter_day, weekday_letter

Answer = Literal["yes", "no", "unknown"]
Right = Literal["yes", "no", "unclear"]
Situation = Literal[
    "COUNTING",  # a valid document's day is known
    "EARLIEST",  # no document day, but a contract day: the earliest last day that the facts allow
    "NOT_STARTED_DEFECT",
    "NOT_STARTED_OBSTRUCTION",
    "NO_DATES",  # neither a document day nor a contract day
    "BEFORE_COVERAGE",
    "NOT_COVERED",
]

COVERED_FROM: Final = date(2009, 12, 1)
"""The 2008 amendment of the 特商法 came into force: all goods and services. For earlier contracts the law had
lists of designated goods, which are not kept here."""

SPECIFIED_COMMERCE: Final = gettext_noop("特定商取引法")


@dataclass(frozen=True)
class Rule:
    """One right of withdrawal, for contracts concluded in the half-open period [valid_from, valid_until)."""

    transaction: str
    law: str
    article: str
    days: int
    valid_from: date
    valid_until: date | None
    exceptions: str  # a caution: what the right may not reach


@dataclass(frozen=True)
class CoolingOff:
    """The answer for one contract.

    `days_left` = last_day − as_of: 0 on the last day, negative after it, None where last_day is None (also
    where the period has not begun). `missing` names the inputs that could turn the answer or move the day.
    `basis` is (law, article). The fields after `cautions` say how the day was found: `counted_from` is day 1.
    """

    right: Right
    last_day: date | None
    days_left: int | None
    basis: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    cautions: tuple[str, ...]
    situation: Situation = "NOT_COVERED"
    counted_from: date | None = None
    counted_by: str = ""
    days: int | None = None


_SALE_EXCEPTIONS = gettext_noop(
    "営業のための契約、法律の適用除外の商品・役務、その場で全額を現金で支払った3,000円未満の取引、"
    "使ってしまった指定消耗品には、この権利が及ばないことがあります。契約のために自ら来訪や電話を求めたかも確かめてください。"
)

RULES: tuple[Rule, ...] = (
    # 特商法9条1項: eight days from the document of 4条 (申込) or 5条 (契約), the earlier. Exceptions: 26条.
    Rule("door_to_door", SPECIFIED_COMMERCE, "9", 8, COVERED_FROM, None, _SALE_EXCEPTIONS),
    # 特商法24条1項: the same with the 18条 and 19条 documents. Exceptions: 26条.
    Rule("telemarketing", SPECIFIED_COMMERCE, "24", 8, COVERED_FROM, None, _SALE_EXCEPTIONS),
)

_NOT_COVERED_YET = gettext_noop("この取引の判定はまだ用意されていません。法律の定めを確かめてください。")
NOT_COVERED: dict[str, str] = {
    **dict.fromkeys(
        (
            "continuous_service", "multilevel", "business_opportunity", "door_to_door_purchase",
            "individual_credit", "real_estate", "insurance", "deposit", "investment_advice",
            "golf_membership", "real_estate_fund", "telecom_initial", "care_home", "mutual_aid_ceremony",
        ),
        _NOT_COVERED_YET,
    ),
    "mail_order": gettext_noop(
        "通信販売にはクーリング・オフの定めがありません。返品特約の表示を確かめてください。"
        "事業者からの電話や広告で誘われてかけた電話での契約は、電話勧誘販売にあたることがあります。"
    ),
    "store": gettext_noop(
        "店舗での購入にはクーリング・オフの定めがありません。呼び出されて行った店舗での契約は訪問販売に、"
        "エステや語学教室などは特定継続的役務提供にあたることがあります。"
    ),
}  # fmt: skip
"""Transactions without a rule here, each with what to say instead."""

_BEFORE_COVERAGE = gettext_noop("対象外の時期の契約です(2009年12月1日より前)。当時の法律を確かめてください。")

TRANSACTIONS: frozenset[str] = frozenset(rule.transaction for rule in RULES) | NOT_COVERED.keys()

TRANSACTION_OF_SALES_METHOD: dict[str, str] = {
    "DOOR_TO_DOOR": "door_to_door",
    "TELEMARKETING": "telemarketing",
}

INPUT_LABELS: dict[str, str | Promise] = {
    "contract_on": gettext_lazy("契約日"),
    "contract_document_on": gettext_lazy("契約書面の受領日"),
    "application_document_on": gettext_lazy("申込書面の受領日"),
    "fresh_document_on": gettext_lazy("新しい書面の受領日"),
    "document_defect": gettext_lazy("書面の不備の有無"),
    "obstruction": gettext_lazy("クーリング・オフ妨害の有無"),
}


@dataclass(frozen=True)
class _Start:
    day: date
    by: str
    certain: bool


def cooling_off(
    transaction: str,
    *,
    contract_on: date | None = None,
    contract_document_on: date | None = None,
    application_document_on: date | None = None,
    fresh_document_on: date | None = None,
    document_defect: Answer = "unknown",
    obstruction: Answer = "unknown",
    as_of: date,
) -> CoolingOff:
    """The right to withdraw on `as_of`, and its last day.

    None is an unknown date. A document date that nobody knows counts as the contract day, the earliest that
    the facts allow. Contracts before 2009-12-01 are "unclear" with nothing missing.
    `document_defect` "yes" is a missing or defective document: the period has not begun (9条1項, 24条1項
    count from its receipt). `obstruction` "yes" is a false statement or a threat that kept the consumer from
    withdrawing: the same number of days from `fresh_document_on`, the trader's new document (9条1項ただし書,
    24条1項ただし書). Unknown, the two matter only after the last day: then "unclear", and the day stays.
    Raises ValueError for a transaction that is not in TRANSACTIONS.
    """
    if transaction not in TRANSACTIONS:
        raise ValueError("unknown transaction")
    if transaction in NOT_COVERED:
        return _unclear("NOT_COVERED", NOT_COVERED[transaction])
    concluded = contract_on or contract_document_on or application_document_on or as_of
    rule = _rule(transaction, concluded)
    if rule is None:
        return _unclear("BEFORE_COVERAGE", _BEFORE_COVERAGE)
    if document_defect == "yes":
        return _not_started(rule, "NOT_STARTED_DEFECT", ())
    if obstruction != "yes":
        start = _start(contract_on, contract_document_on, application_document_on)
    elif fresh_document_on is not None:
        start = _Start(fresh_document_on, "fresh_document_on", certain=True)
    else:
        return _not_started(rule, "NOT_STARTED_OBSTRUCTION", ("fresh_document_on",))
    facts = {"document_defect": document_defect, "obstruction": obstruction}
    doubts = [name for name, answer in facts.items() if answer == "unknown"]
    return _counted(rule, start, doubts, as_of) if start else _undated(rule, doubts)


def _rule(transaction: str, concluded: date) -> Rule | None:
    for rule in RULES:
        begun = rule.transaction == transaction and rule.valid_from <= concluded
        if begun and (rule.valid_until is None or concluded < rule.valid_until):
            return rule
    return None


def _start(
    contract_on: date | None, contract_document_on: date | None, application_document_on: date | None
) -> _Start | None:
    """Day 1: the earlier of the two documents; with neither, the contract day as the earliest possible."""
    known = [
        (day, name)
        for day, name in (
            (application_document_on, "application_document_on"),
            (contract_document_on, "contract_document_on"),
        )
        if day is not None
    ]
    if known:
        day, name = min(known)
        return _Start(day, name, certain=True)
    return _Start(contract_on, "contract_on", certain=False) if contract_on else None


def _counted(rule: Rule, start: _Start, doubts: list[str], as_of: date) -> CoolingOff:
    last_day = start.day + timedelta(days=rule.days - 1)
    unknown_day = [] if start.certain else ["contract_document_on"]
    cautions = list(_cautions(rule))
    right: Right
    if as_of <= last_day:
        right, missing = "yes", unknown_day
        cautions += _closed_counter(last_day, as_of)
    else:
        missing = unknown_day + doubts
        right = "unclear" if missing else "no"
    if start.day > as_of:
        cautions.append(_("起算日が基準日より後です。日付を確かめてください。"))
    return CoolingOff(
        right=right,
        last_day=last_day,
        days_left=(last_day - as_of).days,
        basis=_basis(rule),
        missing=tuple(missing),
        cautions=tuple(cautions),
        situation="COUNTING" if start.certain else "EARLIEST",
        counted_from=start.day,
        counted_by=start.by,
        days=rule.days,
    )


def _undated(rule: Rule, doubts: list[str]) -> CoolingOff:
    missing = ("contract_document_on", "contract_on", *doubts)
    return CoolingOff(
        "unclear", None, None, _basis(rule), missing, _cautions(rule), "NO_DATES", days=rule.days
    )


def _not_started(rule: Rule, situation: Situation, missing: tuple[str, ...]) -> CoolingOff:
    begun = _(
        "起算せず: 期間はまだ始まっていません。有効な書面が届いた日から数えます。通知は早めに出してください。"
    )
    cautions = (begun, *_cautions(rule))
    return CoolingOff("yes", None, None, _basis(rule), missing, cautions, situation, days=rule.days)


def _unclear(situation: Situation, caution: str) -> CoolingOff:
    return CoolingOff("unclear", None, None, (), (), (_(caution),), situation)


def _basis(rule: Rule) -> tuple[tuple[str, str], ...]:
    return ((rule.law, rule.article),)


def _cautions(rule: Rule) -> tuple[str, ...]:
    return (_(rule.exceptions),)


def _closed_counter(last_day: date, as_of: date) -> list[str]:
    if not is_post_office_closed(last_day):
        return []
    words = {"last": _short(last_day, as_of), "open": _short(last_counter_day(last_day), as_of)}
    if last_counter_day(last_day) < as_of:
        text = _("最終日の%(last)sまで郵便局の窓口は休みです(ゆうゆう窓口を除く)。休みでも期限は延びません。")
    else:
        text = _(
            "最終日の%(last)sは郵便局の窓口が休みです(ゆうゆう窓口を除く)。休みでも期限は延びません。"
            "窓口から出せるのは%(open)sまでです。"
        )
    return [text % words]


# ---- in words ----


def reason_sentence(result: CoolingOff) -> str:
    """The answer and its reason in one sentence, without 「。」, for a card or a letter.

    `11月27日(金)の消印まで(書面受領日11月20日を1日目として8日間・特定商取引法9条)`. Years appear where a day
    is not in the year of `as_of`. Never says that nothing can be done.
    """
    if result.situation in {"NOT_COVERED", "BEFORE_COVERAGE"}:
        return result.cautions[0].rstrip("。.")
    law = _("・").join(
        _("%(law)s%(article)s条") % {"law": _(name), "article": no} for name, no in result.basis
    )
    if result.situation == "NOT_STARTED_DEFECT":
        return _("起算せず・期限は始まっていません(書面がないか不備がある・%(law)s)") % {"law": law}
    if result.situation == "NOT_STARTED_OBSTRUCTION":
        text = _("起算せず・新しい書面を受け取るまで期限は始まりません(クーリング・オフ妨害・%(law)s)")
        return text % {"law": law}
    if result.last_day is None or result.days_left is None or result.counted_from is None:
        return _("書面受領日と契約日が分からないため期限を出せません・要確認(%(law)s)") % {"law": law}
    return _sentence_with_day(result, result.last_day, result.days_left, result.counted_from, law)


def _sentence_with_day(result: CoolingOff, last_day: date, days_left: int, first: date, law: str) -> str:
    as_of = last_day - timedelta(days=days_left)
    words = {
        "last": _short(last_day, as_of),
        "first": _short(first, as_of, weekday=False),
        "start": _start_word(result.counted_by),
        "days": result.days,
        "law": law,
    }
    if result.situation == "EARLIEST":
        text = (
            _(
                "書面受領日が不明・早ければ%(last)sの消印まで(契約日%(first)sを1日目として%(days)d日間・%(law)s)"
            )
            if days_left >= 0
            else _(
                "書面受領日が不明・要確認(契約日%(first)sから%(days)d日間は%(last)sで過ぎています・%(law)s)"
            )
        )
        return text % words
    words["why"] = _("%(start)s%(first)sを1日目として%(days)d日間・%(law)s") % words
    words["doubts"] = _("・").join(str(INPUT_LABELS[name]) for name in result.missing)
    if days_left == 0:
        text = _("本日%(last)sの消印まで(%(why)s)")
    elif days_left > 0:
        text = _("%(last)sの消印まで(%(why)s)")
    elif result.right == "unclear":
        text = _("期限の%(last)sを過ぎています・%(doubts)sを要確認(%(why)s)")
    else:
        text = _("期限の%(last)sを過ぎています・取消しなど他の権利を要確認(%(why)s)")
    return text % words


def _start_word(counted_by: str) -> str:
    if counted_by == "application_document_on":
        return _("申込書面受領日")
    if counted_by == "fresh_document_on":
        return _("新しい書面の受領日")
    return _("書面受領日")


def _short(day: date, as_of: date, *, weekday: bool = True) -> str:
    """`11月27日(金)`; with the year where it is not the year of `as_of`."""
    text = date_format(day, "MONTH_DAY_FORMAT" if day.year == as_of.year else "DATE_FORMAT")
    return _("%(day)s(%(weekday)s)") % {"day": text, "weekday": weekday_letter(day)} if weekday else text
