"""気づき as 啓発 sees them: number, member, day, district, state, and how handing over went. Nothing of a person."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import area_choices
from cases.records.worries import Worry
from cases.services import watch_verdicts, worries
from consult.shell import roles
from consult.shell.web import StaffView

PAGE: Final = 50
_STAGES: Final = {"NEW", "WAITING", "BEGUN"}


class NetworkWorries(StaffView):
    """The 気づき of the centre, the newest first, and what came of them by kind of member in this 年度."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        year = calendar.fiscal_year(calendar.today())
        found = Worry.objects.visible_to(self.actor).with_case().defer(*Worry.SEALED)
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        labels, rows = dict(area_choices(self.actor.centre)), list(page)
        vouched = worries.genuine(rows)
        context = {
            "page": page,
            "rows": [(row, labels.get(row.area, row.area), _stage(row), row.pk in vouched) for row in rows],
            "kinds": worries.summary(self.actor.centre_ids, *calendar.fiscal_year_range(year)),
            "year": year,
            "shares": watch_verdicts.for_outreach(self.actor.centre, year - 1),
        }
        return render(request, "outreach/network/worries.html", context)


def _stage(worry: Worry) -> str:
    stage = worries.stage_of(worry)
    return _("相談員が対応中") if stage in _STAGES else str(worry.get_state_display())
