"""Redaction of texts that come again and again: the same answers as `redact`, each asked for once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from cases import spelling
from cases.protection.redaction import Party
from cases.services.intake import masked

KEPT: Final = 120_000
_NO_DIGIT = re.compile(r"[^0-9]+")


@lru_cache(maxsize=KEPT)
def _masked(text: str, parties: tuple[Party, ...], allow: tuple[str, ...]) -> str:
    return masked(text, parties, allow)


def remembered(text: str, parties: Sequence[Party], allow: Sequence[str]) -> str:
    """As `intake.masked`. A party's number counts only where its digits stand in the text, one after the other."""
    digits = _NO_DIGIT.sub("", spelling.width(text))
    telling = tuple(
        replace(party, phones=tuple(phone for phone in party.phones if _may_stand(phone, digits)))
        for party in parties
    )
    return _masked(text, telling, tuple(allow))


def _may_stand(phone: str, digits: str) -> bool:
    """Whether the number, with 0 or +81 in front, can be among these digits."""
    own = _NO_DIGIT.sub("", spelling.width(phone))
    return own[1:] in digits
