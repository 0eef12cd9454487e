"""The page of a year's lectures, and the file to take along."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.law import calendar
from consult.shell import roles
from consult.shell.attached import CSV_TYPE, XLSX_TYPE, attachment
from consult.shell.fields import offer, tell
from consult.shell.web import StaffView
from outreach.lectures.report import yearly
from outreach.years import fiscal_year_name

_TYPES = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE}


class YearForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    form = forms.ChoiceField(
        label=gettext_lazy("形"),
        choices=[("page", gettext_lazy("画面で見る")), ("xlsx", "Excel"), ("csv", "CSV")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [(str(year), fiscal_year_name(year)) for year in years])


class LectureYear(StaffView):
    """To look at first; a file is an issue and goes on record."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        years = self._years()
        form = YearForm(initial={"year": years[0], "form": "page"}, years=years)
        return self._page(request, form, years[0])

    def post(self, request: HttpRequest) -> HttpResponse:
        years = self._years()
        form = YearForm(request.POST, years=years)
        if not form.is_valid():
            return self._page(request, form, years[0], status=422)
        year, shape = form.cleaned_data["year"], form.cleaned_data["form"]
        if shape == "page":
            return self._page(request, form, year)
        try:
            content = yearly.issue(self.actor.centre, year, shape, by=self.actor)
        except CasesError as refusal:
            tell(form, refusal)
            return self._page(request, form, year, status=refusal.status)
        name = _("%(year)sの講座とアンケート") % {"year": fiscal_year_name(year)}
        return attachment(content, f"{name}.{shape}", _TYPES[shape])

    def _years(self) -> list[int]:
        return yearly.years_of(self.actor.centre) or [calendar.fiscal_year(calendar.today())]

    def _page(self, request: HttpRequest, form: YearForm, year: int, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "year": yearly.year_of(self.actor.centre, year),
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/lectures/year.html", context, status=status)
