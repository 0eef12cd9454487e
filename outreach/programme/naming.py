"""Names of sections from a year on, and printed sums that the lines have to meet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import audit
from consult.shell import roles
from consult.shell.fields import offer
from consult.shell.web import StaffView
from outreach.programme import sections
from outreach.programme.models import ProgrammeLine, PublishedSum, SectionName
from outreach.programme.sections import SectionNotRenamed
from outreach.programme.sums import checked


def _year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1950, max_value=2100, widget=forms.TextInput)


class RenameForm(forms.Form):
    old = forms.ChoiceField(label=gettext_lazy("前の名前"))
    new = forms.CharField(label=gettext_lazy("新しい名前"), max_length=60)
    since = _year(gettext_lazy("この名前になった年度(西暦)"))

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "old", [(name, name) for name in names])


class SumForm(forms.Form):
    fiscal_year = _year(gettext_lazy("年度(西暦)"))
    name = forms.CharField(label=gettext_lazy("合計の名前"), max_length=100)
    begins_with = forms.CharField(
        label=gettext_lazy("どの施策の合計か(名前の始まり)"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("空なら、「合計に入れる」とした行の全部です。"),
    )
    sessions = forms.IntegerField(
        label=gettext_lazy("回数"), min_value=0, max_value=10**6, required=False, widget=forms.TextInput
    )
    people = forms.IntegerField(
        label=gettext_lazy("人数"), min_value=0, max_value=10**8, required=False, widget=forms.TextInput
    )
    source = forms.CharField(label=gettext_lazy("出典"), max_length=300, required=False)


class Sections(StaffView):
    """Both forms, what is named, and every printed sum beside ours."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RenameForm(request.POST, names=sections.known_names(self.actor.centre))
        if form.is_valid():
            try:
                sections.rename(**form.cleaned_data, centre=self.actor.centre, by=self.actor)
            except SectionNotRenamed as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, _("担当課の名前を登録しました。前の年度の行は、そのときの名前のままです。")
                )
                return redirect("programme-sections")
        return self.page(request, rename=form, status=422)

    def page(
        self,
        request: HttpRequest,
        *,
        rename: RenameForm | None = None,
        total: SumForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        centre, year = self.actor.centre, calendar.fiscal_year(calendar.today())
        sums = list(PublishedSum.objects.filter(centre=centre))
        years = {said.fiscal_year for said in sums}
        lines = list(ProgrammeLine.objects.filter(centre=centre, fiscal_year__in=years)) if sums else []
        given = rename or total
        context = {
            "rename": rename or RenameForm(names=sections.known_names(centre), initial={"since": year}),
            "total": total or SumForm(initial={"fiscal_year": year - 1}),
            "form": given,
            "names": SectionName.objects.filter(centre=centre).order_by("section_id", "since", "pk"),
            "checks": checked(sums, lines),
            "has_errors": given is not None,
        }
        return render(request, "outreach/programme/sections.html", context, status=status)


class KeepSum(Sections):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("programme-sections")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SumForm(request.POST)
        if not form.is_valid():
            return self.page(request, total=form, status=422)
        given = dict(form.cleaned_data)
        if given["sessions"] is None and given["people"] is None:
            form.add_error("sessions", _("回数か人数を入れてください。"))
            return self.page(request, total=form, status=422)
        key = {
            "centre": self.actor.centre,
            "fiscal_year": given.pop("fiscal_year"),
            "name": given.pop("name"),
        }
        with transaction.atomic():
            PublishedSum.objects.update_or_create(**key, defaults=given)
            audit.record("PROGRAMME_SUM_KEPT", by=self.actor, centre=self.actor.centre)
        messages.success(request, _("公表された合計を登録しました。"))
        return redirect("programme-sections")
