"""What is typed into the form, as facts of the law. Text that cannot be read is a fact that nobody knows."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final

from cases.law import calendar
from cases.law.rights import CHOICES, TRANSACTIONS, Facts, wire
from cases.records import codes
from cases.records.codes import Kind
from cases.services.reading import NotUnderstood, read_yen
from cases.services.rights import CREDIT, credit_facts, transaction_of, with_document
from consult.desk.card.fields import MonthsNotUnderstood, read_months
from consult.desk.choices import CodeNotKnown, read_codes

COMMONEST: Final = ("door_to_door", "telemarketing")
"""Looked at together while nobody has said how the thing was sold."""

SHOWN_TRANSACTION: Final = "hint_transaction"
"""The list inside the hint: another transaction to look at, kept nowhere."""


def _day(text: str) -> str | None:
    try:
        return calendar.parse_date(text, today=calendar.today()).isoformat()
    except calendar.DateNotUnderstood:
        return None


def _answer(text: str) -> str | None:
    return text.lower() if text.lower() in {"yes", "no"} else None


def _yen(text: str) -> int | None:
    try:
        return read_yen(text)
    except NotUnderstood:
        return None


def _months(text: str) -> float | None:
    try:
        months = read_months(text)
    except MonthsNotUnderstood:
        return None
    return float(months) if months else None


def _choice(name: str) -> Callable[[str], str | None]:
    known = TRANSACTIONS if name == "transaction" else CHOICES[name]
    return lambda text: text if text in known else None


FIELDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "contracted_on": ("contract_on", _day),
    "document_received_on": ("contract_document_on", _day),
    **{
        name: (name, _day)
        for name in (
            "application_document_on", "goods_received_on", "applied_on", "service_started_on",
            "informed_in_writing_on", "moved_in_on", "fresh_document_on", "noticed_on", "credit_document_on",
        )
    },
    **{
        name: (name, _answer)
        for name in (
            "document_defect", "obstruction", "cash_fully_performed", "consumable_used", "invited_by_consumer",
            "for_business", "exempt_item", "delivered_and_paid", "induced_by_advertising", "spiritual_claim",
            "credit_document_defect",
        )
    },
    "contract_yen": ("total_yen", _yen),
    "duration_months": ("duration_months", _months),
    **{name: (name, _choice(name)) for name in ("transaction", "service_kind", "telecom_kind")},
}  # fmt: skip
"""By name of the form's field: the input (of `CREDIT_DOCUMENT`, the fact) that it fills, and how its text is read."""

READ_BESIDE: Final = ("sales_method", "payments", "document_form", SHOWN_TRANSACTION)
"""Fields that say something of the facts without being one."""


def known_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """What the fields say, by input name."""
    known = {}
    for field, (name, read) in FIELDS.items():
        text = (fields.get(field) or "").strip()
        if text and (value := read(text)) is not None:
            known[name] = value
    return with_document(known, (fields.get("document_form") or "").strip().upper())


def desk_facts(fields: Mapping[str, str], *, transaction: str = "", as_of: date | None = None) -> Facts:
    """The facts of what is typed, looked at as `transaction` or as the one that the fields name (may be empty)."""
    known = known_of(fields)
    known["transaction"] = transaction or transaction_of(fields.get("sales_method") or "", known) or None
    return wire.read(known, as_of=as_of or calendar.today())


def all_facts(fields: Mapping[str, str], *, as_of: date | None = None) -> list[Facts]:
    """What to look at together: the transaction named, else the two commonest; and the credit behind it."""
    known = known_of(fields)
    shown = (fields.get(SHOWN_TRANSACTION) or "").strip()
    named = shown if shown in TRANSACTIONS else transaction_of(fields.get("sales_method") or "", known)
    is_credit = named == "individual_credit"
    given = [] if is_credit else [known | {"transaction": one} for one in ([named] if named else COMMONEST)]
    if is_credit or CREDIT in _codes(fields.get("payments") or ""):
        given.append(credit_facts(named, known))
    day = as_of or calendar.today()
    return [wire.read(one, as_of=day) for one in given]


def _codes(text: str) -> set[str]:
    """支払方法 as they are typed, by number, name or code; what cannot be read says nothing."""
    known = codes.codes(Kind.PAYMENT).by_code
    found: set[str] = set()
    for part in (part.strip() for part in text.replace("、", ",").split(",")):
        if part in known:
            found.add(part)
            continue
        with suppress(CodeNotKnown):
            found |= set(read_codes(Kind.PAYMENT, part))
    return found
