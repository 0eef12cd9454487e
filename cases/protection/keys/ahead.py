"""Keys made before anybody needs them: on 1 April nobody waits for a key, nor for the person who may make one."""

import uuid
from typing import Final

from cases.law import calendar
from cases.protection.keys import ceremony, files, ledger, recovery
from cases.protection.keys.kek import NO_YEAR, Kek
from cases.protection.keys.models import KeyVersion
from cases.records.centre import Centre

# From January on the next fiscal year's keys are made: three months for whoever copies them to notice.
_FIRST_MONTHS: Final = (1, 2, 3)


def missing() -> list[tuple[str, uuid.UUID, int]]:
    """(domain, centre, cohort) that every centre should have by now and has not."""
    today = calendar.today()
    years = [calendar.fiscal_year(today)]
    if today.month in _FIRST_MONTHS:
        years.append(years[0] + 1)
    wanted = [("contact", NO_YEAR), ("case", NO_YEAR), *(("case", year) for year in years)]
    current = KeyVersion.objects.filter(state=KeyVersion.State.CURRENT)
    known = set(current.values_list("domain", "centre_uid", "cohort"))
    centres = Centre.objects.order_by("pk").values_list("uid", flat=True)
    return [
        (domain, uid, cohort)
        for uid in centres
        for domain, cohort in wanted
        if (domain, uid, cohort) not in known
    ]


def uncopied() -> bool:
    """Whether a key file has no sealed copy although there is a recovery key."""
    if recovery.public_key() is None:
        return False
    return any(not recovery.copy_of(path).exists() for path in files.every_file())


def is_wanted() -> bool:
    """A cheap look for the worker."""
    return bool(missing()) or uncopied()


def make() -> list[Kek]:
    """Make what is missing, and seal what has no copy; the new keys. Raises KeyNotMade."""
    made = [ledger.make_next(domain, uid, cohort).kek for domain, uid, cohort in missing()]
    if uncopied():
        recovery.seal_all(list(files.every_file()))
        ceremony.note_copies()
    return made


def task() -> None:
    """The worker's periodic task."""
    make()
