"""A step of a leak, a disclosure or a request: its line on the page and its entry in the log, together."""

import uuid

from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.steps import RecordStep


def record(
    action: str,
    subject_uid: uuid.UUID,
    *,
    centre: Centre,
    by: Actor,
    count: int | None = None,
    more: str = "",
) -> None:
    """In the caller's transaction. The entry names the subject by its uid; `more` holds no personal value."""
    reason = f"{subject_uid} {more}".strip()
    audit.record(action, by=by, centre=centre, reason=reason, count=1 if count is None else count)
    RecordStep.objects.create(subject_uid=subject_uid, code=action, by_id=by.pk, count=count)
