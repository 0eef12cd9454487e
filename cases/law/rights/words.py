"""The answer in sentences: one to read out, one to write down. None of them says that nothing can be done."""

from datetime import date, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law.calendar import weekday_letter
from cases.law.rights import laws
from cases.law.rights.counting import Period
from cases.law.rights.engine import Assessment, short_day
from cases.law.rights.facts import INPUT_LABELS, TRANSACTIONS
from cases.law.rights.others import OtherRight
from cases.law.rights.table import RULES, Gate, Rule

OTHER_LABELS: Final[dict[str, str | Promise]] = {
    "excess_quantity": gettext_lazy("過量販売の解除"),
    "rescission": gettext_lazy("うそや威迫などによる取消し"),
    "mid_term_cancellation": gettext_lazy("中途解約"),
    "return": gettext_lazy("返品"),
}

FORM_LABELS: Final[dict[str, str | Promise]] = {
    "paper": gettext_lazy("はがき・手紙"),
    "electronic": gettext_lazy("電子メール・専用フォーム"),
}

QUESTIONS: Final[dict[str, str | Promise]] = {
    "transaction": gettext_lazy("どのような取引でしたか。"),
    "contract_on": gettext_lazy("契約した日はいつですか。"),
    "application_document_on": gettext_lazy("申込書の控えを受け取った日はいつですか。"),
    "contract_document_on": gettext_lazy("契約書面を受け取った日はいつですか。"),
    "goods_received_on": gettext_lazy("商品を受け取った日はいつですか。"),
    "applied_on": gettext_lazy("申し込んだ日はいつですか。"),
    "service_started_on": gettext_lazy("サービスが使えるようになった日はいつですか。"),
    "informed_in_writing_on": gettext_lazy("クーリング・オフできることを書面で知らされた日はいつですか。"),
    "moved_in_on": gettext_lazy("入居した日はいつですか。"),
    "fresh_document_on": gettext_lazy(
        "「クーリング・オフできます」と書いた新しい書面を受け取りましたか。その日はいつですか。"
    ),
    "document_defect": gettext_lazy("書面は渡されましたか。書面に抜けや誤りはありませんか。"),
    "obstruction": gettext_lazy("「クーリング・オフできない」とうそを言われたり、脅されたりしましたか。"),
    "cash_fully_performed": gettext_lazy("その場で全額を現金で払い、品物も受け取りましたか。"),
    "consumable_used": gettext_lazy("化粧品や健康食品などを、自分で開けて使いましたか。"),
    "delivered_and_paid": gettext_lazy("引渡しを受け、代金を全部払いましたか。"),
    "induced_by_advertising": gettext_lazy(
        "広告などを見て電話をかけ、その電話で別の契約を勧められましたか。"
    ),
    "total_yen": gettext_lazy("契約の総額はいくらですか。"),
    "duration_months": gettext_lazy("契約の期間は何か月ですか。"),
    "telecom_kind": gettext_lazy("携帯電話ですか、光回線などの固定の通信ですか。"),
    "underlying": gettext_lazy("クレジットで払ったのは、どのような取引ですか。"),
    "service_kind": gettext_lazy("エステ、語学教室、学習塾など、どの役務ですか。"),
}
"""What to ask the caller for an input that is missing."""

CREDIT_QUESTIONS: Final[dict[str, str | Promise]] = {
    "contract_document_on": gettext_lazy("クレジット会社の契約書面を受け取った日はいつですか。"),
    "document_defect": gettext_lazy("クレジットの書面は渡されましたか。書面に抜けや誤りはありませんか。"),
}
"""The same, asked of the credit contract behind a sale: its papers are not those of the sale."""

WITHDRAWAL_LABELS: Final[dict[str, str | Promise]] = {
    "individual_credit": gettext_lazy("クーリング・オフ(クレジット)"),
    "telecom_initial": gettext_lazy("初期契約解除"),
    "care_home": gettext_lazy("短期解約(有料老人ホーム)"),
    "mutual_aid_ceremony": gettext_lazy("クーリング・オフ(約款)"),
}

LAW_GIVES_NONE: Final = frozenset({"NO_RIGHT", "ASK_FIRST", "BEFORE_COVERAGE"})


def spoken_day(day: date, as_of: date) -> str:
    """`11月27日金曜`; with the year where it is not the year of `as_of`."""
    text = date_format(day, "MONTH_DAY_FORMAT" if day.year == as_of.year else "DATE_FORMAT")
    return _("%(day)s%(weekday)s曜") % {"day": text, "weekday": weekday_letter(day)}


def read_out(answer: Assessment) -> str:
    """The sentence to say to the caller: the day, its weekday, and what sending means."""
    if answer.situation in {"NOT_STARTED_DEFECT", "NOT_STARTED_OBSTRUCTION"}:
        return _("期間はまだ始まっていません。いまでも通知を出せます。早めに出してください。")
    if answer.last_day is None or answer.days_left is None:
        return _opening(answer)
    if answer.days_left < 0:
        return _passed(answer)
    as_of = answer.last_day - timedelta(days=answer.days_left)
    words = {"day": spoken_day(answer.last_day, as_of)}
    if answer.rule is not None and not answer.rule.by_dispatch:
        text = _("%(day)sまでに解約を申し出て、契約を終えてください。")
    elif answer.days_left == 0:
        text = _("今日、%(day)sの消印まで。今日出せば、届くのが後でも間に合います。")
    elif answer.situation == "EARLIEST":
        text = _("早ければ%(day)sの消印まで。その日までに出せば、届くのが後でも間に合います。")
    else:
        text = _("%(day)sの消印まで。その日までに出せば、届くのが後でも間に合います。")
    return text % words


def _opening(answer: Assessment) -> str:
    if answer.situation == "NO_DATES":
        return _("書面を受け取った日が分かると、最終日が出ます。分かるまでは、早めに出すのが安全です。")
    if answer.situation == "NO_RIGHT":
        return _("ほかの権利と、契約の実態を確かめます。")
    if answer.situation == "BEFORE_COVERAGE":
        return _("契約したころの法律を確かめます。")
    return _("いくつか伺うと、期限をお伝えできます。")


def _passed(answer: Assessment) -> str:
    if answer.right == "unclear":
        return _("日数では過ぎていますが、まだ間に合うことがあります。あと少し伺います。")
    return _("日数は過ぎています。取消しなど、ほかの権利を確かめます。")


def reason(answer: Assessment) -> str:
    """The answer and its reason in one sentence, without 「。」, for a card or a letter.

    `11月27日(金)の消印まで(書面受領日11月20日を1日目として8日間・特定商取引法9条)`. Years appear where a day
    is not in the year of `as_of`.
    """
    if answer.situation in LAW_GIVES_NONE:
        return answer.cautions[0].rstrip("。.")
    law = laws.listed(answer.basis)
    if answer.situation == "NOT_STARTED_DEFECT":
        return _("起算せず・期限は始まっていません(書面がないか不備がある・%(law)s)") % {"law": law}
    if answer.situation == "NOT_STARTED_OBSTRUCTION":
        text = _("起算せず・新しい書面を受け取るまで期限は始まりません(クーリング・オフ妨害・%(law)s)")
        return text % {"law": law}
    if answer.last_day is None or answer.days_left is None:
        asked = [name for name in answer.missing if name.endswith("_on")]
        words = {"asked": _("と").join(str(INPUT_LABELS[name]) for name in asked), "law": law}
        return _("%(asked)sが分からないため期限を出せません・要確認(%(law)s)") % words
    return _with_day(answer, answer.last_day, answer.days_left, law)


def _with_day(answer: Assessment, last_day: date, days_left: int, law: str) -> str:
    as_of = last_day - timedelta(days=days_left)
    words = {"last": short_day(last_day, as_of), "why": _why(answer, as_of, law)}
    if days_left >= 0:
        if answer.rule is not None and not answer.rule.by_dispatch:
            text = _("%(last)sまでに解約(%(why)s)")
        elif answer.situation == "EARLIEST":
            text = _("早ければ%(last)sの消印まで(%(why)s)")
        elif days_left == 0:
            text = _("本日%(last)sの消印まで(%(why)s)")
        else:
            text = _("%(last)sの消印まで(%(why)s)")
    elif answer.right == "unclear":
        words["doubts"] = _("・").join(str(INPUT_LABELS[name]) for name in answer.missing)
        text = _("期限の%(last)sを過ぎています・%(doubts)sを要確認(%(why)s)")
    else:
        text = _("期限の%(last)sを過ぎています・取消しなど他の権利を要確認(%(why)s)")
    return text % words


def _why(answer: Assessment, as_of: date, law: str) -> str:
    """`契約書面の受領日11月20日を1日目として8日間・特定商取引法9条`."""
    first, rule = answer.counted_from, answer.rule
    if first is None or rule is None:  # a last day is counted by a rule from a day
        return law
    day = date_format(first, "MONTH_DAY_FORMAT" if first.year == as_of.year else "DATE_FORMAT")
    period = rule.period
    words = {"start": INPUT_LABELS[answer.counted_by], "first": day, "law": law}
    if period.months:
        text = _("%(start)s%(first)sを1日目として%(months)dか月・%(law)s")
        return text % {**words, "months": period.months}
    return _("%(start)s%(first)sを1日目として%(days)d日間・%(law)s") % {**words, "days": period.days}


def other_sentence(other: OtherRight, as_of: date) -> str:
    """`2027年11月20日(土)まで(特定商取引法9条の2)`; without a day, the law alone."""
    law = laws.listed(other.basis)
    if other.last_day is None:
        return law
    return _("%(day)sまで(%(law)s)") % {"day": short_day(other.last_day, as_of), "law": law}


def questions(answer: Assessment) -> list[str]:
    """What to ask the caller, in the order of the inputs."""
    is_credit = answer.rule is not None and answer.rule.transaction == "individual_credit"
    asked = QUESTIONS | CREDIT_QUESTIONS if is_credit else QUESTIONS
    return [str(asked[name]) for name in answer.missing if name in asked]


def withdrawal_label(transaction: str) -> str:
    """What the right to withdraw from such a contract is called."""
    return str(WITHDRAWAL_LABELS.get(transaction) or _("クーリング・オフ"))


def other_label(other: OtherRight) -> str:
    """`過量販売の解除(契約から1年)`, `取消権(気づいた日から3年)`: the right and what its day is counted from."""
    start = _("気づいた日") if other.counted_by == "noticed_on" else _("契約")
    months = other.months
    span = _("%(n)d年") % {"n": months // 12} if months % 12 == 0 else _("%(n)dか月") % {"n": months}
    names = {"right": OTHER_LABELS[other.kind], "start": start, "span": span}
    if other.kind == "rescission":
        names["right"] = _("取消権")
    return _("%(right)s(%(start)sから%(span)s)") % names


def periods_on(day: date) -> list[str]:
    """`訪問販売 8日` for each transaction whose law gives a right on that day, for a sheet of paper.

    A mail order is left out: it has one only where a call was brought about.
    """
    found: dict[str, list[Rule]] = {}
    for rule in RULES:
        if rule.holds_on(day) and Gate.INDUCED_CALL not in rule.gates:
            found.setdefault(rule.transaction, []).append(rule)
    return [
        _("%(sale)s %(period)s")
        % {
            "sale": TRANSACTIONS[transaction],
            "period": _("・").join(dict.fromkeys(period_text(rule.period) for rule in rules)),
        }
        for transaction, rules in found.items()
    ]


def period_text(period: Period) -> str:
    if period.months:
        return _("%(n)dか月") % {"n": period.months}
    return _("%(n)d日") % {"n": period.days}
