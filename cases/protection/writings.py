"""The door to what the desk itself wrote about a case and keeps under its key: letters, notices, what was handed over.

It opens nothing that the caller told as such: those values have `reveal`. The same rule holds for both.
"""

from collections.abc import Sequence

from cases.protection import audit, keys, watch
from cases.protection.purpose import Purpose
from cases.protection.reveal import grounds
from cases.protection.sealed import HoldsSealed
from cases.records.case import Case
from cases.records.centre import Actor


def opened(
    action: str,
    rows: Sequence[tuple[HoldsSealed, str]],
    *,
    case: Case,
    by: Actor,
    fields: Sequence[str],
    about: str,
) -> list[str]:
    """The texts of (row, field) in order, empty where none is stored; the entry in the log is committed before.

    `case` lies in the actor's scope and brings its centre; all rows are sealed under its key. `fields`: which of the
    case's values the texts may hold, by the names of `reveal`. `about`: what tells the writing from others; codes and
    uids alone. The purpose is 相談対応: whoever opens a letter is writing or sending it.
    Raises BreakGlassNeeded, KeyMissing, SealBroken; ValueError for a row of another owner.
    """
    if any(row.sealed_owner != case.sealed_owner for row, _field in rows):
        raise ValueError("a row of another owner")
    purpose, _reason = grounds(case, by, Purpose.CONSULTATION, "")
    audit.committed(
        audit.entry(action, by=by, case=case, fields=sorted(fields), purpose=purpose, reason=about)
    )
    sealer = keys.sealer(case.sealed_owner, centre_uid=case.centre.uid)
    texts = [sealer.open(row, field) for row, field in rows]
    watch.note(watch.Kind.REVEALS, by=by, centre=case.centre)
    return texts


def may_open(case: Case, by: Actor) -> None:
    """Raises BreakGlassNeeded where this person may not open writings of the case now."""
    grounds(case, by, Purpose.CONSULTATION, "")
