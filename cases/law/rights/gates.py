"""The conditions of a right other than time, each judged by what is known.

A condition is met, failed, or open; where the law's exception is rare and its fact unknown it is assumed met,
and a caution says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_noop

from cases.law.rights.facts import Answer, Facts
from cases.law.rights.table import Gate

SMALL_CASH_BELOW: Final = 3_000
"""Yen, tax included: 特定商取引法26条, 令; a whole cash deal below it, performed on the spot, is left out."""
CONTINUOUS_ABOVE: Final = 50_000
"""Yen: a 特定継続的役務 must cost more (令24条)."""
GOLF_FROM: Final = 500_000
"""Yen: a 会員契約 costs at least this (ゴルフ会員契約適正化法施行令1条)."""
ONE_YEAR: Final = 12
"""Months: an insurance of one year or less is left out (保険業法309条1項4号)."""
MONTHS_OF_SERVICE: Final = {
    "beauty": 1, "medical_beauty": 1, "language": 2, "tutor": 2, "cram_school": 2, "pc_class": 2, "matchmaking": 2,
}  # fmt: skip
"""A service must last longer than this many months (令24条, 別表)."""
MEDICAL_BEAUTY_FROM: Final = date(2017, 12, 1)
"""美容医療 became a 特定継続的役務 (平成29年政令第174号)."""


class State(StrEnum):
    MET = "met"
    FAILED = "failed"
    ASSUMED = "assumed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition: its state, what would settle it where open, and the words that belong to the state."""

    state: State
    missing: tuple[str, ...] = ()
    caution: str = ""


_MET: Final = Judged(State.MET)


def _not(answer: Answer, *, failed: str, assumed: str) -> Judged:
    """An exception that counts as "no" while nobody knows."""
    if answer == "yes":
        return Judged(State.FAILED, caution=failed)
    return Judged(State.ASSUMED, caution=assumed) if answer == "unknown" else _MET


def _not_for_business(facts: Facts) -> Judged:
    return _not(
        facts.for_business,
        failed=gettext_noop("営業のための契約には及びません。契約の実態が家庭用でないかを確かめてください。"),
        assumed=gettext_noop("営業のための契約ではないものとして判定しています。"),
    )


def _not_exempt(facts: Facts) -> Judged:
    return _not(
        facts.exempt_item,
        failed=gettext_noop("法律の適用が除かれる商品・役務には及びません。除かれる範囲を確かめてください。"),
        assumed=gettext_noop(
            "適用が除かれる商品・役務(乗用自動車、葬儀、その場で終わる飲食など)ではないものとして判定しています。"
        ),
    )


def _not_invited(facts: Facts) -> Judged:
    return _not(
        facts.invited_by_consumer,
        failed=gettext_noop(
            "契約するために自分から呼んだ場合には及びません。見積りだけを頼んだ、広告の値段と大きく違った、"
            "頼んだ物と別の契約を勧められたときは、及ぶことがあります。"
        ),
        assumed=gettext_noop("契約するために自分から来訪や電話を求めてはいないものとして判定しています。"),
    )


def _not_small_cash(facts: Facts) -> Judged:
    if facts.cash_fully_performed == "no":
        return _MET
    if facts.total_yen is not None and facts.total_yen >= SMALL_CASH_BELOW:
        return _MET
    if facts.cash_fully_performed == "yes" and facts.total_yen is not None:
        return Judged(
            State.FAILED,
            caution=gettext_noop(
                "その場で全額を現金で払い、受け取りも済んだ3,000円未満の取引には及びません。"
            ),
        )
    missing = ("total_yen",) if facts.total_yen is None else ()
    cash = ("cash_fully_performed",) if facts.cash_fully_performed == "unknown" else ()
    return Judged(
        State.OPEN,
        (*cash, *missing),
        gettext_noop("3,000円未満で、その場で全額を現金で払い、受け取りも済んだ取引かを確かめてください。"),
    )


_CONSUMED: Final = gettext_noop(
    "使った指定消耗品(健康食品、化粧品など)には及びません。使ったのが一部なら、未使用の分には及びます。"
    "書面に「使うとやめられない」と書かれていたか、業者が試しに使わせたのでないかを確かめてください。"
)


def _not_consumed(facts: Facts) -> Judged:
    if facts.consumable_used == "no":
        return _MET
    if facts.consumable_used == "yes":
        return Judged(State.FAILED, caution=_CONSUMED)
    return Judged(
        State.OPEN,
        ("consumable_used",),
        gettext_noop("指定消耗品(健康食品、化粧品など)を本人が使ったかを確かめてください。"),
    )


def _not_consumed_on_credit(facts: Facts) -> Judged:
    return _not(
        facts.consumable_used,
        failed=_CONSUMED,
        assumed=gettext_noop("指定消耗品(健康食品、化粧品など)を使ってはいないものとして判定しています。"),
    )


def _long_and_dear(facts: Facts) -> Judged:
    """特定商取引法41条: longer than the months of its kind, and dearer than 50,000 yen."""
    kinds = [facts.service_kind] if facts.service_kind else list(MONTHS_OF_SERVICE)
    if facts.concluded_on < MEDICAL_BEAUTY_FROM:
        kinds = [kind for kind in kinds if kind != "medical_beauty"]
    limits = {MONTHS_OF_SERVICE[kind] for kind in kinds}
    too_cheap = facts.total_yen is not None and facts.total_yen <= CONTINUOUS_ABOVE
    months = facts.duration_months
    fitting = {limit for limit in limits if months is None or months > limit}
    if too_cheap or not fitting:
        return Judged(
            State.FAILED,
            caution=gettext_noop(
                "特定継続的役務提供は、5万円を超え、エステ・美容医療は1か月、ほかは2か月を超える契約です"
                "(美容医療は2017年12月から)。訪問や呼び出し、電話で勧誘された契約でないかを確かめてください。"
            ),
        )
    missing = [
        name for name, known in (("total_yen", facts.total_yen), ("duration_months", months)) if known is None
    ]
    if facts.service_kind is None and (months is None or fitting != limits):
        missing.append("service_kind")
    if not missing:
        return _MET
    return Judged(
        State.OPEN,
        tuple(missing),
        gettext_noop("5万円を超え、決められた期間(1か月または2か月)を超える契約かを確かめてください。"),
    )


def _over_a_year(facts: Facts) -> Judged:
    if facts.duration_months is None:
        return Judged(State.ASSUMED, caution=gettext_noop("保険期間が1年を超える契約として判定しています。"))
    if facts.duration_months <= ONE_YEAR:
        return Judged(State.FAILED, caution=gettext_noop("保険期間が1年以下の契約には及びません。"))
    return _MET


def _half_a_million(facts: Facts) -> Judged:
    if facts.total_yen is None:
        return Judged(
            State.ASSUMED, caution=gettext_noop("50万円以上の会員契約であるものとして判定しています。")
        )
    if facts.total_yen < GOLF_FROM:
        return Judged(State.FAILED, caution=gettext_noop("50万円未満の会員契約には及びません。"))
    return _MET


def _not_settled(facts: Facts) -> Judged:
    if facts.delivered_and_paid == "no":
        return _MET
    if facts.delivered_and_paid == "yes":
        return Judged(
            State.FAILED,
            caution=gettext_noop("引渡しを受け、代金を全部支払った後には及びません。"),
        )
    return Judged(
        State.OPEN,
        ("delivered_and_paid",),
        gettext_noop("引渡しを受け、代金を全部支払ったかを確かめてください。済むと、この権利は終わります。"),
    )


def _induced_call(facts: Facts) -> Judged:
    if facts.induced_by_advertising == "yes":
        return _MET
    if facts.induced_by_advertising == "no":
        return Judged(State.FAILED)
    return Judged(State.OPEN, ("induced_by_advertising",))


_JUDGES: Final[dict[Gate, Callable[[Facts], Judged]]] = {
    Gate.NOT_FOR_BUSINESS: _not_for_business,
    Gate.NOT_EXEMPT: _not_exempt,
    Gate.NOT_INVITED: _not_invited,
    Gate.NOT_SMALL_CASH: _not_small_cash,
    Gate.NOT_CONSUMED: _not_consumed,
    Gate.NOT_CONSUMED_ON_CREDIT: _not_consumed_on_credit,
    Gate.LONG_AND_DEAR: _long_and_dear,
    Gate.OVER_A_YEAR: _over_a_year,
    Gate.HALF_A_MILLION: _half_a_million,
    Gate.NOT_SETTLED: _not_settled,
    Gate.INDUCED_CALL: _induced_call,
}


def judge(gate: Gate, facts: Facts) -> Judged:
    """How one condition stands for these facts."""
    return _JUDGES[gate](facts)
