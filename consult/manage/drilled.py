"""The cases behind a number: a list as they were counted, newest 受付日 first, with what is no longer there to list."""

from collections.abc import Mapping
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.figures import drilling
from cases.figures.drilling import CasesBehind, Listed
from cases.protection import audit
from cases.records.case import Case
from consult.manage.asking import Asked, NumbersForm
from consult.manage.definitions import condition_text
from consult.manage.numbers import refused
from consult.manage.offered import NOT_ENTERED
from consult.shell import roles
from consult.shell.web import StaffView

PAGE: Final = 50


class NumbersCases(StaffView):
    """`row`, `column` and `layer` name the cell; without one of them it is a total."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = NumbersForm(request.GET, centre=self.actor.centre)
        if not form.is_valid():
            return refused(request, form)
        asked = form.asked()
        at = {name: _code(request, name) for name in ("row", "column", "layer")}
        found = drilling.cases_behind(asked.question(self.actor.centre_ids), **at)
        page = Paginator(range(found.listed), PAGE).get_page(request.GET.get("page"))
        cases = self._cases(found, max(0, page.start_index() - 1))
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(cases))
        context = {
            "found": found,
            "cell": self._cell(asked, at),
            "asked": asked,
            "cases": cases,
            "page": page,
            "back": f"{reverse('numbers')}?{asked.query()}" if self.actor.may(roles.VIEW_NUMBERS) else "",
        }
        return render(request, "manage/cases_behind.html", context)

    def _cases(self, found: CasesBehind, first: int) -> list[tuple[Case, Listed]]:
        listed = found.page(first, PAGE)
        held = {
            case.uid: case
            for case in Case.objects.visible_to(self.actor)
            .of_uids([one.case_uid for one in listed])
            .for_list()
        }
        return [(held[one.case_uid], one) for one in listed if one.case_uid in held]

    def _cell(self, asked: Asked, at: Mapping[str, str | None]) -> list[str]:
        """What is narrowed to, in words."""
        told: dict[str, str] = dict(asked.only)
        for name, by in (("row", asked.rows), ("column", asked.columns), ("layer", asked.layers)):
            if by and (code := at[name]) is not None:
                told[by] = code
        return [condition_text(name, code, self.actor.centre) for name, code in told.items()]


def _code(request: HttpRequest, name: str) -> str | None:
    """The code in the address; None where there is none, which asks for the total."""
    given = request.GET.get(name)
    return "" if given == NOT_ENTERED else given
