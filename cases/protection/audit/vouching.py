"""What the log vouches for: a row of another table counts as decided by a person only where a genuine entry says so.

Whoever can write to the database can put in a row that says "approved" or "opened", but no entry of the log whose MAC
fits: that takes a chain key. Deeds that open something or destroy it ask here, and not the row alone.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

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
    until: datetime | None = None,
) -> Iterator[AuditEntry]:
    """The genuine entries of this action that fit, newest first. A missing chain key vouches for nothing."""
    reason = None if reason is None else reason[:REASON_LENGTH]
    given = {"actor_uid": actor_uid, "case_uid": case_uid, "centre_uid": centre_uid, "reason": reason}
    found = AuditEntry.objects.filter(action=action, **{k: v for k, v in given.items() if v is not None})
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lte=until)
    yield from (row for row in found.order_by("-at", "-pk")[:_MOST] if is_genuine(row))


def last_vouched(actions: Collection[str], case_uids: Collection[UUID]) -> dict[UUID, AuditEntry]:
    """The newest genuine entry of any of these actions for each case; three queries for any number of cases.

    What is not genuine is passed over. The caller keeps the number of cases to what a page shows.
    """
    rows = AuditEntry.objects.filter(action__in=actions, case_uid__in=case_uids).order_by("-at", "-pk")
    found = [row for row in rows if row.case_uid is not None]
    before = _macs_before(found)
    newest: dict[UUID, AuditEntry] = {}
    for row in found:
        if row.case_uid is not None and row.case_uid not in newest and _fits(row, before):
            newest[row.case_uid] = row
    return newest


def vouched_among(action: str, about: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of many (case, reason) that a genuine entry of this action stands behind: two queries for all of them."""
    reasons = {reason[:REASON_LENGTH] for _case, reason in about}
    rows = list(
        AuditEntry.objects.filter(
            action=action, case_uid__in={case for case, _reason in about}, reason__in=reasons
        )
    )
    before = _macs_before(rows)
    genuine = {(row.case_uid, row.reason) for row in rows if _fits(row, before)}
    return {(case, reason) for case, reason in about if (case, reason[:REASON_LENGTH]) in genuine}


def vouched_reasons(action: str, centre_uid: UUID, reasons: Collection[str]) -> set[str]:
    """Those of many reasons at one centre that a genuine entry of this action stands behind: two queries for all."""
    cut = {reason[:REASON_LENGTH] for reason in reasons}
    rows = list(AuditEntry.objects.filter(action=action, centre_uid=centre_uid, reason__in=cut))
    before = _macs_before(rows)
    genuine = {row.reason for row in rows if _fits(row, before)}
    return {reason for reason in reasons if reason[:REASON_LENGTH] in genuine}


def _macs_before(rows: Sequence[AuditEntry]) -> dict[tuple[str, int], bytes]:
    """The MACs of the entries that stand before these in their chains."""
    places: dict[str, set[int]] = {}
    for row in rows:
        if row.seq:
            places.setdefault(row.chain, set()).add(row.seq - 1)
    if not places:
        return {}
    # One condition on both columns lets the index of the chains be used; a wrong pair costs a row and no more.
    seqs = set().union(*places.values())
    held = AuditEntry.objects.filter(chain__in=places, seq__in=seqs)
    return {
        (chain, seq): bytes(mac) for chain, seq, mac in held.values_list("chain", "seq", "mac") if seq and mac
    }


def _fits(row: AuditEntry, before: dict[tuple[str, int], bytes]) -> bool:
    key = chain_keys.all_held().get(row.chain.partition("/")[0])
    if key is None or row.mac is None or not row.seq:
        return False
    earlier = b"" if row.seq == 1 else before.get((row.chain, row.seq - 1))
    return earlier is not None and chain.mac_of(row, earlier, key) == bytes(row.mac)


def is_genuine(row: AuditEntry) -> bool:
    """Whether the entry carries the MAC that a holder of its chain's key gave it, after the entry before it.

    Says nothing about the rest of the chain; that is the verifier's.
    """
    return _fits(row, _macs_before([row]))
