"""The log of who did and saw what. One function writes it; nothing personal goes in."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction

from cases import trace
from cases.protection.models import AuditEntry
from cases.records.centre import Actor, Centre

if TYPE_CHECKING:
    from cases.records.case import Case

_REASON_LENGTH: Final = 200


def entry(
    action: str,
    *,
    by: Actor,
    case: "Case | None" = None,
    centre: Centre | None = None,
    fields: Sequence[str] = (),
    purpose: str = "",
    reason: str = "",
    count: int = 1,
) -> AuditEntry:
    """An entry, not yet stored."""
    where = case.centre if case is not None else centre
    return AuditEntry(
        action=action,
        actor_id=by.pk,
        actor_uid=by.uid,
        role=by.role,
        centre_uid=where.uid if where is not None else None,
        case_uid=case.uid if case is not None else None,
        fields=list(fields),
        purpose=purpose,
        reason=reason[:_REASON_LENGTH],
        count=count,
        request_id=trace.request_id.get(),
    )


def record(
    action: str,
    *,
    by: Actor,
    case: "Case | None" = None,
    centre: Centre | None = None,
    fields: Sequence[str] = (),
    purpose: str = "",
    reason: str = "",
    count: int = 1,
) -> AuditEntry:
    """Store an entry with the change it tells of: same transaction, both or neither."""
    row = entry(
        action, by=by, case=case, centre=centre, fields=fields, purpose=purpose, reason=reason, count=count
    )
    row.save(force_insert=True)
    return row


def record_all(entries: Iterable[AuditEntry]) -> None:
    AuditEntry.objects.bulk_create(entries)


def committed(row: AuditEntry) -> None:
    """Store an entry and commit it before anything is shown. Fails closed: no entry, no value.

    Raises RuntimeError inside a transaction, whose roll-back would take the entry with it.
    """
    with transaction.atomic(durable=True):
        row.save(force_insert=True)
