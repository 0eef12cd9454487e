"""Which keys ever wrapped the keys of a case, and whether they are all destroyed: what an old backup needs."""

import uuid
from collections.abc import Iterable
from typing import Final

from cases.law import calendar
from cases.protection import keys
from cases.protection.keys import destruction
from cases.protection.keys.kek import Kek
from cases.protection.keys.models import KeyVersion
from cases.protection.sealed import Owner
from cases.records.case import Case

Wrap = tuple[str, str, int, int]
"""(domain, centre uid in hex, fiscal year, version of the KEK); version 0 stands for every one of that year."""

EVERY_VERSION: Final = 0


def wraps_of(case: Case, owners: Iterable[Owner]) -> list[Wrap]:
    """The wraps of the case's own key and of the owners' given, and of the years in which its words were typed.

    A draft, or the ledger that it came from, held the words under a key of the year of typing; that key is long
    gone from the database, but a backup from before may hold it.
    """
    found: set[Wrap] = {
        (kek.domain, kek.centre_uid.hex, kek.cohort, kek.version)
        for owner in (case.sealed_owner, *owners)
        for kek in keys.every_wrap(owner)
    }
    typed = [case.entered_at, *case.follow_ups.values_list("entered_at", flat=True)]
    for year in {calendar.fiscal_year(calendar.local_date(moment)) for moment in typed}:
        found.add((keys.domain_of(Case.OWNER_KIND), case.centre.uid.hex, year, EVERY_VERSION))
    return sorted(found)


def all_destroyed(wraps: Iterable[Wrap]) -> bool:
    """Whether no key is left that could open an old copy of what these wrapped."""
    return all(is_destroyed(wrap) for wrap in wraps)


def is_destroyed(wrap: Wrap) -> bool:
    """Whether the key is destroyed, and every copy of it confirmed as such. A year without any key has none left."""
    domain, centre, cohort, version = wrap
    centre_uid = uuid.UUID(hex=centre)
    if version != EVERY_VERSION:
        return _is_proved(Kek(domain, centre_uid, cohort, version))
    made = KeyVersion.objects.filter(domain=domain, centre_uid=centre_uid, cohort=cohort)
    return all(
        _is_proved(Kek(domain, centre_uid, cohort, number))
        for number in made.values_list("version", flat=True)
    )


def _is_proved(kek: Kek) -> bool:
    """The ledger says so, and so do the folders of this machine and the log: a row alone is quickly written."""
    return keys.is_destroyed(kek.domain, kek.centre_uid, kek.cohort, kek.version) and destruction.is_proved(
        kek
    )
