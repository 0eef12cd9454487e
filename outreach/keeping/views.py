"""連絡先の保存: for how many years persons of 啓発 are kept, and who is forgotten next."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.jobs.models import Job
from cases.law import calendar
from cases.services.retention.rules import Period
from consult.shell import roles
from consult.shell.fields import done
from consult.shell.web import StaffView
from outreach.keeping import kinds, nightly, services
from outreach.keeping.forms import YearsForm

AHEAD: Final = timedelta(days=90)
MOST: Final = 200


class Keeping(StaffView):
    """The years, and who falls due within `AHEAD`, with nothing of a person."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        periods = services.periods_of(self.actor.centre)
        form = YearsForm(initial={code: some[-1].years for code, some in periods.items()})
        return self.page(request, form)

    def page(self, request: HttpRequest, form: YearsForm, status: int = 200) -> HttpResponse:
        centre, today = self.actor.centre, calendar.today()
        periods = services.periods_of(centre)
        falling = services.falling_due(centre, today + AHEAD)
        context = {
            "form": form,
            "rows": [(kind, *_years(periods.get(kind.code), today)) for kind in kinds.kinds.values()],
            "falling": falling[:MOST],
            "count": len(falling),
            "today": today,
            "may_set": self.actor.may(roles.KEEP_RETENTION),
            "last_run": Job.objects.filter(kind=nightly.JOB, state=Job.State.DONE)
            .order_by("-finished_at")
            .first(),
            "has_errors": status == 422,
        }
        return render(request, "outreach/keeping/keeping.html", context, status=status)


def _years(periods: list[Period] | None, today: date) -> tuple[int | None, Period | None]:
    """The years in force, and those that hold later; None for a kind whose years are set elsewhere."""
    if periods is None:
        return None, None
    return services.years_on(periods, today), periods[-1] if periods[-1].from_on > today else None


class SetYears(Keeping):
    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("outreach-keeping")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = YearsForm(request.POST)

        def act() -> None:
            services.set_years(form.wanted(), centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("保存の年数を決めました。")):
            return redirect("outreach-keeping")
        return self.page(request, form, status=422)
