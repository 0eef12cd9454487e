"""Data keys: one per owner, wrapped by the KEK that its row names, bound to owner, centre, year and version."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.protection.keys import ledger, providers
from cases.protection.keys.errors import KeyMissing
from cases.protection.keys.files import KEY_BYTES
from cases.protection.keys.kek import Kek, domain_of
from cases.protection.keys.models import KeyVersion, PastWrap
from cases.protection.models import DataKey
from cases.protection.sealed import FORMAT, Owner, Sealer, bound

# Nobody asks where the keys of these lay: they hold what a person is still writing, for days.
_SHORT_LIVED: Final = frozenset({"draft"})


def kek_of(row: DataKey) -> Kek:
    return Kek(domain_of(row.owner_kind), row.centre_uid, row.cohort, row.kek_version)


def context_of(owner: Owner, kek: Kek) -> bytes:
    """What is bound into a wrapped key: a row moved to another owner, centre, year or version does not open."""
    numbers = f"{FORMAT}/{kek.cohort}/{kek.version}".encode("ascii")
    return bound(b"wrap", owner.kind.encode("ascii"), owner.uid.bytes, kek.centre_uid.bytes, numbers)


def owner_of(row: DataKey) -> Owner:
    return Owner(row.owner_kind, row.owner_uid)


def create(owner: Owner, *, centre_uid: uuid.UUID, cohort: int) -> tuple[DataKey, Sealer]:
    """A fresh data key for a new owner: the row to save with it, and the sealer that uses it.

    `cohort` is the fiscal year whose KEK wraps it. The row is saved within minutes or not at all.
    Raises KeyMissing, KeyNotMade.
    """
    kek = ledger.current(domain_of(owner.kind), centre_uid, cohort)
    key = secrets.token_bytes(KEY_BYTES)
    [wrapped] = providers.holding(kek).wrap(kek, [(key, context_of(owner, kek))])
    row = DataKey(
        owner_kind=owner.kind,
        owner_uid=owner.uid,
        centre_uid=centre_uid,
        cohort=cohort,
        kek_version=kek.version,
        wrapped=wrapped,
    )
    return row, Sealer(owner, key)


def sealer(owner: Owner) -> Sealer:
    """The sealer of one owner. Raises KeyMissing where its key was destroyed or never made, WrapBroken."""
    found = sealers(owner.kind, [owner.uid])
    if owner.uid not in found:
        raise KeyMissing
    return found[owner.uid]


def sealers(owner_kind: str, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Sealer]:
    """Sealers of many owners of one kind, in one query. Owners without a key are left out.

    Raises KeyMissing, WrapBroken.
    """
    rows = DataKey.objects.filter(owner_kind=owner_kind, owner_uid__in=list(uids))
    return {owner.uid: Sealer(owner, key) for owner, key in unwrapped(rows)}


def unwrapped(rows: Iterable[DataKey]) -> list[tuple[Owner, bytes]]:
    """Owners and their data keys, each opened by the KEK that its row names. Raises KeyMissing, WrapBroken."""
    by_kek: dict[Kek, list[DataKey]] = defaultdict(list)
    for row in rows:
        by_kek[kek_of(row)].append(row)
    found: list[tuple[Owner, bytes]] = []
    for kek, held in by_kek.items():
        owners = [owner_of(row) for row in held]
        pairs = [
            (bytes(row.wrapped), context_of(owner, kek)) for row, owner in zip(held, owners, strict=True)
        ]
        found += zip(owners, providers.holding(kek).unwrap(kek, pairs), strict=True)
    return found


def wrapped_anew(rows: Sequence[DataKey], kek: Kek) -> list[bytes]:
    """The data keys of these rows, wrapped by another KEK; nothing is stored. Raises KeyMissing, WrapBroken."""
    opened = dict(unwrapped(rows))
    pairs = [(opened[owner], context_of(owner, kek)) for owner in map(owner_of, rows)]
    return providers.holding(kek).wrap(kek, pairs)


@transaction.atomic
def move(owner: Owner, *, cohort: int, centre_uid: uuid.UUID | None = None) -> None:
    """Wrap the owner's key by the current KEK of another fiscal year (and centre), and remember the one before.

    Nothing happens where it lies there already. Raises KeyMissing, WrapBroken.
    """
    row = DataKey.objects.select_for_update().filter(owner_kind=owner.kind, owner_uid=owner.uid).first()
    if row is None:
        raise KeyMissing
    centre_uid = centre_uid or row.centre_uid
    if (row.centre_uid, row.cohort) == (centre_uid, cohort):
        return
    kek = ledger.current(domain_of(owner.kind), centre_uid, cohort)
    [wrapped] = wrapped_anew([row], kek)
    _remember(row)
    row.wrapped, row.centre_uid, row.cohort, row.kek_version = wrapped, centre_uid, cohort, kek.version
    row.save(update_fields=["wrapped", "centre_uid", "cohort", "kek_version"])


@transaction.atomic
def destroy(owner: Owner) -> None:
    """Forget the owner's key: its values cannot be opened again from this database.

    What wrapped it stays known, since older backups still hold it.
    """
    rows = DataKey.objects.select_for_update().filter(owner_kind=owner.kind, owner_uid=owner.uid)
    for row in rows:
        if owner.kind not in _SHORT_LIVED:
            _remember(row)
        row.delete()


def _remember(row: DataKey) -> None:
    PastWrap.objects.create(
        owner_kind=row.owner_kind,
        owner_uid=row.owner_uid,
        centre_uid=row.centre_uid,
        cohort=row.cohort,
        kek_version=row.kek_version,
        until=timezone.now(),
    )


def every_wrap(owner: Owner) -> list[Kek]:
    """Every KEK under which a copy of the owner's key may lie, here or in some backup; in order, each once.

    Also after the key was destroyed. A version that was retired within a cohort counts as one that wrapped it: rows
    do not keep their history, and one too many only makes a receipt wait.
    """
    now = DataKey.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid)
    past = PastWrap.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid)
    columns = ("centre_uid", "cohort", "kek_version")
    latest: dict[tuple[uuid.UUID, int], int] = {}
    for centre_uid, cohort, version in [*now.values_list(*columns), *past.values_list(*columns)]:
        latest[centre_uid, cohort] = max(version, latest.get((centre_uid, cohort), 0))
    domain = domain_of(owner.kind)
    found = {Kek(domain, centre_uid, cohort, version) for (centre_uid, cohort), version in latest.items()}
    for centre_uid, cohort in latest:
        versions = KeyVersion.objects.filter(
            domain=domain,
            centre_uid=centre_uid,
            cohort=cohort,
            version__lt=latest[centre_uid, cohort],
        )
        found |= {row.kek for row in versions}
    return sorted(found)


def is_destroyed(domain: str, centre_uid: uuid.UUID, cohort: int, version: int) -> bool:
    """Whether this KEK is beyond everybody's reach: destroyed here, and every named copy confirmed as destroyed."""
    return KeyVersion.objects.filter(
        Q(destruction__receipt_at__isnull=False),
        domain=domain,
        centre_uid=centre_uid,
        cohort=cohort,
        version=version,
        state=KeyVersion.State.DESTROYED,
    ).exists()
