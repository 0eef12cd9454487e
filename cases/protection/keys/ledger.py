"""Which KEK a new owner takes. The ledger says it; a process remembers the answer for a minute."""

import time
import uuid
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from cases.protection.keys import files, providers, recovery
from cases.protection.keys.kek import Kek
from cases.protection.keys.memory import drop_on_forget
from cases.protection.keys.models import KeyVersion

# For this long a process may still wrap with a version that another process has retired.
REMEMBERED_SECONDS: Final = 60.0


@dataclass(frozen=True)
class _Known:
    kek: Kek
    until: float  # on the monotonic clock


_current: dict[tuple[str, uuid.UUID, int], _Known] = {}
drop_on_forget(_current.clear)


def current(domain: str, centre_uid: uuid.UUID, cohort: int) -> Kek:
    """The KEK that wraps new owners; the first of a cohort is made here. Raises KeyNotMade."""
    known = _current.get((domain, centre_uid, cohort))
    if known is not None and known.until > time.monotonic():
        return known.kek
    of_cohort = KeyVersion.objects.filter(domain=domain, centre_uid=centre_uid, cohort=cohort)
    row = of_cohort.filter(state=KeyVersion.State.CURRENT).first()
    if row is None:
        kek = make_next(domain, centre_uid, cohort).kek
        # Not before the row is there for others: a transaction that is rolled back takes it along.
        transaction.on_commit(lambda: remember(kek))
        return kek
    remember(row.kek)
    return row.kek


def remember(kek: Kek) -> None:
    _current[kek[:3]] = _Known(kek, time.monotonic() + REMEMBERED_SECONDS)


@transaction.atomic
def make_next(domain: str, centre_uid: uuid.UUID, cohort: int) -> KeyVersion:
    """A new current version of a cohort; the one before retires. Raises KeyNotMade.

    Two processes that do it at once: one makes the version, the other finds it.
    """
    rows = list(
        KeyVersion.objects.select_for_update()
        .filter(domain=domain, centre_uid=centre_uid, cohort=cohort)
        .order_by("version")
    )
    kek = Kek(domain, centre_uid, cohort, rows[-1].version + 1 if rows else 1)
    provider = providers.for_new()
    provider.make(kek)
    for row in rows:
        if row.state == KeyVersion.State.CURRENT:
            row.state, row.retired_at = KeyVersion.State.RETIRING, timezone.now()
            row.save(update_fields=["state", "retired_at"])
    row, _is_new = KeyVersion.objects.get_or_create(
        domain=domain, centre_uid=centre_uid, cohort=cohort, version=kek.version,
        defaults={
            "provider": provider.name,
            "escrowed_to": recovery.fingerprint() if provider.name == providers.KeyFiles.name else "",
        },
    )  # fmt: skip
    return row


def note_copies() -> None:
    """Enter the recovery key's fingerprint with every key file whose sealed copy is there, and take it off the others.

    A copy's name says that it is there; that it opens is for `keys_recovery --check` to say.
    """
    fingerprint = recovery.fingerprint()
    for row in KeyVersion.objects.filter(provider=providers.KeyFiles.name).exclude(
        state=KeyVersion.State.DESTROYED
    ):
        copy = recovery.copy_of(files.path_of(row.domain, row.kek.file_name))
        noted = fingerprint if copy.exists() else ""
        if row.escrowed_to != noted:
            row.escrowed_to = noted
            row.save(update_fields=["escrowed_to"])
