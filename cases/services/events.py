"""What happened to a case, in order: its own events, what its other rows tell, and what other rooms bring."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from cases.law import calendar, states
from cases.law.states import Event, State
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.events import CaseEvent
from cases.records.follow_up import FollowUp


@dataclass(frozen=True)
class Happened:
    """One event, whoever keeps it. `follow_up`: the 経過 with its words, by uid."""

    code: Event
    at: datetime
    by: str = ""
    yen: int | None = None
    follow_up: uuid.UUID | None = None


Source = Callable[[Case], list[Happened]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """From now on `source` tells of what another room keeps (決裁, 登録): a query or two, vouched where it decides."""
    if name in _sources:
        raise ValueError(f"the source {name} is registered twice")
    _sources[name] = source


def note(
    case: Case,
    code: Event,
    *,
    by: Actor,
    at: datetime | None = None,
    uid: uuid.UUID | None = None,
    yen: int | None = None,
    follow_up: FollowUp | None = None,
) -> CaseEvent:
    """Append one event, in the caller's transaction, which holds the case's row and leaves the audit entry."""
    return CaseEvent.objects.create(
        uid=uid or uuid.uuid4(),
        case=case,
        code=code,
        at=at or timezone.now(),
        by_id=by.pk,
        yen=yen,
        follow_up=follow_up,
    )


def of(case: Case) -> list[Happened]:
    """Every event of the case, oldest first; two queries and those of the other rooms."""
    own = [
        Happened(Event(row.code), row.at, str(row.by or ""), row.yen, row.follow_up.uid if row.follow_up else None)
        for row in CaseEvent.objects.filter(case=case).select_related("by", "follow_up").defer(
            "follow_up__text", "follow_up__text_redacted"
        )
    ]  # fmt: skip
    kept = FollowUp.objects.filter(case=case, withdrawn_at=None)
    contacts = kept.order_by("happened_at").values_list("happened_at", flat=True)
    found = [Happened(Event.RECEIVED, case.received_at, str(case.counsellor or ""))]
    found += [Happened(Event.CONTACTED, at) for at in contacts[:1]]
    found += own + _closed_without_event(case, own)
    for source in _sources.values():
        found += source(case)
    return sorted(found, key=lambda one: one.at)


def _closed_without_event(case: Case, own: list[Happened]) -> list[Happened]:
    """A ledger's case, and one that was closed before there were events, is closed all the same."""
    turns = [one.code for one in own if one.code in (Event.CLOSED, Event.REOPENED)]
    if case.closed_on is None or turns[-1:] == [Event.CLOSED]:
        return []
    midnight = datetime.combine(case.closed_on, time(0), tzinfo=calendar.TOKYO)
    return [Happened(Event.CLOSED, max(midnight, case.received_at))]


def state(case: Case) -> State:
    """Where the case stands now."""
    return states.state_of(one.code for one in of(case))
