"""The rights beside withdrawal: 過量販売, 取消し, 中途解約, 返品. They may hold when its days are over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext_noop

from cases.law.rights import laws
from cases.law.rights.counting import end_of_days, months_after
from cases.law.rights.facts import Facts
from cases.law.rights.gates import State, judge
from cases.law.rights.laws import COVERED_FROM, Basis
from cases.law.rights.table import DEPOSIT_REFORM, INDUCED_CALLS_FROM, Gate

Kind = Literal["excess_quantity", "rescission", "mid_term_cancellation", "return"]

EXCESS_MONTHS: Final = 12
RETURN_DAYS: Final = 8

REFORM_2017: Final = date(2017, 12, 1)  # 平成28年法律第60号 (特定商取引法)
CONTRACT_REFORM_2017: Final = date(2017, 6, 3)  # 平成28年法律第61号 (消費者契約法7条: 1 year)
SPIRITUAL_REFORM: Final = date(2023, 1, 5)  # 令和4年法律第99号: 3 and 10 years
FINAL_SCREEN_FROM: Final = date(2022, 6, 1)  # 特定商取引法15条の4
ADULT_AT_18_FROM: Final = date(2022, 4, 1)  # 平成30年法律第59号


@dataclass(frozen=True, slots=True)
class OtherRight:
    """`last_day` is None where the right has no last day, or where the day it counts from is not known.

    `counted_by`: the input that it counts from; `months` (0: days) how long from there.
    """

    kind: Kind
    last_day: date | None
    basis: tuple[Basis, ...]
    counted_by: str = ""
    months: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """One right of one transaction, for contracts in the half-open period [valid_from, valid_until)."""

    kind: Kind
    transaction: str
    basis: Basis
    valid_from: date = COVERED_FROM
    valid_until: date | None = None
    also_for_business: bool = False

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def _commerce(article: str) -> Basis:
    return Basis(laws.SPECIFIED_COMMERCE, article)


def _instalment(article: str) -> Basis:
    return Basis(laws.INSTALMENT_SALES, article)


ARTICLES: Final[tuple[Article, ...]] = (
    Article("excess_quantity", "door_to_door", _commerce("9の2")),
    Article("excess_quantity", "telemarketing", _commerce("24の2"), REFORM_2017),
    Article("rescission", "door_to_door", _commerce("9の3")),
    Article("rescission", "telemarketing", _commerce("24の2"), valid_until=REFORM_2017),
    Article("rescission", "telemarketing", _commerce("24の3"), REFORM_2017),
    Article("rescission", "multilevel", _commerce("40の3"), also_for_business=True),
    Article("rescission", "continuous_service", _commerce("49の2")),
    Article("rescission", "business_opportunity", _commerce("58の2"), also_for_business=True),
    Article("rescission", "mail_order", _commerce("15の4"), FINAL_SCREEN_FROM),
    Article("mid_term_cancellation", "continuous_service", _commerce("49")),
    Article("mid_term_cancellation", "multilevel", _commerce("40の2"), also_for_business=True),
    Article(
        "mid_term_cancellation",
        "deposit",
        Basis(laws.DEPOSIT, "9"),
        valid_until=DEPOSIT_REFORM,
        also_for_business=True,
    ),
    Article(
        "mid_term_cancellation", "deposit", Basis(laws.DEPOSIT, "8"), DEPOSIT_REFORM, also_for_business=True
    ),
    Article("return", "mail_order", _commerce("15の2"), valid_until=REFORM_2017),
    Article("return", "mail_order", _commerce("15の3"), REFORM_2017),
)
"""By transaction: what the law on the way of selling gives."""

CREDIT_ARTICLES: Final[tuple[Article, ...]] = (
    Article("excess_quantity", "door_to_door", _instalment("35の3の12")),
    Article("excess_quantity", "telemarketing", _instalment("35の3の12"), REFORM_2017),
    Article("rescission", "door_to_door", _instalment("35の3の13")),
    Article("rescission", "telemarketing", _instalment("35の3の13")),
    Article("rescission", "multilevel", _instalment("35の3の14"), also_for_business=True),
    Article("rescission", "continuous_service", _instalment("35の3の15")),
    Article("rescission", "business_opportunity", _instalment("35の3の16"), also_for_business=True),
)
"""By the sale type of an 個別クレジット: the credit contract goes with the sale."""

CONSUMER_CONTRACT: Final = (Basis(laws.CONSUMER_CONTRACT, "4"), Basis(laws.CONSUMER_CONTRACT, "7"))
"""取消し of any consumer's contract: misstatement, undue influence, too much sold."""

_RESCISSION_NOW: Final = gettext_noop(
    "取消しは、うそに気付いた時などから1年以内です(契約から5年まで)。霊感などの告知による勧誘は、3年・10年です。"
)
_RESCISSION_2017: Final = gettext_noop(
    "取消しは、うそに気付いた時などから1年以内です(契約から5年まで)。霊感などの告知による勧誘は、期限が延びていることがあります。"
)
_RESCISSION_BEFORE: Final = gettext_noop(
    "取消しは、うそに気付いた時などから6か月以内でした(契約から5年まで。特定商取引法は2017年12月から、消費者契約法は2017年6月3日から1年)。"
)
_MINOR_NOW: Final = gettext_noop(
    "契約した人が18歳未満なら、親などの同意がない契約は取り消せることがあります。"
)
_MINOR_BEFORE: Final = gettext_noop(
    "契約した人が契約の時に20歳未満なら、親などの同意がない契約は取り消せることがあります(2022年3月までの契約)。"
)
_EXCESS: Final = gettext_noop(
    "ふだん必要な量を大きく超えて買わされたときは、契約から1年は解除できます(過量販売)。"
)
_RETURN: Final = gettext_noop(
    "広告に返品の特約がなければ、商品を受け取った日から8日間は返品できます(送料は買った人の負担)。"
)


def sale_type(facts: Facts) -> str:
    """The way of selling whose law gives these rights: a credit contract has that of its sale."""
    if facts.transaction == "individual_credit":
        return facts.underlying or ""
    if facts.transaction == "mail_order" and facts.induced_by_advertising == "yes":
        return "telemarketing" if facts.concluded_on >= INDUCED_CALLS_FROM else "mail_order"
    return facts.transaction


def other_rights(facts: Facts) -> tuple[OtherRight, ...]:
    """The rights to look at beside withdrawal, whether or not their day is over. One per kind."""
    found: dict[Kind, list[Basis]] = {}
    for article in _articles(facts):
        found.setdefault(article.kind, []).append(article.basis)
    if facts.for_business != "yes":
        found.setdefault("rescission", []).extend(CONSUMER_CONTRACT)
    ordered = [kind for kind in _KINDS if kind in found]
    return tuple(_right(kind, facts, tuple(found[kind])) for kind in ordered)


_KINDS: Final[tuple[Kind, ...]] = ("excess_quantity", "rescission", "mid_term_cancellation", "return")


def _articles(facts: Facts) -> Iterator[Article]:
    concluded_on, kind_of_sale = facts.concluded_on, sale_type(facts)
    is_credit = facts.transaction == "individual_credit"
    is_short_or_cheap = (
        facts.transaction == "continuous_service" and judge(Gate.LONG_AND_DEAR, facts).state is State.FAILED
    )
    if is_short_or_cheap:
        return
    for article in CREDIT_ARTICLES if is_credit else ARTICLES:
        if article.transaction != kind_of_sale or not article.holds_on(concluded_on):
            continue
        if article.also_for_business or facts.for_business != "yes":
            yield article


def _right(kind: Kind, facts: Facts, basis: tuple[Basis, ...]) -> OtherRight:
    """One right with its day, as far as the days that it counts from are known."""
    if kind == "return" and facts.goods_received_on is not None:
        last_day = end_of_days(facts.goods_received_on, RETURN_DAYS)
        return OtherRight(kind, last_day, basis, "goods_received_on")
    spans: Mapping[str, int] = {}
    if kind == "excess_quantity":
        spans = {"contract_on": EXCESS_MONTHS}
    elif kind == "rescission":
        spans = rescission_months(facts)
    ends = [
        (months_after(start, months), name)
        for name, months in spans.items()
        if (start := facts.day(name)) is not None
    ]
    if not ends:
        return OtherRight(kind, None, basis)
    last_day, counted_by = min(ends)
    return OtherRight(kind, last_day, basis, counted_by, spans[counted_by])


def rescission_months(facts: Facts) -> Mapping[str, int]:
    """How many months a 取消し lasts, by the input that they count from; the first to end counts.

    消費者契約法7条1項, 特定商取引法9条の3第4項: a year and five years; 霊感など: three and ten, of contracts since
    2023-01-05 alone (the cautious reading of the years before). Until 2017-11-30 half a year, the shorter of the
    two laws.
    """
    if facts.spiritual_claim == "yes" and facts.concluded_on >= SPIRITUAL_REFORM:
        return {"noticed_on": 36, "contract_on": 120}
    return {"noticed_on": 12 if facts.concluded_on >= REFORM_2017 else 6, "contract_on": 60}


def other_notes(rights: tuple[OtherRight, ...], facts: Facts) -> list[str]:
    """Cautions that belong to these rights, by the law of the contract's date."""
    kinds = {right.kind for right in rights}
    concluded_on = facts.concluded_on
    notes = [_MINOR_NOW if concluded_on >= ADULT_AT_18_FROM else _MINOR_BEFORE]
    if "rescission" in kinds:
        notes.insert(0, _rescission_note(concluded_on))
    if "excess_quantity" in kinds:
        notes.insert(0, _EXCESS)
    if "return" in kinds:
        notes.insert(0, _RETURN)
    return notes


def _rescission_note(concluded_on: date) -> str:
    if concluded_on >= SPIRITUAL_REFORM:
        return _RESCISSION_NOW
    return _RESCISSION_2017 if concluded_on >= REFORM_2017 else _RESCISSION_BEFORE
