"""今日: what is next for lectures."""

from django.utils.translation import gettext as _

from cases import today
from cases.law import calendar
from cases.records.centre import Actor
from cases.today import Block, Level, Row
from consult.shell import roles
from outreach.lectures.steps.services import Step, next_steps

SHOWN = 20


def block(actor: Actor) -> Block | None:
    steps = next_steps(actor, calendar.today())
    rows = [_row(step) for step in steps[:SHOWN]]
    return Block(_("講座で次にすること"), rows, len(steps), today.loudest(rows), all_url="lecture-steps")


def _row(step: Step) -> Row:
    return Row(
        label=_("%(what)s: %(title)s") % {"what": step.what, "title": step.lecture.title},
        url_name="lecture",
        uid=step.lecture.uid,
        due=calendar.month_and_day(step.due),
        detail=step.who,
        level=Level.WARNING if step.is_late else Level.INFO,
    )


def register() -> None:
    """Called once when the app is ready."""
    today.register_block("lectures", roles.PLAN_LECTURES, block)
