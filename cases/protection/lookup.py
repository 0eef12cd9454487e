"""Look-up on sealed values: short keyed tags narrow, opening and comparing decides.

A tag of 12 bits is shared by many values on purpose: a stolen table tells little about who is in it, while a look-up
opens one row in 4,096 beside the right ones.
"""

from collections.abc import Iterable
from typing import Final

from cases import spelling
from cases.protection.keys import keyed_digest
from cases.protection.models import LookupTag
from cases.records.case import Case
from cases.records.centre import Centre

TAG_BITS: Final = 12
PHONE: Final = "PHONE"


def tag(centre: Centre, field: str, value: str) -> int:
    """The tag of a normalised value at a centre: equal values share it, so do many others."""
    digest = keyed_digest(f"lookup/{field}/{centre.uid.hex}", value.encode())
    return int.from_bytes(digest[:4]) >> (32 - TAG_BITS)


def phone_tags(case: Case, phones: Iterable[str]) -> list[LookupTag]:
    """Rows for the phone numbers of a case; what is no phone number has no tag."""
    digits = {found for phone in phones if (found := spelling.phone_digits(phone))}
    return [
        LookupTag(case=case, field=PHONE, tag=value)
        for value in sorted({tag(case.centre, PHONE, number) for number in digits})
    ]
