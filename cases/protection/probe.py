"""Whether sealed values open, without anybody seeing one: for a restored database."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cases.protection import keys
from cases.protection.sealed import SealBroken, SealedField, Sealer
from cases.records.case import Case

_FIELDS: Final = [field.name for field in Case._meta.get_fields() if isinstance(field, SealedField)]


@dataclass(frozen=True)
class Probe:
    """`opened` and `broken` count values, `without_key` cases (their year's key may have been destroyed on purpose)."""

    opened: int
    broken: int
    without_key: int


def sealed_values(most_cases: int) -> Probe:
    """Open every value of up to `most_cases` cases picked at random; none of them leaves this function."""
    uids = _some(most_cases)
    sealers, opened, broken = _sealers(uids), 0, 0
    for case in Case.objects.filter(uid__in=sealers):
        for field in _FIELDS:
            if getattr(case, field) is None:
                continue
            try:
                sealers[case.uid].open(case, field)
                opened += 1
            except SealBroken:
                broken += 1
    return Probe(opened, broken, len(uids) - len(sealers))


def _some(most: int) -> Sequence[UUID]:
    pks = list(Case.objects.values_list("pk", flat=True))
    return list(
        Case.objects.filter(pk__in=random.sample(pks, min(most, len(pks)))).values_list("uid", flat=True)
    )


def _sealers(uids: Sequence[UUID]) -> dict[UUID, Sealer]:
    """One at a time: a key that is gone must not hide the others."""
    found: dict[UUID, Sealer] = {}
    for uid in uids:
        try:
            found |= keys.sealers(Case.OWNER_KIND, [uid])
        except keys.KeyMissing:
            continue
    return found
