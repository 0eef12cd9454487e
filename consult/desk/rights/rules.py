"""The table of rules for a lawyer to check: what the engine holds, and one example of each that it works out itself."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar, rights
from cases.law.rights import CHOICE_LABELS, INPUT_LABELS, TRANSACTIONS, Facts, words
from cases.law.rights.laws import COVERED_FROM, NOTICE_FORMS
from cases.law.rights.others import ARTICLES, CREDIT_ARTICLES, Article
from cases.law.rights.table import RULES, Combine, Gate, Rule, Start
from consult.shell import roles
from consult.shell.web import StaffView

COMBINED: Final[dict[Combine, str | Promise]] = {
    Combine.EARLIER: gettext_lazy("%(first)sか%(second)sの早い方"),
    Combine.LATER: gettext_lazy("%(first)sか%(second)sの遅い方"),
}

CONDITIONS: Final[dict[Gate, str | Promise]] = {
    Gate.NOT_FOR_BUSINESS: gettext_lazy("営業のための契約を除く"),
    Gate.NOT_EXEMPT: gettext_lazy("適用が除かれる商品・役務を除く"),
    Gate.NOT_INVITED: gettext_lazy("契約するために自分から呼んだ場合を除く(見積りだけの依頼などは除かない)"),
    Gate.NOT_SMALL_CASH: gettext_lazy("その場で全額を現金で払い終えた3,000円未満の取引を除く"),
    Gate.NOT_CONSUMED: gettext_lazy("本人が使った指定消耗品を除く(未使用の分は除かない)"),
    Gate.NOT_CONSUMED_ON_CREDIT: gettext_lazy(
        "本人が使った指定消耗品を除く(分からないときは使っていないとみる)"
    ),
    Gate.LONG_AND_DEAR: gettext_lazy(
        "5万円を超え、エステ・美容医療は1か月、ほかは2か月を超える契約(美容医療は2017年12月1日から)"
    ),
    Gate.OVER_A_YEAR: gettext_lazy("保険期間が1年を超える契約(分からないときは超えるとみる)"),
    Gate.HALF_A_MILLION: gettext_lazy("50万円以上の契約(分からないときは50万円以上とみる)"),
    Gate.NOT_SETTLED: gettext_lazy("引渡しを受けて代金を全部払った後を除く"),
    Gate.INDUCED_CALL: gettext_lazy("広告などで誘われてかけた電話で勧誘された契約に限る"),
}

_EXAMPLE_DAY: Final = date(2026, 11, 20)


@dataclass(frozen=True)
class Row:
    """One rule in words."""

    label: str
    law: str
    period: str
    start: str
    conditions: list[str]
    document: str
    obstruction: str
    notice: list[str]
    valid: str
    sources: list[str]
    example: str


class Rules(StaffView):
    """The rules as they are in force in the engine."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        context: dict[str, Any] = {
            "rows": [row(rule) for rule in RULES],
            "others": [other_row(article) for article in (*ARTICLES, *CREDIT_ARTICLES)],
            "covered_from": COVERED_FROM,
            "today": calendar.today(),
        }
        return render(request, "desk/rights/rules.html", context)


def row(rule: Rule) -> Row:
    return Row(
        label=_label(rule),
        law=str(rule.basis),
        period=words.period_text(rule.period),
        start=_start(rule.start),
        conditions=[str(CONDITIONS[gate]) for gate in rule.gates],
        document=_document(rule),
        obstruction=str(rule.obstruction) if rule.obstruction else _("定めなし"),
        notice=_notice(rule),
        valid=_span(rule.valid_from, rule.valid_until),
        sources=[str(source) for source in rule.sources],
        example=example(rule),
    )


def _label(rule: Rule) -> str:
    label = str(TRANSACTIONS[rule.transaction])
    if rule.when is None:
        return label
    kinds = _("・").join(str(CHOICE_LABELS[value]) for value in sorted(rule.when[1]))
    return _("%(label)s: %(kinds)s") % {"label": label, "kinds": kinds}


def _start(start: Start) -> str:
    named = [str(INPUT_LABELS[name]) for name in start.inputs]
    if start.combine is Combine.ONLY:
        return named[0]
    return str(COMBINED[start.combine]) % {"first": named[0], "second": named[1]}


def _document(rule: Rule) -> str:
    if not rule.counts_from_document:
        return _("書面の有無によらない")
    if rule.electronic_document_from is None:
        return _("書面がないか不備なら始まらない")
    day = {"day": calendar.wareki(rule.electronic_document_from)}
    return _("書面がないか不備なら始まらない。電子データは%(day)sからの契約で、承諾があるとき") % day


def _notice(rule: Rule) -> list[str]:
    forms = [form for form in NOTICE_FORMS[rule.basis.law] if not _is_over(form.valid_from, rule)]
    return [
        _("%(forms)s(%(day)sから)")
        % {
            "forms": _("、").join(str(words.FORM_LABELS[name]) for name in form.forms),
            "day": calendar.wareki(max(form.valid_from, rule.valid_from)),
        }
        for form in _lasting(forms, rule)
    ]


def _is_over(valid_from: date, rule: Rule) -> bool:
    return rule.valid_until is not None and valid_from >= rule.valid_until


def _lasting(forms: list[Any], rule: Rule) -> list[Any]:
    """Without those that ended before the rule began."""
    return [
        form
        for form, after in zip(forms, [*forms[1:], None], strict=True)
        if after is None or after.valid_from > rule.valid_from
    ]


def _span(first: date, end: date | None) -> str:
    if end is None:
        return _("%(first)sから") % {"first": calendar.wareki(first)}
    return _("%(first)sから%(end)sの前日まで") % {
        "first": calendar.wareki(first),
        "end": calendar.wareki(end),
    }


def example_facts(rule: Rule) -> Facts:
    """A plain contract under the rule: its first day known, nothing against it."""
    first = _EXAMPLE_DAY if rule.valid_until is None else rule.valid_until - timedelta(days=30)
    later = first + timedelta(days=4)
    facts = Facts(
        rule.transaction, as_of=first, contract_on=first, document_defect="no", obstruction="no",
        cash_fully_performed="no", consumable_used="no", invited_by_consumer="no", for_business="no",
        exempt_item="no", delivered_and_paid="no", induced_by_advertising="yes", total_yen=980_000,
        duration_months=24,
    )  # fmt: skip
    known: dict[str, Any] = dict(zip(rule.start.inputs, (first, later), strict=False))
    if rule.when:
        known[rule.when[0]] = min(rule.when[1])
    return replace(facts, **known)


def example(rule: Rule) -> str:
    """The engine's own sentence for that contract."""
    return words.reason(rights.assess(example_facts(rule)))


@dataclass(frozen=True)
class OtherRow:
    """One other right in words."""

    kind: str
    label: str
    law: str
    period: str
    valid: str


def other_row(article: Article) -> OtherRow:
    label = TRANSACTIONS[article.transaction]
    is_credit = article in CREDIT_ARTICLES
    return OtherRow(
        kind=str(words.OTHER_LABELS[article.kind]),
        label=_("個別クレジット: %(label)s") % {"label": label} if is_credit else str(label),
        law=str(article.basis),
        period=str(_OTHER_PERIODS[article.kind]),
        valid=_span(article.valid_from, article.valid_until),
    )


_OTHER_PERIODS: Final[dict[str, str | Promise]] = {
    "excess_quantity": gettext_lazy("契約から1年"),
    "rescission": gettext_lazy("気付いた時などから1年(2017年11月までの契約は6か月)、契約から5年"),
    "mid_term_cancellation": gettext_lazy("契約期間のうちはいつでも"),
    "return": gettext_lazy("商品の受領日を1日目として8日間"),
}
