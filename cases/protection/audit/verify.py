"""The verifier: reads the whole log and names what is wrong with it, and where. Memory stays flat.

`chains` checks each entry against its chain, `checkpoints_of` the signed lists against the entries and against copies
that had left the machine, `stored.cases` what the cases hold now against what their last change left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from cases.protection.audit import append_only, chain, chain_keys
from cases.protection.audit.beginning import before_chains
from cases.protection.audit.chain_keys import ChainKey
from cases.protection.audit.diagnosis import CLOCK_TOLERANCE, diagnose
from cases.protection.audit.faults import Fault, Kind
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry

Advance = Callable[[int], None]
HEADS: Final = 1000
_ROWS: Final = 2000
_COLUMNS: Final = (
    "chain", "seq", "mac", "at", "fields", "digest", "action", "actor_id", "actor_uid", "role", "centre_uid",
    "case_uid", "purpose", "reason", "count", "request_id",
)  # fmt: skip
_CHAIN: Final = itemgetter(0)


def nothing(_count: int) -> None:
    """Nobody is told how far it is."""


def machine() -> Iterator[Fault]:
    """The triggers that refuse a change."""
    for name in append_only.missing(connection):
        yield Fault(Kind.TRIGGER_MISSING, detail=name)


def unchained() -> Iterator[Fault]:
    """Entries without a MAC: those from before the chains, as they were sealed then, and no others."""
    held = chain_keys.all_held()
    begun = AuditEntry.objects.filter(action=chain.BEGUN, chain__endswith="/begin", seq=1).first()
    # A beginning that is no whole chain itself vouches for nothing.
    is_good = begun is not None and not diagnose(begun.chain, held)
    last_pk = int(begun.reason) if begun is not None and is_good else 0
    for row in AuditEntry.objects.filter(mac__isnull=True, pk__gt=last_pk).only("chain", "seq").iterator():
        if not row.chain or row.seq is None:  # the others are told of with their chain
            yield Fault(Kind.MAC_NULLED, row.chain, row.seq, row.pk)
    if begun is None or not is_good:
        return
    before = before_chains(held[begun.chain.partition("/")[0]], last_pk)
    if (before.count, before.digest) != (begun.count, bytes(begun.digest or b"")):
        yield Fault(Kind.OLD_CHANGED, begun.chain, 1, begun.pk, detail=f"{before.count}/{begun.count}")


@dataclass
class Window:
    """The chains after `after` up to `last`, in the database's own order; `last` empty: all that follow."""

    after: str
    last: str
    heads: dict[str, tuple[int, bytes]]


def windows(after: str = "") -> Iterator[Window]:
    """All chains, a thousand heads at a time."""
    while True:
        found = AuditHead.objects.filter(chain__gt=after).order_by("chain")[:HEADS]
        heads = {head.chain: (head.seq, bytes(head.mac)) for head in found}
        last = list(heads)[-1] if len(heads) == HEADS else ""
        yield Window(after, last, heads)
        if not last:
            return
        after = last


def chains(window: Window, advance: Advance = nothing, since: datetime | None = None) -> Iterator[Fault]:
    """Faults of the chains of one window. With `since`, of those alone that were written to after it."""
    held = chain_keys.all_held()
    seen: set[str] = set()
    rows = _entries(window, since).values_list(*_COLUMNS).order_by("chain", "seq", "pk")
    for name, entries in groupby(rows.iterator(chunk_size=_ROWS), key=_CHAIN):
        seen.add(name)
        if not _is_whole(name, entries, held, window.heads.get(name), advance):
            yield from diagnose(name, held)
    if since is None:
        for name in window.heads.keys() - seen:
            yield from diagnose(name, held)


def _entries(window: Window, since: datetime | None) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.filter(chain__gt=window.after)
    if window.last:
        found = found.filter(chain__lte=window.last)
    if since is not None:
        found = found.filter(chain__in=AuditEntry.objects.filter(at__gte=since).values("chain"))
    return found


def _is_whole(
    name: str,
    entries: Iterable[tuple[Any, ...]],
    held: dict[str, ChainKey],
    head: tuple[int, bytes] | None,
    advance: Advance,
) -> bool:
    """The fast look at one chain; False where it deserves the slow one. Reads all its entries either way."""
    key = held.get(name.partition("/")[0])
    is_whole, expected, before = key is not None, 0, b""
    subject = tuple(name.split("/")[1:3])
    last_at: datetime | None = None
    for row in entries:
        expected += 1
        if not is_whole or key is None:
            continue
        at, mac = row[3], row[2]
        message = chain.canonical(name, row[1] or 0, at, row[6:], row[4], row[5])
        is_whole = (
            row[1] == expected
            and mac is not None
            and key.mac(before + message) == bytes(mac)
            and (last_at is None or at >= last_at - CLOCK_TOLERANCE)
            and _speaks_of(row, subject)
        )
        before, last_at = bytes(mac or b""), at
    advance(expected)
    return is_whole and head == (expected, before)


def _speaks_of(row: tuple[Any, ...], subject: tuple[str, ...]) -> bool:
    kind, *rest = subject
    if kind == "begin":
        return bool(row[6] == chain.BEGUN)
    actor, centre, case = row[8], row[10], row[11]
    own = case if kind == "case" else centre if kind == "centre" else actor
    return bool(own is not None and rest == [own.hex])
