"""A new KEK for what an old one wraps: data keys are wrapped again in batches, while people go on writing.

Each batch is one short transaction, so a killed rotation is continued by the same call. The old KEK opens what it
still wraps until nothing is left; destroying it is another matter (`cases.protection.keys.destruction`).
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from cases.protection.keys import ledger
from cases.protection.keys.kek import CONTACT_KINDS, Kek
from cases.protection.keys.models import KeyVersion
from cases.protection.keys.wrapping import wrapped_anew
from cases.protection.models import DataKey

BATCH: Final = 1000


@dataclass(frozen=True)
class Cohort:
    """The keys that are rotated together: one domain, one centre, one fiscal year."""

    domain: str
    centre_uid: uuid.UUID
    cohort: int

    def rows(self) -> "QuerySet[DataKey]":
        found = DataKey.objects.filter(centre_uid=self.centre_uid, cohort=self.cohort)
        if self.domain == "contact":
            return found.filter(owner_kind__in=CONTACT_KINDS)
        return found.exclude(owner_kind__in=CONTACT_KINDS)

    def versions(self) -> "QuerySet[KeyVersion]":
        return KeyVersion.objects.filter(
            domain=self.domain, centre_uid=self.centre_uid, cohort=self.cohort
        ).order_by("version")


def rows_of(kek: Kek) -> "QuerySet[DataKey]":
    """The data keys that a KEK wraps."""
    return Cohort(*kek[:3]).rows().filter(kek_version=kek.version)


def cohorts(
    *, domain: str = "", centre_uid: uuid.UUID | None = None, cohort: int | None = None
) -> list[Cohort]:
    """Cohorts with a current KEK, narrowed where something is given."""
    found = KeyVersion.objects.filter(state=KeyVersion.State.CURRENT)
    if domain:
        found = found.filter(domain=domain)
    if centre_uid is not None:
        found = found.filter(centre_uid=centre_uid)
    if cohort is not None:
        found = found.filter(cohort=cohort)
    columns = ("domain", "centre_uid", "cohort")
    return [Cohort(*row) for row in found.order_by(*columns).values_list(*columns)]


def rotate(cohort: Cohort, *, batch: int = BATCH, told: Callable[[int], None] = lambda _rows: None) -> int:
    """Wrap every data key of the cohort by its newest KEK; returns how many were wrapped again.

    A rotation that was broken off is continued; otherwise a new version is made first. `told` gets the rows of each
    batch. Raises KeyMissing, WrapBroken, KeyNotMade.
    """
    newest = _newest(cohort)
    if newest is None or not _older(cohort, newest):
        newest = ledger.make_next(cohort.domain, cohort.centre_uid, cohort.cohort).kek
    ledger.remember(newest)
    done = 0
    # More than one round where a process that did not know the new version yet wrote in the meantime.
    while older := _older(cohort, newest):
        for version in older:
            for wrapped in _wrap_version(cohort, version, newest, batch):
                done += wrapped
                told(wrapped)
    return done


def waiting(cohort: Cohort) -> int:
    """Data keys that a rotation would wrap again: those of older versions, or all where none is under way."""
    newest = _newest(cohort)
    older = cohort.rows().filter(kek_version__lt=newest.version).count() if newest else 0
    return older or cohort.rows().count()


def _newest(cohort: Cohort) -> Kek | None:
    row = cohort.versions().filter(state=KeyVersion.State.CURRENT).first()
    return row.kek if row else None


def _older(cohort: Cohort, newest: Kek) -> list[int]:
    """Versions before the newest that still wrap something; each is one look into the index."""
    rows = cohort.rows()
    return [version for version in range(1, newest.version) if rows.filter(kek_version=version).exists()]


def _wrap_version(cohort: Cohort, version: int, newest: Kek, batch: int) -> Iterator[int]:
    """Wrap what one version wraps, a batch a transaction; gives out the number of rows of each.

    In order of the primary key, from where the last batch ended: PostgreSQL keeps the index entries of rows that have
    moved on, and each batch would walk over those of all batches before it.
    """
    after = 0
    old = newest._replace(version=version)
    while True:
        with transaction.atomic():
            rows = _locked(cohort, version, batch, after)
            if rows:
                wraps = [
                    (row.kind, bytes.fromhex(row.uid.replace("-", "")), bytes(row.wrapped)) for row in rows
                ]
                _store([row.pk for row in rows], wrapped_anew(wraps, old, newest), newest)
        if not rows:
            return
        after = rows[-1].pk
        yield len(rows)


class _Row(NamedTuple):
    """A data key as the database gives it; the uid as text (UUID objects took a third of the time)."""

    pk: int
    kind: str
    uid: str
    wrapped: bytes | memoryview


def _locked(cohort: Cohort, version: int, batch: int, after: int) -> list[_Row]:
    """The next rows, locked for the length of the transaction."""
    found = (
        cohort.rows()
        .filter(kek_version=version, pk__gt=after)
        .order_by("pk")
        .select_for_update()
        .annotate(text=Cast("owner_uid", CharField()))
        .values_list("pk", "owner_kind", "text", "wrapped")
    )
    return [_Row(*row) for row in found[:batch]]


def _store(pks: Sequence[int], wrapped: Sequence[bytes], newest: Kek) -> None:
    """Two columns of many rows. The ORM's `bulk_update` builds a CASE of a thousand arms for each: far slower."""
    table = DataKey._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"UPDATE {table} AS k SET wrapped = n.wrapped, kek_version = %s"  # noqa: S608 - the model's own table
                " FROM unnest(%s::bigint[], %s::bytea[]) AS n (id, wrapped) WHERE k.id = n.id",
                [newest.version, list(pks), list(wrapped)],
            )
        else:
            cursor.executemany(
                f"UPDATE {table} SET wrapped = %s, kek_version = %s WHERE id = %s",  # noqa: S608 - the same
                [(key, newest.version, pk) for pk, key in zip(pks, wrapped, strict=True)],
            )
