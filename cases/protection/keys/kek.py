"""The name of a key-encryption key. It never changes, and it says everything that is needed to find the key."""

import uuid
from typing import Final, NamedTuple

# Owner kinds that live in the domain `contact`; all others belong to `case`.
CONTACT_KINDS: Final = frozenset(
    {"lecture", "member", "lecturer", "applicant", "borrower", "supporter", "subscriber", "incoming_mail"}
)
# The cohort of what no fiscal year ends: contacts, lists of words, what the office itself keeps.
NO_YEAR: Final = 0
# Domains whose keys wrap data keys.
WRAPPING: Final = ("case", "contact")


class Kek(NamedTuple):
    """Domain, centre, fiscal year (or NO_YEAR) and version, from 1."""

    domain: str
    centre_uid: uuid.UUID
    cohort: int
    version: int

    @property
    def file_name(self) -> str:
        return f"{self.centre_uid.hex}-{self.cohort}-v{self.version}"

    def __str__(self) -> str:
        return f"{self.domain}/{self.file_name}"


def domain_of(owner_kind: str) -> str:
    return "contact" if owner_kind in CONTACT_KINDS else "case"


def parsed(domain: str, file_name: str) -> Kek | None:
    """The KEK that a file name (without its ending) stands for; None where it stands for none."""
    centre, _dash, rest = file_name.partition("-")
    cohort, _v, version = rest.partition("-v")
    try:
        kek = Kek(domain, uuid.UUID(centre), int(cohort), int(version))
    except ValueError:
        return None
    return kek if domain in WRAPPING and kek.file_name == file_name else None
