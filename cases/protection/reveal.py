"""The first door to what is sealed in a case: a person sees a value, and the log knew it before they did."""

import uuid
from collections.abc import Sequence
from typing import Final

from cases.protection import audit, keys
from cases.protection.purpose import Purpose, PurposeNeeded
from cases.protection.sealed import HoldsSealed, label_of
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson

CASE_FIELDS: Final = ("narrative", "advice", "trader_name")
PERSON_FIELDS: Final = ("name", "kana", "phone", "address", "birth_date")
FOLLOW_UPS: Final = "follow_ups"

# What can be asked for: "narrative", "caller.name", "party.phone", …, and the texts of all 経過 together.
REVEALABLE: Final = frozenset(
    [
        *CASE_FIELDS,
        FOLLOW_UPS,
        *(f"{role.lower()}.{field}" for role in CasePerson.Role for field in PERSON_FIELDS),
    ]
)


def reveal(
    owner_uid: uuid.UUID, fields: Sequence[str], *, by: Actor, purpose: str, reason: str = ""
) -> dict[str, str]:
    """The named values of a case within the actor's scope; empty text where none is stored.

    The entry in the log is committed before anything is opened, so this refuses to run inside a transaction.
    A 経過 comes as `follow_up.<uid>`. Raises Case.DoesNotExist, PurposeNeeded, KeyMissing, SealBroken;
    ValueError for a field that is not in REVEALABLE.
    """
    if purpose not in Purpose.values:
        raise PurposeNeeded
    if unknown := set(fields) - REVEALABLE:
        raise ValueError(f"not revealable: {sorted(unknown)}")
    case = Case.objects.visible_to(by).select_related("centre").get(uid=owner_uid)
    audit.committed(
        audit.entry("REVEALED", by=by, case=case, fields=sorted(fields), purpose=purpose, reason=reason)
    )
    sealer = keys.sealer(case.sealed_owner)
    return {name: sealer.open(row, field) for name, row, field in _rows(case, fields)}


def _rows(case: Case, fields: Sequence[str]) -> list[tuple[str, HoldsSealed, str]]:
    """(name in the answer, row, field) for each value asked for; a person without a row is left out."""
    found: list[tuple[str, HoldsSealed, str]] = []
    people = {
        person.role.lower(): person for person in CasePerson.objects.filter(case=case).select_related("case")
    }
    for name in fields:
        if name == FOLLOW_UPS:
            rows = FollowUp.objects.filter(case=case).select_related("case")
            found += [(f"follow_up.{row.uid}", row, "text") for row in rows]
        elif "." not in name:
            found.append((name, case, name))
        else:
            role, field = name.split(".")
            if role in people:
                found.append((name, people[role], field))
    for _name, row, field in found:
        label_of(row, field)  # a typing mistake shows here, not as an open value
    return found
