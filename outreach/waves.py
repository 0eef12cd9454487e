"""From a surge to what is done about it: the drafts that begin at its card, and what became of them."""

import uuid

from django.utils.translation import gettext as _

from cases.figures import surge_actions
from cases.figures.surge_actions import Action, Begin
from cases.figures.surge_log import reading
from cases.figures.surge_log.models import SurgeWave
from cases.records.centre import Actor
from consult.shell import roles
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture


def wave_of(given: object, actor: Actor) -> SurgeWave | None:
    """The wave of the actor's scope that an address or a form names; None for anything else."""
    try:
        return reading.wave_of(uuid.UUID(str(given)), by=actor)
    except (ValueError, SurgeWave.DoesNotExist):
        return None


def uid_of(given: object, actor: Actor) -> uuid.UUID | None:
    found = wave_of(given, actor) if given else None
    return found.uid if found else None


def _bulletins(wave: uuid.UUID, actor: Actor) -> list[Action]:
    rows = Bulletin.objects.visible_to(actor).filter(wave=wave).only("uid", "title", "state", "created_at")
    kind = _("見守り通信")
    return [
        Action(kind, row.title, row.get_state_display(), row.created_at, "bulletin", row.uid) for row in rows
    ]


def _lectures(wave: uuid.UUID, actor: Actor) -> list[Action]:
    rows = Lecture.objects.visible_to(actor).for_list().filter(wave=wave)
    return [
        Action(_("講座"), row.title, row.get_state_display(), row.created_at, "lecture", row.uid)
        for row in rows
    ]


def register() -> None:
    """Called once when the app is ready."""
    surge_actions.register(
        "bulletins",
        _bulletins,
        lambda: Begin(roles.WRITE_BULLETINS, _("見守り通信にする"), "bulletin-new"),
        is_first=True,
    )
    surge_actions.register(
        "lectures", _lectures, lambda: Begin(roles.PLAN_LECTURES, _("講座にする"), "lecture-new")
    )
