"""今日: where a day starts. One's open cases, unfinished drafts, and how the machine is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cases import today
from cases.jobs.worker import worker_is_seen
from cases.law import calendar
from cases.records.case import Case
from consult.desk.finding import FindForm
from consult.shell import roles
from consult.shell.drafts import Draft
from consult.shell.web import StaffView

SHOWN = 20


class Today(StaffView):
    permission = roles.SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.may(roles.RECORD_CASES):
            return redirect(roles.home_of(self.actor.role_codes))
        mine = Case.objects.visible_to(self.actor).open().filter(counsellor=self.actor)
        context = {
            "cards": today.cards(self.actor, self.actor.may),
            "drafts": list(Draft.objects.filter(account=self.actor).defer("body")[:SHOWN]),
            "open_cases": list(mine.for_list().newest_first()[:SHOWN]),
            "open_count": mine.count(),
            "today": calendar.today(),
            "find": FindForm(),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "worker_is_seen": worker_is_seen(),
        }
        return render(request, "desk/today.html", context)
