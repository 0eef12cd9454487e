"""From a proposal to what is made of it: what an address says of one, and the link that stays.

A page that begins something takes `?theme=&audience=&area=&proposal=` in its address: `wished` reads them. When the row
is saved, `acted` writes the link, in the same transaction.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.figures.trends import GROUPS
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind
from outreach.planning.models import Place, Proposal, ProposalAction


@dataclass(frozen=True)
class Wished:
    """What an address wishes a form to begin with; empty where it says nothing that exists."""

    theme: str = ""
    audience: str = ""
    area: str = ""
    age_group: str = ""
    proposal: uuid.UUID | None = None


def wished(given: Mapping[str, str], *, actor: Actor, centre: Centre) -> Wished:
    """The address read: an unknown 手口 or district, and a proposal of another centre, are left out.

    `audience` is as given: the form that takes it knows which audiences there are.
    """
    found = proposal_of(given.get("proposal"), actor)
    theme, area = given.get("theme", ""), given.get("area", "")
    return Wished(
        theme=theme if theme in codes.codes(Kind.SCAM_TYPE).by_code else "",
        audience=given.get("audience", ""),
        area=area if area in dict(area_choices(centre)) else "",
        age_group=found.age_group if found and found.age_group in GROUPS else "",
        proposal=found.uid if found else None,
    )


def proposal_of(given: object, actor: Actor) -> Proposal | None:
    """The proposal of the actor's scope that an address or a form names; None for anything else."""
    try:
        return (
            Proposal.objects.visible_to(actor).select_related("plan__centre").get(uid=uuid.UUID(str(given)))
        )
    except (ValueError, Proposal.DoesNotExist):
        return None


def acted(*, proposal: object, kind: str, target: uuid.UUID, by: Actor) -> ProposalAction | None:
    """Write that `target` (a row of the room of this kind) was begun from the proposal; told twice, it is one link.

    `proposal` is a uid as an address or form gave it. None where it names no proposal of the actor's centres: what
    was begun is not refused for it. In the caller's transaction. Raises ValueError for an unknown kind.
    """
    if kind not in ProposalAction.NAMES:
        raise ValueError(f"no such kind of action: {kind}")
    found = proposal_of(proposal, by) if proposal else None
    if found is None:
        return None
    who: dict[str, Any] = {"by_id": by.pk}
    action, is_new = ProposalAction.objects.get_or_create(
        proposal=found, kind=kind, target_uid=target, defaults=who
    )
    if is_new:
        audit.record("PROPOSAL_FOLLOWED", by=by, centre=found.plan.centre, reason=kind)
    return action


def begun_from(target: uuid.UUID, actor: Actor) -> Proposal | None:
    """The proposal that a row was begun from, for its page; None where there is none in the actor's scope."""
    return (
        Proposal.objects.visible_to(actor)
        .select_related("plan")
        .filter(actions__target_uid=target)
        .order_by("actions__at")
        .first()
    )


# --- What became of it ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Target:
    """One row that was begun, as its room tells it: `result` in words, empty while there is none; `people` reached."""

    uid: uuid.UUID
    label: str
    state: str
    url_name: str
    result: str = ""
    people: int | None = None


@dataclass(frozen=True)
class Step:
    """What was begun, when and from which proposal."""

    kind: str
    at: datetime
    proposal: uuid.UUID
    target: Target


Find = Callable[[Sequence[uuid.UUID], Actor], Sequence[Target]]
_finders: Final[dict[str, Find]] = {}


def register(kind: str, find: Find) -> None:
    """From now on a proposal's page shows what `find` says of rows of this kind. Once, when the app is ready."""
    if kind not in ProposalAction.NAMES or kind in _finders:
        raise ValueError(f"{kind} is unknown or registered twice")
    _finders[kind] = find


def trail(place: Place, actor: Actor) -> list[Step]:
    """What was begun from any plan's proposal of this place, the newest first. One query, and one per kind found.

    A row that its room no longer shows to the actor is left out.
    """
    found = list(
        ProposalAction.objects.filter(
            proposal__in=Proposal.objects.visible_to(actor).at(place),
        )
        .select_related("proposal")
        .order_by("-at", "-pk")
    )
    known: dict[tuple[str, uuid.UUID], Target] = {}
    for kind in dict.fromkeys(action.kind for action in found):
        uids = [action.target_uid for action in found if action.kind == kind]
        told = _finders[kind](uids, actor) if kind in _finders else []
        known.update({(kind, target.uid): target for target in told})
    return [
        Step(action.get_kind_display(), action.at, action.proposal.uid, target)
        for action in found
        if (target := known.get((action.kind, action.target_uid))) is not None
    ]
