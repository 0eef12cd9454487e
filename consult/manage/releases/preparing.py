"""公表の準備: the table of 集計 on the page, what it is for, who reads it; the worker then judges it."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.measures import AMOUNTS, CASES
from cases.figures.releases.asking import LEAVING
from cases.figures.releases.asking import Asked as AskedTable
from cases.figures.releases.models import Release
from cases.records.case import new_uid
from cases.services import releases
from consult.manage.asking import NOTHING, Asked, NumbersForm
from consult.manage.numbers import Answer, refused
from consult.manage.releases.forms import ProposeForm
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView


class NewRelease(StaffView):
    """The question stands in the address, as on the numbers page; what is typed is posted."""

    permission = roles.PREPARE_RELEASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form, asking = ProposeForm(request.POST), NumbersForm(request.GET, centre=self.actor.centre)
        if asking.is_valid() and form.is_valid():
            try:
                release = self._propose(asking.asked(), form)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("判定を始めました。"))
                return redirect("release", release.uid)
        return self.page(request, form, status=422)

    def _propose(self, asked: Asked, form: ProposeForm) -> Release:
        title, kind, audience, how = (
            form.cleaned_data[name] for name in ("title", "kind", "audience", "form")
        )
        question = replace(asked, as_of=None).question(frozenset({self.actor.centre_id}))
        return releases.propose(
            self.actor.centre,
            [AskedTable(question, title=title)],
            kind=Release.Kind(kind),
            audience=Release.Audience(audience),
            title=title,
            form=Release.Form(how) if how else None,
            uid=form.cleaned_data["uid"],
            by=self.actor,
        )

    def page(self, request: HttpRequest, form: ProposeForm | None, *, status: int = 200) -> HttpResponse:
        asking = NumbersForm(request.GET, centre=self.actor.centre)
        if not asking.is_valid():
            return refused(request, asking)
        asked = replace(asking.asked(), as_of=None, compare=NOTHING)
        answer = Answer(asked, self.actor)
        query = asked.query(period="")
        context = {
            "form": form
            or ProposeForm(initial={"uid": new_uid(), "title": _title(answer.table.title, asked.measure)}),
            "table": answer.table,
            "lines": answer.lines,
            "fresh": answer.fresh,
            "finality": answer.finality,
            "may_leave": asked.measure in LEAVING,
            "is_of_money": asked.measure != CASES,
            "action": f"{reverse('release-new')}?{query}",
            "back": f"{reverse('numbers')}?{query}",
            "has_errors": form is not None and bool(form.errors),
        }
        return render(request, "manage/releases/new.html", context, status=status)


def _title(table: str, measure: str) -> str:
    """What a table is called unless somebody says otherwise: 「手口×年代の件数」, 「手口の契約購入金額」."""
    told = _("%(table)sの件数") if measure == CASES else _("%(table)sの%(measure)s")
    measured = str(AMOUNTS.get(measure, "")).removesuffix("(円)")
    return told % {"table": table, "measure": measured}
