"""Chains: each entry carries a MAC over itself and the entry before it.

One chain per case; for what concerns no case, one per centre and day; for the rest one per actor and day. So writers
of different cases never wait for each other, and a change of one row breaks one chain at a place that has a name.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection.audit import chain_keys, storing
from cases.protection.audit.chain_keys import ChainKey
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry

# Somebody may begin the same chain at the same moment; each round somebody gets through.
_ROUNDS: Final = 5
# The action of the one entry that begins the chains of a database.
BEGUN: Final = "CHAINS_BEGUN"
_encode: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_CHUNK: Final = 500


class AuditNotWritten(CasesError):
    """The entry could not be stored; what it tells of does not happen and is not shown."""

    code: ClassVar[str] = "audit_not_written"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(_("操作記録を書けないため、表示も変更もできません。"))


def chain_of(row: AuditEntry, key: ChainKey, moment: datetime) -> str:
    """The name of the chain that the entry belongs to, written at this moment."""
    if row.action == BEGUN:
        return f"{key.name}/begin"
    return f"{key.name}/{subject_of(row.case_uid, row.centre_uid, row.actor_uid, moment)}"


def subject_of(
    case_uid: uuid.UUID | None, centre_uid: uuid.UUID | None, actor_uid: uuid.UUID, moment: datetime
) -> str:
    """What a chain's name says after its key: `case/…`, `centre/…/<day>`, `actor/…/<day>` (days in Japan)."""
    if case_uid is not None:
        return f"case/{case_uid.hex}"
    day = calendar.local_date(moment).isoformat()
    return f"centre/{centre_uid.hex}/{day}" if centre_uid is not None else f"actor/{actor_uid.hex}/{day}"


def canonical(
    chain: str,
    seq: int,
    at: datetime,
    values: Sequence[object],
    fields: Sequence[str],
    digest: bytes | memoryview | None,
) -> bytes:
    """The bytes that the MAC covers: one JSON list, so that no two entries give the same bytes.

    `values`: action, actor, actor's uid, role, centre, case, purpose, reason, count, request.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    plain = [value.hex if isinstance(value, uuid.UUID) else value for value in values]
    held = bytes(digest).hex() if digest is not None else None
    return _encode([chain, seq, moment, *plain, fields, held]).encode("ascii")


def mac_of(row: AuditEntry, before: bytes, key: ChainKey) -> bytes:
    values = (
        row.action, row.actor_id, row.actor_uid, row.role, row.centre_uid, row.case_uid, row.purpose, row.reason,
        row.count, row.request_id,
    )  # fmt: skip
    return key.mac(before + canonical(row.chain, row.seq or 0, row.at, values, row.fields, row.digest))


def append(rows: Sequence[AuditEntry]) -> None:
    """Give the entries their time and place in their chains, and store them; in the caller's transaction, if any.

    Raises ChainKeyMissing, AuditNotWritten, DatabaseError; then nothing is stored.
    """
    if not rows:
        return
    key = chain_keys.writing()
    moment = timezone.now()
    for row in rows:
        row.chain = chain_of(row, key, moment)
    # No savepoint: a caller that swallows the failure must not commit its change without the entry.
    with transaction.atomic(savepoint=False):
        if len(rows) > 1:
            _append_all(rows, key, _locked({row.chain for row in rows}))
        elif (head := storing.lock_one(rows[0].chain)) is not None:
            _link(rows, {head.chain: head}, key)
            storing.put_one(rows[0], head)
        else:
            _append_all(rows, key, {})


def _append_all(rows: Sequence[AuditEntry], key: ChainKey, held: dict[str, AuditHead]) -> None:
    """`held`: the heads of these chains that exist, locked. Looked for again where somebody began one meanwhile."""
    for _round in range(_ROUNDS):
        new = _link(rows, held, key)
        if _begin(new):
            break
        held = _locked({row.chain for row in rows})
    else:
        raise AuditNotWritten
    AuditEntry.objects.bulk_create(rows, batch_size=_CHUNK)
    for head in held.values():
        AuditHead.objects.filter(pk=head.pk).update(seq=head.seq, mac=head.mac, is_due=True)


def _locked(chains: Iterable[str]) -> dict[str, AuditHead]:
    """The heads of the chains that exist, locked in the order of their names."""
    names = sorted(chains)
    found: dict[str, AuditHead] = {}
    for start in range(0, len(names), _CHUNK):
        heads = AuditHead.objects.filter(chain__in=names[start : start + _CHUNK]).order_by("chain")
        found |= {head.chain: head for head in heads.select_for_update()}
    return found


def _link(rows: Sequence[AuditEntry], held: dict[str, AuditHead], key: ChainKey) -> list[AuditHead]:
    """Put each entry behind the end of its chain; returns heads for chains that begin here.

    The time is taken under the lock, so that it never goes back within a chain.
    """
    now = timezone.now()
    new: dict[str, AuditHead] = {}
    for row in rows:
        head = held.get(row.chain) or new.setdefault(row.chain, AuditHead(chain=row.chain, seq=0, mac=b""))
        row.at, row.seq = now, head.seq + 1
        row.mac = mac_of(row, bytes(head.mac), key)
        head.seq, head.mac = row.seq, row.mac
    return [new[chain] for chain in sorted(new)]


def _begin(heads: Sequence[AuditHead]) -> bool:
    """Store the heads of new chains; False where somebody else began one of them meanwhile."""
    if not heads:
        return True
    try:
        with transaction.atomic():
            AuditHead.objects.bulk_create(heads, batch_size=_CHUNK)
    except IntegrityError:
        return False
    return True
