"""What the log vouches for: a row of another table counts as decided by a person only where a genuine entry says so.

Whoever can write to the database can put in a row that says "approved" or "opened", but no entry of the log whose MAC
fits: that takes a chain key. Deeds that open something or destroy it ask here, and not the row alone.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from cases.protection.audit import chain, chain_keys
from cases.protection.audit.entries import REASON_LENGTH
from cases.protection.models import AuditEntry

# Newest first; more forged entries than these before a genuine one only make a deed refuse.
_MOST: Final = 50


def vouched(
    action: str,
    *,
    actor_uid: UUID | None = None,
    case_uid: UUID | None = None,
    centre_uid: UUID | None = None,
    reason: str | None = None,
    since: datetime | None = None,
) -> Iterator[AuditEntry]:
    """The genuine entries of this action that fit, newest first. A missing chain key vouches for nothing."""
    reason = None if reason is None else reason[:REASON_LENGTH]
    given = {"actor_uid": actor_uid, "case_uid": case_uid, "centre_uid": centre_uid, "reason": reason}
    found = AuditEntry.objects.filter(action=action, **{k: v for k, v in given.items() if v is not None})
    if since is not None:
        found = found.filter(at__gte=since)
    yield from (row for row in found.order_by("-at", "-pk")[:_MOST] if is_genuine(row))


def is_genuine(row: AuditEntry) -> bool:
    """Whether the entry carries the MAC that a holder of its chain's key gave it, after the entry before it.

    Says nothing about the rest of the chain; that is the verifier's.
    """
    key = chain_keys.all_held().get(row.chain.partition("/")[0])
    if key is None or row.mac is None or not row.seq:
        return False
    before = b"" if row.seq == 1 else _mac_at(AuditEntry.objects.filter(chain=row.chain, seq=row.seq - 1))
    return before is not None and chain.mac_of(row, before, key) == bytes(row.mac)


def _mac_at(rows: QuerySet[AuditEntry]) -> bytes | None:
    held = rows.values_list("mac", flat=True).first()
    return bytes(held) if held is not None else None
