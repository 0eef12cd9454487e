"""啓発: what rises, for whom, and what to make of it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.figures import freshness
from consult.shell import roles
from consult.shell.web import StaffView
from outreach.lectures.models import Lecture
from outreach.planning.topics import board

COMING = 5


class Planning(StaffView):
    """Counts only: no way leads from here to a case."""

    permission = roles.VIEW_TRENDS

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = board(self.actor.centre_ids)
        may_plan = self.actor.may(roles.PLAN_LECTURES)
        coming = (
            Lecture.objects.visible_to(self.actor)
            .for_list()
            .standing()
            .filter(held_on__gte=shown.last)
            .order_by("held_on", "starts_at")[:COMING]
        )
        context = {
            "board": shown,
            "fresh": freshness.freshness(
                self.actor.centre_ids, start=shown.start, end=shown.last + timedelta(days=1)
            ),
            "may_plan": may_plan,
            "may_write": self.actor.may(roles.WRITE_BULLETINS),
            "coming": list(coming) if may_plan else [],
        }
        return render(request, "outreach/planning.html", context)
