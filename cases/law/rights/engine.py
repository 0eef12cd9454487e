"""The answer for one contract: rules of its date, time, conditions and the other rights put together.

Pure: no database and no clock (`as_of` is given).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.law.calendar import is_post_office_closed, last_counter_day, weekday_letter
from cases.law.rights import laws
from cases.law.rights.facts import INPUTS, Facts
from cases.law.rights.gates import Judged, State, judge
from cases.law.rights.laws import COVERED_FROM, Basis, Form
from cases.law.rights.others import OtherRight, other_notes, other_rights
from cases.law.rights.standing import Right, Situation, is_data_too_early, standing
from cases.law.rights.table import WITHOUT_RIGHT, Gate, Rule, candidates


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one contract on one day.

    `right` is never "no" while a fact that could turn it is missing. `days_left` = last_day − as_of: 0 on the
    last day, negative after it, None where last_day is (also where the period has not begun). `missing` names
    the inputs that could turn the answer or move the day. `counted_from` is day 1, found by `counted_by`.
    """

    right: Right
    situation: Situation
    last_day: date | None = None
    days_left: int | None = None
    notice_form: tuple[Form, ...] = ()
    basis: tuple[Basis, ...] = ()
    missing: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    other_rights: tuple[OtherRight, ...] = ()
    counted_from: date | None = None
    counted_by: str = ""
    rule: Rule | None = None


_BEFORE_COVERAGE: Final = gettext_noop(
    "対象外の時期の契約です(2009年12月1日より前)。当時の法律を確かめてください。"
)
_NOT_YET: Final = gettext_noop(
    "契約の時期には、この取引にクーリング・オフの定めがありませんでした。当時の法律と、ほかの権利を確かめてください。"
)
_NO_CREDIT_RIGHT: Final = gettext_noop(
    "個別クレジットのクーリング・オフは、訪問販売・電話勧誘販売・特定継続的役務提供・連鎖販売取引・業務提供誘引販売取引で使ったときの権利です。"
    "支払いを止める「抗弁」ができないかを確かめてください。"
)
_NOT_BEGUN: Final = gettext_noop(
    "起算せず: 期間はまだ始まっていません。有効な書面が届いた日から数えます。通知は早めに出してください。"
)
_DATA_TOO_EARLY: Final = gettext_noop(
    "2023年5月までの契約では、書面を電子データで渡しても書面を渡したことになりません。"
)
_DATA: Final = gettext_noop(
    "電子データの書面は、契約する人が前もって承諾していたときだけ有効です。承諾の手続きに不備があれば、期間は始まっていません。"
)
_FRESH_WITH_DEFECT: Final = gettext_noop(
    "新しい書面が有効なら、期間はその日から始まります。念のため、その日から数えた期間のうちに出してください。"
)
_NO_CLAUSE: Final = gettext_noop(
    "この法律には妨害の定めがありません。書面の日から数えた期間のうちに出すのが安全です。過ぎているときは弁護士などに確かめてください。"
)
_FUTURE_START: Final = gettext_noop("起算日が基準日より後です。日付を確かめてください。")
_WHICH_TRANSACTION: Final = gettext_noop("取引の種類が分かると、期限を判定できます。")


def assess(facts: Facts) -> Assessment:
    """The right to withdraw on `facts.as_of`, its last day, and the rights beside it.

    For `telecom_initial` and `care_home` the right is the special one of that transaction.
    """
    if not facts.transaction:
        return Assessment("unclear", "ASK_FIRST", missing=("transaction",), cautions=(_(_WHICH_TRANSACTION),))
    if facts.concluded_on < COVERED_FROM:
        return Assessment("unclear", "BEFORE_COVERAGE", cautions=(_(_BEFORE_COVERAGE),))
    found = [_by_rule(rule, facts) for rule in candidates(facts)]
    answer = _together(found, facts) if found else _without_rule(facts)
    others = other_rights(facts)
    cautions = dict.fromkeys((*answer.cautions, *map(_, other_notes(others, facts))))
    days_left = None if answer.last_day is None else (answer.last_day - facts.as_of).days
    return replace(
        answer,
        days_left=days_left,
        missing=tuple(sorted(set(answer.missing), key=INPUTS.index)),
        cautions=tuple(cautions),
        other_rights=others,
    )


def _without_rule(facts: Facts) -> Assessment:
    if facts.transaction == "individual_credit" and facts.underlying:
        words: Iterable[str] = (_NO_CREDIT_RIGHT,)
    else:
        words = WITHOUT_RIGHT.get(facts.transaction, (_NOT_YET,))
    return Assessment("no", "NO_RIGHT", cautions=tuple(map(_, words)))


def _by_rule(rule: Rule, facts: Facts) -> Assessment:
    """What one rule says: its time, then its conditions."""
    judged = {gate: judge(gate, facts) for gate in rule.gates}
    failed = [one for one in judged.values() if one.state is State.FAILED]
    if failed:
        return _excluded(rule, failed, facts)
    time = standing(rule, facts)
    if time.right != "no" and Gate.INDUCED_CALL in judged and judged[Gate.INDUCED_CALL].missing:
        return _ask_first(rule, judged[Gate.INDUCED_CALL])
    asked = tuple(name for one in judged.values() for name in one.missing)
    is_open = bool(asked) and time.right != "no"
    answer = Assessment(
        "unclear" if is_open else time.right,
        time.situation,
        last_day=time.last_day,
        notice_form=laws.notice_form(rule.basis.law, facts.concluded_on).forms,
        basis=(rule.basis,),
        missing=time.missing + asked if is_open else time.missing,
        counted_from=time.first.day if time.first else None,
        counted_by=time.first.by if time.first else "",
        rule=rule,
    )
    return replace(answer, cautions=tuple(_cautions(answer, rule, judged.values(), facts)))


def _excluded(rule: Rule, failed: list[Judged], facts: Facts) -> Assessment:
    """A condition fails: the law gives no right, so there is no last day either."""
    if not any(one.caution for one in failed):  # a mail order that nobody was called for
        return _without_rule(facts)
    return Assessment(
        "no",
        "NO_RIGHT",
        notice_form=laws.notice_form(rule.basis.law, facts.concluded_on).forms,
        basis=(rule.basis,),
        cautions=tuple(_(one.caution) for one in failed if one.caution),
        rule=rule,
    )


def _ask_first(rule: Rule, judged: Judged) -> Assessment:
    """Whether there is a right at all hangs on one question: no day is named before it is answered."""
    words = WITHOUT_RIGHT.get(rule.transaction, ())
    return Assessment(
        "unclear", "ASK_FIRST", missing=judged.missing, cautions=tuple(map(_, words)), rule=rule
    )


def _together(found: list[Assessment], facts: Facts) -> Assessment:
    """One answer from the rules that may decide the contract, because it is not known which of them does."""
    if len(found) == 1:
        return found[0]
    rights = {one.right for one in found}
    dated = [one for one in found if one.last_day is not None]
    lead = min(dated, key=lambda one: one.last_day or date.max) if dated else found[0]
    differs = len(rights) > 1 or len({one.last_day for one in found}) > 1
    right: Right = lead.right if len(rights) == 1 else "unclear"
    missing = [name for one in found for name in one.missing] if right != "no" else []
    if differs and right != "no":
        missing += {one.rule.when[0]: None for one in found if one.rule and one.rule.when}
    return replace(
        lead,
        right=right,
        basis=tuple(dict.fromkeys(basis for one in found for basis in one.basis)),
        missing=tuple(missing),
        cautions=tuple(dict.fromkeys(caution for one in found for caution in one.cautions)),
        situation="EARLIEST" if differs and lead.situation == "COUNTING" else lead.situation,
    )


def _cautions(answer: Assessment, rule: Rule, judged: Iterable[Judged], facts: Facts) -> Iterable[str]:
    if answer.situation in {"NOT_STARTED_DEFECT", "NOT_STARTED_OBSTRUCTION"}:
        yield _(_NOT_BEGUN)
    if rule.counts_from_document:
        yield from _document_cautions(answer, rule, facts)
    if answer.counted_from is not None and answer.counted_from > facts.as_of:
        yield _(_FUTURE_START)
    if rule.by_dispatch and answer.last_day is not None and facts.as_of <= answer.last_day:
        yield from _closed_counter(answer.last_day, facts.as_of)
    yield from (_(one.caution) for one in judged if one.caution)
    yield from map(_, rule.notes)


def _document_cautions(answer: Assessment, rule: Rule, facts: Facts) -> Iterable[str]:
    if is_data_too_early(rule, facts):
        yield _(_DATA_TOO_EARLY)
    elif facts.document_form == "electronic" and rule.electronic_document_from is not None:
        yield _(_DATA)
    if answer.situation == "NOT_STARTED_DEFECT" and facts.fresh_document_on is not None:
        yield _(_FRESH_WITH_DEFECT)
    if facts.obstruction == "yes" and rule.obstruction is None:
        yield _(_NO_CLAUSE)


def _closed_counter(last_day: date, as_of: date) -> Iterable[str]:
    if not is_post_office_closed(last_day):
        return
    words = {"last": short_day(last_day, as_of), "open": short_day(last_counter_day(last_day), as_of)}
    if last_counter_day(last_day) < as_of:
        text = _("最終日の%(last)sまで郵便局の窓口は休みです(ゆうゆう窓口を除く)。休みでも期限は延びません。")
    else:
        text = _(
            "最終日の%(last)sは郵便局の窓口が休みです(ゆうゆう窓口を除く)。休みでも期限は延びません。"
            "窓口から出せるのは%(open)sまでです。"
        )
    yield text % words


def short_day(day: date, as_of: date) -> str:
    """`11月27日(金)`; with the year where it is not the year of `as_of`."""
    text = date_format(day, "MONTH_DAY_FORMAT" if day.year == as_of.year else "DATE_FORMAT")
    return _("%(day)s(%(weekday)s)") % {"day": text, "weekday": weekday_letter(day)}
