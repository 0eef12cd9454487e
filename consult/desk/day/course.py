"""経緯: where a case stands on its way, and the coded events from which that follows."""

import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.law.states import State, state_of
from cases.protection import audit
from cases.services import events
from consult.desk.case import CaseView

_WAY: Final = (
    State.RECEIVED,
    State.AT_WORK,
    State.CLOSED,
    State.IN_APPROVAL,
    State.APPROVED,
    State.REGISTERED,
)
_STANDS_IN_FOR: Final = {State.IN_MEDIATION: State.AT_WORK, State.RETURNED: State.IN_APPROVAL}
"""States beside the straight way, and the one of it that they take the place of."""


@dataclass(frozen=True)
class Station:
    """One state of the way: passed, the present one, or to come."""

    label: str
    is_passed: bool
    is_here: bool


def way_to(state: State) -> list[Station]:
    """The straight way, with the present state in its place."""
    here = _WAY.index(_STANDS_IN_FOR.get(state, state))
    return [
        Station(str((state if n == here else one).label), is_passed=n < here, is_here=n == here)
        for n, one in enumerate(_WAY)
    ]


class CoursePage(CaseView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        happened = events.of(case)
        context = {
            "case": case,
            "way": way_to(state_of(one.code for one in happened)),
            "events": happened,
            "minutes": case.follow_ups.aggregate(n=Sum("minutes"))["n"],
        }
        return render(request, "desk/day/course.html", context)
