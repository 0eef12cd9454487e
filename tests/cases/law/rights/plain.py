"""Plain contracts for the tests of rights: nothing against the consumer, nothing unknown."""

from datetime import date

from cases.law.rights import Facts, assess

FRIDAY = date(2026, 11, 20)
LAST = date(2026, 11, 27)

SETTLED = {
    "document_defect": "no", "obstruction": "no", "cash_fully_performed": "no", "consumable_used": "no",
    "invited_by_consumer": "no", "for_business": "no", "exempt_item": "no", "delivered_and_paid": "no",
    "total_yen": 980_000, "duration_months": 24,
}  # fmt: skip


def answer(transaction="door_to_door", *, as_of=FRIDAY, **given):
    """The answer for a settled contract; `given` adds facts or, with None, takes them away."""
    return assess(facts(transaction, as_of=as_of, **given))


def facts(transaction="door_to_door", *, as_of=FRIDAY, **given):
    known = {name: value for name, value in (SETTLED | given).items() if value is not None}
    return Facts(transaction, as_of, **known)
