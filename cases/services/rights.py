"""Rights by the coded columns of recorded cases. Nothing sealed is opened here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.law import rights
from cases.law.rights import Assessment, Facts, OtherRight, wire
from cases.law.rights.others import other_rights
from cases.records.card import CaseCode
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services import card_entry

TRANSACTION_OF_SALES_METHOD: Final[Mapping[str, str]] = {
    "DOOR_TO_DOOR": "door_to_door",
    "TELEMARKETING": "telemarketing",
    "MULTILEVEL": "multilevel",
    "HOME_BUYING": "door_to_door_purchase",
    "MAIL_ORDER": "mail_order",
    "INTERNET": "mail_order",
    "STORE": "store",
}
"""販売購入形態 that name one transaction of the law. 「その他無店舗」 and 「不明」 name none."""

CREDIT: Final = "INDIVIDUAL_CREDIT"
"""The 支払方法 that brings a right against the credit company."""

_FORMS: Final = {"PAPER": "paper", "ELECTRONIC": "electronic"}
NOT_RECEIVED: Final = "NONE"
"""The 書面の種類 of a document that was never handed over."""


@dataclass(frozen=True)
class CaseRight:
    """One right of a case: the transaction it is looked at as, the facts, and the answer."""

    transaction: str
    facts: Facts
    answer: Assessment


def transaction_of(sales_method: str, known: Mapping[str, Any]) -> str:
    """The transaction that the facts name: chosen, or told by a fact that one transaction alone has; else empty."""
    if chosen := known.get("transaction"):
        return str(chosen)
    for name, transaction in _TELLING:
        if known.get(name):
            return transaction
    return TRANSACTION_OF_SALES_METHOD.get(sales_method, "")


_TELLING: Final = (
    ("moved_in_on", "care_home"),
    ("telecom_kind", "telecom_initial"),
    ("informed_in_writing_on", "real_estate"),
    ("service_kind", "continuous_service"),
)


def with_document(known: dict[str, Any], form: str) -> dict[str, Any]:
    """The facts with what a 書面の種類 says of the document."""
    if form == NOT_RECEIVED:
        return known | {"document_defect": "yes"}
    return known | {"document_form": _FORMS[form]} if form in _FORMS else known


CREDIT_DOCUMENT: Final[Mapping[str, str]] = {
    "credit_document_on": "contract_document_on",
    "credit_document_defect": "document_defect",
}
"""Facts of the card about the credit contract's own document, and the inputs that they fill."""

_OF_THE_SALE: Final = frozenset(
    {"application_document_on", "contract_document_on", "document_defect", "document_form"}
)


def credit_facts(transaction: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the 個別クレジット behind a sale (empty: of which kind is not known).

    Its days run from its own document (割賦販売法35条の3の9): what is known of the sale's says nothing of it.
    """
    own = {name: known[fact] for fact, name in CREDIT_DOCUMENT.items() if known.get(fact)}
    if transaction == "individual_credit":
        return {**known, **own, "transaction": transaction}
    shared = {name: value for name, value in known.items() if name not in _OF_THE_SALE}
    underlying = {"underlying": transaction} if transaction else {}
    return {**shared, **own, "transaction": "individual_credit", **underlying}


def rights_of_case(case: Case, *, as_of: date) -> list[CaseRight]:
    """The rights of one case: of its transaction, and against a credit company. Empty where it names none."""
    pays_by_credit = CaseCode.objects.filter(case=case, kind=Kind.PAYMENT, code=CREDIT).exists()
    return _rights(case, pays_by_credit=pays_by_credit, as_of=as_of)


def last_days(cases: Iterable[Case], *, as_of: date, passed: int = 0) -> dict[int, list[CaseRight]]:
    """By key of the case its rights that end, the next to end first, of those that ended at most `passed` days ago.

    One query beside the cases. Cases without such a day are left out: none named, none that can be counted, or
    all of them longer over.
    """
    held = list(cases)
    by_credit = set(
        CaseCode.objects.filter(
            case_id__in=[case.pk for case in held], kind=Kind.PAYMENT, code=CREDIT
        ).values_list("case_id", flat=True)
    )
    found: dict[int, list[CaseRight]] = {}
    for case in held:
        coming = [
            (right.answer.days_left, right)
            for right in _rights(case, pays_by_credit=case.pk in by_credit, as_of=as_of)
            if right.answer.days_left is not None and right.answer.days_left >= -passed
        ]
        if coming:
            found[case.pk] = [right for _left, right in sorted(coming, key=lambda one: one[0])]
    return found


def others_of_case(case: Case, *, as_of: date) -> tuple[OtherRight, ...]:
    """The rights beside withdrawal by the case's own columns: no query. Also where the card names no transaction."""
    known = _known(case)
    transaction = transaction_of(case.sales_method, known)
    return other_rights(wire.read(known | {"transaction": transaction or None}, as_of=as_of))


def _rights(case: Case, *, pays_by_credit: bool, as_of: date) -> list[CaseRight]:
    known = _known(case)
    transaction = transaction_of(case.sales_method, known)
    if not transaction:
        return []
    is_credit = transaction == "individual_credit"
    given = [] if is_credit else [known | {"transaction": transaction}]
    if pays_by_credit or is_credit:
        given.append(credit_facts(transaction, known))
    facts = [wire.read(one, as_of=as_of) for one in given]
    return [CaseRight(one.transaction, one, rights.assess(one)) for one in facts]


def _known(case: Case) -> dict[str, Any]:
    """The columns and the other facts by input name, as an object of `wire`. Facts are checked when they are stored."""
    known: dict[str, Any] = dict(card_entry.law_facts(case.law_facts))
    if months := known.pop("duration_months", ""):
        known["duration_months"] = float(months)
    for name, day in (
        ("contract_on", case.contracted_on),
        ("contract_document_on", case.document_received_on),
        ("goods_received_on", case.goods_received_on),
    ):
        if day is not None:
            known[name] = day.isoformat()
    if case.contract_yen is not None:
        known["total_yen"] = case.contract_yen
    if case.document_defect:
        known["document_defect"] = case.document_defect.lower()
    return with_document(known, case.document_form)
