"""What became of a proposal, as the rooms of lectures and bulletins tell it."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Actor
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from outreach.planning import links
from outreach.planning.links import Target
from outreach.planning.models import ProposalAction


def _lectures(uids: Sequence[uuid.UUID], actor: Actor) -> list[Target]:
    rows = Lecture.objects.visible_to(actor).for_list().filter(uid__in=uids)
    return [
        Target(row.uid, row.title, row.get_state_display(), "lecture", _held(row), row.people) for row in rows
    ]


def _held(row: Lecture) -> str:
    if row.state != Lecture.State.DONE:
        return ""
    values = {"day": calendar.wareki(row.held_on), "people": row.people, "views": row.views}
    if row.people is not None:
        return _("%(day)sに実施、参加%(people)s人") % values
    return _("%(day)sに実施、視聴%(views)s回") % values if row.views else _("%(day)sに実施") % values


def _bulletins(uids: Sequence[uuid.UUID], actor: Actor) -> list[Target]:
    rows = (
        Bulletin.objects.visible_to(actor)
        .filter(uid__in=uids)
        .only("uid", "title", "state", "number", "issued_at")
    )
    return [Target(row.uid, row.title, row.get_state_display(), "bulletin", _issued(row)) for row in rows]


def _issued(row: Bulletin) -> str:
    if row.issued_at is None:
        return ""
    return _("%(day)sに第%(number)s号として発行") % {
        "day": calendar.wareki(calendar.local_date(row.issued_at)),
        "number": row.number,
    }


def register() -> None:
    """Called once when the app is ready."""
    links.register(ProposalAction.Kind.LECTURE, _lectures)
    links.register(ProposalAction.Kind.CLASS, _lectures)
    links.register(ProposalAction.Kind.BULLETIN, _bulletins)
