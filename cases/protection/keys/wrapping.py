"""Data keys: one per owner, wrapped by the KEK that its row names, bound to owner, centre, year and version."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from django.db import transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from cases.protection.keys import ledger, providers
from cases.protection.keys.errors import KeyMissing, WrapBroken
from cases.protection.keys.files import KEY_BYTES
from cases.protection.keys.kek import Kek, domain_of
from cases.protection.keys.models import KeyVersion, PastWrap
from cases.protection.models import DataKey
from cases.protection.sealed import FORMAT, UUID_LENGTH, Owner, Sealer, bound
from cases.records.centre import Centre

# Nobody asks where the keys of these lay: they hold what a person is still writing, for days.
_SHORT_LIVED: Final = frozenset({"draft"})


def kek_of(row: DataKey) -> Kek:
    return Kek(domain_of(row.owner_kind), row.centre_uid, row.cohort, row.kek_version)


def context_of(owner: Owner, kek: Kek) -> bytes:
    """What is bound into a wrapped key: a row moved to another owner, centre, year or version does not open."""
    return _before(owner.kind) + UUID_LENGTH + owner.uid.bytes + _after(kek)


@cache
def _before(owner_kind: str) -> bytes:
    return bound(b"wrap", owner_kind.encode("ascii"))


@lru_cache(1024)
def _after(kek: Kek) -> bytes:
    numbers = f"{FORMAT}/{kek.cohort}/{kek.version}".encode("ascii")
    return bound(kek.centre_uid.bytes, numbers)


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


def sealer(owner: Owner, *, centre_uid: uuid.UUID | None = None) -> Sealer:
    """The sealer of one owner. Raises KeyMissing where its key was destroyed or never made, WrapBroken.

    With `centre_uid` the key must be of that centre: a case that somebody moved to another centre by hand stays shut.
    """
    found = sealers(owner.kind, [owner.uid])
    if owner.uid not in found:
        raise KeyMissing
    if centre_uid is not None and not _lies_at(owner, centre_uid):
        raise WrapBroken
    return found[owner.uid]


def _lies_at(owner: Owner, centre_uid: uuid.UUID) -> bool:
    rows = DataKey.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid, centre_uid=centre_uid)
    return rows.exists()


def sealers(
    owner_kind: str, uids: Iterable[uuid.UUID], *, at: Collection[int] | None = None
) -> dict[uuid.UUID, Sealer]:
    """Sealers of many owners of one kind, in one query. Owners without a key are left out.

    `at`: keys of rows of centres; then owners whose key belongs to another centre are left out too, so that a row
    which somebody moved by hand stays shut (who has a key of that centre moved it, `move`).
    Raises KeyMissing, WrapBroken.
    """
    owners = {uid.hex: Owner(owner_kind, uid) for uid in uids}
    held = DataKey.objects.filter(
        owner_kind=owner_kind, owner_uid__in=[owner.uid for owner in owners.values()]
    )
    if at is not None:
        held = held.filter(centre_uid__in=Centre.objects.filter(pk__in=at).values("uid"))
    # As text: making 2,000 UUIDs anew took a third of the time of opening 1,000 keys.
    rows = held.annotate(
        owner_text=Cast("owner_uid", CharField()), centre_text=Cast("centre_uid", CharField())
    ).values_list("centre_text", "cohort", "kek_version", "owner_text", "wrapped")
    domain = domain_of(owner_kind)
    by_kek: dict[Kek, list[tuple[Owner, bytes]]] = defaultdict(list)
    for centre, cohort, version, owner, wrapped in rows:
        by_kek[_kek_named(domain, centre, cohort, version)].append(
            (owners[owner.replace("-", "")], bytes(wrapped))
        )
    return {
        owner.uid: Sealer(owner, key)
        for kek, wraps in by_kek.items()
        for owner, key in _unwrapped(kek, wraps)
    }


@lru_cache(1024)
def _kek_named(domain: str, centre: str, cohort: int, version: int) -> Kek:
    return Kek(domain, uuid.UUID(centre), cohort, version)


def _unwrapped(kek: Kek, wraps: list[tuple[Owner, bytes]]) -> Iterator[tuple[Owner, bytes]]:
    """Owners and their data keys, opened by the KEK that their rows name. Raises KeyMissing, WrapBroken."""
    pairs = [(wrapped, context_of(owner, kek)) for owner, wrapped in wraps]
    opened = providers.holding(kek).unwrap(kek, pairs)
    return zip((owner for owner, _wrapped in wraps), opened, strict=True)


def wrapped_anew(wraps: Sequence[tuple[str, bytes, bytes]], old: Kek, new: Kek) -> list[bytes]:
    """Data keys opened by one KEK and wrapped by another; nothing is stored. Raises KeyMissing, WrapBroken.

    `wraps`: owner kind, the 16 bytes of the owner's uid, wrapped key.
    """
    names = [_before(kind) + UUID_LENGTH + uid for kind, uid, _wrapped in wraps]
    before, after = _after(old), _after(new)
    opened = providers.holding(old).unwrap(
        old, [(wrap[2], name + before) for wrap, name in zip(wraps, names, strict=True)]
    )
    return providers.holding(new).wrap(
        new, [(key, name + after) for key, name in zip(opened, names, strict=True)]
    )


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
    [wrapped] = wrapped_anew([(owner.kind, owner.uid.bytes, bytes(row.wrapped))], kek_of(row), kek)
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
