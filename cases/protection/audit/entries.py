"""Writing entries: what callers say, before the chains take it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction

from cases import trace
from cases.protection.audit import chain
from cases.protection.audit.rows import digest_of
from cases.protection.models import AuditEntry
from cases.protection.redaction import Party, redact
from cases.records.centre import Actor, Centre

if TYPE_CHECKING:
    from cases.records.case import Case

REASON_LENGTH: Final = 200


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
    digest: bytes | None = None,
) -> AuditEntry:
    """An entry, not yet stored. `digest`: see `digest_of`."""
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
        reason=reason[:REASON_LENGTH],
        count=count,
        request_id=trace.request_id.get(),
        digest=digest,
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
    digest: bytes | None = None,
) -> AuditEntry:
    """Store an entry with the change it tells of: same transaction, both or neither.

    Raises ChainKeyMissing, AuditNotWritten.
    """
    row = entry(
        action, by=by, case=case, centre=centre, fields=fields, purpose=purpose, reason=reason, count=count,
        digest=digest,
    )  # fmt: skip
    chain.append([row])
    return row


def record_change(
    action: str,
    *,
    by: Actor,
    case: "Case",
    fields: Sequence[str] = (),
    purpose: str = "",
    reason: str = "",
    count: int = 1,
) -> AuditEntry:
    """Store an entry about a case that was changed, with the digest of what it holds from now on.

    In the transaction of the change, after its rows are saved. Raises as `record`.
    """
    return record(
        action, by=by, case=case, fields=fields, purpose=purpose, reason=reason, count=count,
        digest=digest_of(case),
    )  # fmt: skip


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Store many entries at once, in their order. Raises as `record`."""
    chain.append(list(entries))


def committed(row: AuditEntry) -> None:
    """Store an entry and commit it before anything is shown. Fails closed: no entry, no value.

    Raises as `record`; RuntimeError inside a transaction, whose roll-back would take the entry with it.
    """
    with transaction.atomic(durable=True):
        chain.append([row])


def typed(text: str, parties: Sequence[Party] = ()) -> str:
    """A reason as a person typed it, fit for the log: names, numbers and addresses are masked, suggestions too.

    `parties`: persons of the case, where the caller has them open.
    """
    return redact(" ".join(text.split()), parties).masked[:REASON_LENGTH] if text else ""
