"""今日: applications that wait for the office, for whoever deals with them."""

from django.utils.translation import gettext as _

from cases import today
from cases.records.centre import Actor
from cases.today import Block, Level, Row
from consult.shell import roles
from outreach.applications import turns
from outreach.applications.turns import Waiting, Who

LATE_DAYS = 7
"""So long may the office let an application wait before its line turns to a warning."""
_SHOWN = 10


def block(actor: Actor) -> Block | None:
    """What the office has to do, the longest wait first; lines show no person."""
    lines = [line for line in turns.waiting(actor) if line.turn.who is Who.OFFICE]
    if not lines:
        return None
    rows = [_row(line) for line in lines[:_SHOWN]]
    return Block(
        title=_("講座の申込み"),
        rows=rows,
        total=len(lines),
        level=today.loudest(rows),
        all_url="applications",
    )


def _row(line: Waiting) -> Row:
    is_late = line.days >= LATE_DAYS
    return Row(
        label=line.application.group_name,
        url_name="application",
        uid=line.application.uid,
        due=_("%(n)s日待ち") % {"n": line.days},
        detail=line.turn.what,
        level=Level.WARNING if is_late else Level.INFO,
    )


def register() -> None:
    today.register_block("applications", roles.PLAN_LECTURES, block)
