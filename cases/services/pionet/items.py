"""What of a card can be copied, each as the text that is pasted. Nothing here opens a sealed value.

Words come redacted from the caller (`Words`), the trader's name where somebody opened it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records import ages, codes, postal
from cases.records.card import CaseCode, CaseReferral
from cases.records.case import Case
from cases.records.codes import Kind

JOINT: Final = "、"
DATE_FORMS: Final[Mapping[str, Callable[[date], str]]] = {
    "": date.isoformat,
    "slash": lambda day: f"{day:%Y/%m/%d}",
    "digits": lambda day: f"{day:%Y%m%d}",
    "wareki": calendar.wareki,
}


@dataclass(frozen=True)
class Words:
    """The texts that go with a card. `trader_name` is None where it has not been opened."""

    subject: str = ""
    narrative: str = ""
    advice: str = ""
    trader_name: str | None = None


@dataclass
class Card:
    """A case with what its card holds in the open, loaded once."""

    case: Case
    words: Words
    codes: list[CaseCode] = field(default_factory=list)
    referrals: list[CaseReferral] = field(default_factory=list)

    @classmethod
    def of(cls, case: Case, words: Words) -> "Card":
        return cls(
            case,
            words,
            list(CaseCode.objects.filter(case=case)),
            list(CaseReferral.objects.filter(case=case)),
        )

    def several(self, kind: str) -> list[str]:
        return [row.code for row in self.codes if row.kind == kind]


@dataclass(frozen=True)
class Item:
    """One thing that can be copied. `is_day`: `read` gives a date, which the plan's form writes."""

    code: str
    label: str | Promise
    read: Callable[[Card], str | date | None]
    is_day: bool = False

    def text(self, card: Card, form: str = "") -> str | None:
        """What is pasted; empty where nothing is known, None where it lies sealed and was not opened."""
        found = self.read(card)
        if isinstance(found, date):
            return DATE_FORMS[form](found)
        return "" if found is None and self.is_day else found


def _code(kind: str, column: str) -> Callable[[Card], str]:
    return lambda card: codes.codes(kind).text(getattr(card.case, column))


def _several(kind: str) -> Callable[[Card], str]:
    return lambda card: _joined(kind, card.several(kind))


def _joined(kind: str, found: Iterable[str]) -> str:
    return JOINT.join(codes.codes(kind).text(code) for code in found)


def _yen(column: str) -> Callable[[Card], str]:
    def read(card: Card) -> str:
        amount: int | None = getattr(card.case, column)
        return "" if amount is None else str(amount)

    return read


def _day(column: str) -> Callable[[Card], date | None]:
    return lambda card: getattr(card.case, column)


def _product(card: Card) -> str:
    """大分類 and what is below it, as one looks for it in a tree."""
    held = codes.codes(Kind.PRODUCT)
    code = card.case.product
    root = held.roots.get(code, code)
    return held.text(code) if root == code else f"{held.text(root)}>{held.text(code)}"


def _scams(card: Card) -> str:
    return _joined(Kind.SCAM_TYPE, [card.case.main_scam, *card.case.other_scams])


def _age(role: str) -> Callable[[Card], str]:
    def read(card: Card) -> str:
        age: int | None = getattr(card.case, f"{role}_age")
        band: str = getattr(card.case, f"{role}_age_band")
        return str(age) if age is not None else str(ages.BY_CODE[band].label) if band in ages.BY_CODE else ""

    return read


def _place(role: str) -> Callable[[Card], str]:
    return lambda card: postal.municipality(getattr(card.case, f"{role}_city"))


_CODED: Final = (
    ("channel", Kind.CHANNEL), ("route", Kind.ROUTE), ("kind", Kind.KIND), ("continuity", Kind.CONTINUITY),
    ("relation", Kind.RELATION),
    ("sales_method", Kind.SALES_METHOD), ("contract_state", Kind.CONTRACT_STATE), ("document_form", Kind.DOCUMENT_FORM),
    ("party_sex", Kind.SEX), ("party_occupation", Kind.OCCUPATION), ("caller_sex", Kind.SEX),
    ("caller_occupation", Kind.OCCUPATION), ("harm", Kind.HARM), ("harm_kind", Kind.HARM_KIND),
    ("harm_part", Kind.HARM_PART), ("harm_degree", Kind.HARM_DEGREE), ("outcome", Kind.OUTCOME),
)  # fmt: skip
_DAYS: Final = (
    "received_on",
    "solicited_on",
    "contracted_on",
    "document_received_on",
    "goods_received_on",
    "closed_on",
)
_YEN: Final = ("contract_yen", "paid_yen", "claimed_yen", "recovered_yen")
_YES: Final = _("該当")


def _label(column: str) -> str | Promise:
    found: str | Promise = getattr(Case._meta.get_field(column), "verbose_name", column)
    return found


ITEMS: "Final[Mapping[str, Item]]" = {
    item.code: item
    for item in (
        *(Item(name, _label(name), _code(kind, name)) for name, kind in _CODED),
        *(Item(name, _label(name), _day(name), is_day=True) for name in _DAYS),
        *(Item(name, _label(name), _yen(name)) for name in _YEN),
        Item("number", _("相談番号"), lambda card: card.case.number),
        Item("centre", _("受付機関"), lambda card: card.case.centre.name),
        Item("subject", _("件名"), lambda card: card.words.subject),
        Item("narrative", _("相談概要"), lambda card: card.words.narrative),
        Item("advice", _("処理概要"), lambda card: card.words.advice),
        Item("trader_name", _("事業者名"), lambda card: card.words.trader_name),
        Item("product", _("商品・役務"), _product),
        Item("scams", _("手口"), _scams),
        Item("issues", _("内容別分類"), _several(Kind.ISSUE_KIND)),
        Item("triggers", _("きっかけ・広告媒体"), _several(Kind.TRIGGER)),
        Item("contact_means", _("連絡手段"), _several(Kind.CONTACT_MEANS)),
        Item("payments", _("支払方法"), _several(Kind.PAYMENT)),
        Item("party_age", _("契約当事者の年齢"), _age("party")),
        Item("caller_age", _("相談者の年齢"), _age("caller")),
        Item("party_place", _("契約当事者の居住地"), _place("party")),
        Item("caller_place", _("相談者の居住地"), _place("caller")),
        Item("is_impaired", _("判断不十分者"), lambda card: str(_YES) if card.case.is_impaired else ""),
        Item("is_baseless", _("架空請求"), lambda card: str(_YES) if card.case.is_baseless else ""),
        Item(
            "referrals",
            _("紹介先"),
            lambda card: JOINT.join(row.body or codes.codes(Kind.REFERRAL).text(row.kind) for row in card.referrals),
        ),
    )
}  # fmt: skip
