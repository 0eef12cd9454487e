"""元に戻す on the page of a case: offered to whoever did the last thing to it, for ten minutes."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.records.case import Case
from cases.services import undo, undo_notes
from consult.desk import panels
from consult.desk.case import CaseView
from consult.desk.panels import Panel, Place
from consult.shell import roles
from consult.shell.accounts import Account


class UndoLast(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            kind = undo.undo(case.uid, note_uid=_uid(request.POST.get("note", "")), by=self.actor)
        except undo.NothingToUndo as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, _("元に戻しました: %(what)s") % {"what": kind.label})
        return redirect("case", uid=uid)


def _uid(text: str) -> uuid.UUID:
    """What the button sent; anything else names no note."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def offer(case: Case, actor: Account) -> dict[str, Any] | None:
    note = undo.offered(case, actor)
    if note is None:
        return None
    left = note.made_at + timedelta(minutes=undo_notes.MINUTES) - timezone.now()
    return {"note": note, "minutes": max(1, int(left.total_seconds() / 60))}


def register() -> None:
    """Called once when the app is ready."""
    panels.add_panel(Panel("undo", Place.TOP, roles.RECORD_CASES, "desk/undo.html", offer))
