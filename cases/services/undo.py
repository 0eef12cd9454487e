"""元に戻す: whoever did the last thing to a case takes it back within ten minutes, if nothing happened since.

Nothing is deleted: a 経過 stays in the record, withdrawn; values come back as they were. Each is a change of its own
in the log.
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law.states import Event
from cases.protection import audit, keys, match
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.custody import HandOver
from cases.records.follow_up import FollowUp
from cases.records.undo import UndoNote
from cases.services import custody, events, followup, undo_notes
from cases.services.undo_notes import MINUTES, Kind

_Body = dict[str, Any]


class NothingToUndo(CasesError):
    """Too late, somebody else's deed, taken back already, or something happened to the case since."""

    code: ClassVar[str] = "nothing_to_undo"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("元に戻せません。%(n)d分が過ぎたか、もう戻したか、その後に変更がありました。") % {"n": MINUTES}
        )


def offered(case: Case, by: Actor) -> UndoNote | None:
    """What this person may take back, as far as the note in the open tells; `undo` looks closer."""
    since = timezone.now() - timedelta(minutes=MINUTES)
    note = UndoNote.objects.filter(case=case, account=by.pk, made_at__gt=since).defer("body").first()
    return note if note is not None and note.revision == case.revision else None


@transaction.atomic
def undo(case_uid: uuid.UUID, *, note_uid: uuid.UUID, by: Actor) -> Kind:
    """Take back the deed that this note is about.

    Raises Case.DoesNotExist, NothingToUndo, ChangedByHand, KeyMissing.
    """
    case = followup.locked(case_uid, by=by)
    note = UndoNote.objects.filter(uid=note_uid, case=case).select_related("case").first()
    if note is None:
        raise NothingToUndo
    body = _genuine(note, case, by)
    kind = Kind(body["kind"])
    note.delete()
    _HOW[kind](case, body, by)
    return kind


def _genuine(note: UndoNote, case: Case, by: Actor) -> _Body:
    """What the note holds, if it is this person's, in time, and the case is what the deed left.

    Raises NothingToUndo.
    """
    body: _Body = json.loads(keys.sealer(case.sealed_owner).open(note, "body") or "{}")
    if not body or body["by"] != by.uid.hex:
        raise NothingToUndo
    at = datetime.fromisoformat(body["at"])
    is_late = timezone.now() - at > timedelta(minutes=MINUTES)
    if is_late or body["digest"] != undo_notes.recorded_digest(case):
        raise NothingToUndo
    if ApprovalStep.objects.filter(case=case, made_at__gt=at).exists():
        raise NothingToUndo
    return body


def _columns(case: Case, body: _Body, by: Actor) -> None:
    """Closed again, or open again; 処理概要 as it was."""
    undo_notes.put_back_columns(case, body["columns"])
    followup.move_keys(case)
    events.note(case, Event.REOPENED if case.is_open else Event.CLOSED, by=by)
    followup._changed(case, f"UNDONE_{body['kind']}", by)


def _correction(case: Case, body: _Body, by: Actor) -> None:
    undo_notes.put_back_columns(case, body["columns"])
    undo_notes.put_back_rows(case, body["rows"])
    match.retag(case)
    followup._changed(case, f"UNDONE_{body['kind']}", by)


def _follow_up(case: Case, body: _Body, by: Actor) -> None:
    _withdraw_follow_up(case, uuid.UUID(body["subjects"][0]), by)
    followup._changed(case, f"UNDONE_{body['kind']}", by)


def _withdraw_follow_up(case: Case, uid: uuid.UUID, by: Actor) -> None:
    row = FollowUp.objects.filter(uid=uid, case=case, withdrawn_at=None).first()
    if row is None:
        raise NothingToUndo
    row.withdrawn_at, row.withdrawn_by_id = timezone.now(), by.pk
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _link(case: Case, body: _Body, by: Actor) -> None:
    custody.unlink(case.uid, other_uid=uuid.UUID(body["subjects"][0]), by=by)
    audit.record(f"UNDONE_{body['kind']}", by=by, case=case)


def _hand_over(case: Case, body: _Body, by: Actor) -> None:
    offer, *notes = (uuid.UUID(uid) for uid in body["subjects"])
    row = HandOver.objects.filter(uid=offer, case=case, taken_at=None, withdrawn_at=None).first()
    if row is None:
        raise NothingToUndo
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    for uid in notes:
        _withdraw_follow_up(case, uid, by)
    followup._changed(case, f"UNDONE_{body['kind']}", by)


_HOW: Final[dict[Kind, Callable[[Case, _Body, Actor], None]]] = {
    Kind.CLOSE: _columns,
    Kind.REOPEN: _columns,
    Kind.CORRECTION: _correction,
    Kind.FOLLOW_UP: _follow_up,
    Kind.LINK: _link,
    Kind.HAND_OVER: _hand_over,
}
