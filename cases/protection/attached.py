"""The door to attached files: a person sees a content, and the log knew it before they did.

What is asked of the person is what `reveal` asks for the case. A file opens only for the case it was attached to: the
case's uid is bound into the name and into every piece.
"""

from collections.abc import Iterator

from cases.protection import audit, file_names, keys, streams
from cases.protection.reveal import grounds
from cases.protection.sealed import SealBroken
from cases.records.attachment import Attachment
from cases.records.centre import Actor


def open_file(
    row: Attachment, action: str, *, by: Actor, purpose: str = "", reason: str = ""
) -> tuple[str, Iterator[bytes]]:
    """The name and the pieces of a file; the entry `action` in the log is committed before either is opened.

    The caller has found `row` in the actor's scope. The file was read through once before its first piece is given
    out, so a damaged one gives nothing at all. Refuses to run inside a transaction.
    Raises PurposeNeeded, ReasonNeeded, BreakGlassNeeded, KeyMissing, SealBroken.
    """
    purpose, reason = grounds(row.case, by, purpose, reason.strip())
    audit.committed(
        audit.entry(action, by=by, case=row.case, fields=["attachment"], purpose=purpose, reason=reason)
    )
    name = file_names.opened(row, keys.sealer(row.sealed_owner, centre_uid=row.case.centre.uid))
    if sum(len(piece) for piece in _pieces(row)) != row.size:
        raise SealBroken
    return name, _pieces(row)


def _pieces(row: Attachment) -> Iterator[bytes]:
    return streams.iter_pieces(row.sealed_owner, belongs_to=row.case.uid)
