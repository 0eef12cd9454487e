"""施策: the matrix of a centre by year, its indicators, what was published before, and correcting a line."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.figures.published import figures_for
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell import roles
from consult.shell.web import StaffView
from outreach.programme import services
from outreach.programme.matrix import kpis_in, matrix_of
from outreach.programme.models import ProgrammeLine
from outreach.programme.services import LineFigures


class ProgrammePage(StaffView):
    """One's own centre, and beside it centres whose programme is kept here (published, nothing personal)."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        own = self.actor.centre
        others = list(
            Centre.objects.exclude(pk=own.pk)
            .filter(programme_lines__isnull=False)
            .union(Centre.objects.exclude(pk=own.pk).filter(kpis__isnull=False))
            .order_by("name")
        )
        centre = self._chosen(request.GET.get("centre", ""), own, others)
        context = {
            "shown": centre,
            "is_own": centre.pk == own.pk,
            "others": others,
            "matrix": matrix_of(centre),
            "kpis": kpis_in(centre, calendar.fiscal_year(calendar.today())),
            "published": [
                figure for figure in figures_for(frozenset({centre.pk})) if figure.centre_id == centre.pk
            ],
        }
        return render(request, "outreach/programme.html", context)

    def _chosen(self, code: str, own: Centre, others: list[Centre]) -> Centre:
        if code in ("", own.code):
            return own
        chosen = next((centre for centre in others if centre.code == code), None)
        if chosen is None:
            raise Http404
        return chosen


class LineForm(forms.Form):
    """The figures of a line; empty is unknown."""

    sessions = forms.IntegerField(
        label=_("回数"), min_value=0, max_value=100_000, required=False, widget=forms.TextInput
    )
    people = forms.IntegerField(
        label=_("人数"), min_value=0, max_value=10_000_000, required=False, widget=forms.TextInput
    )
    quantity = forms.DecimalField(
        label=_("数量"), min_value=0, max_digits=14, decimal_places=2, required=False, widget=forms.TextInput
    )
    cumulative = forms.IntegerField(
        label=_("累計"), min_value=0, max_value=1_000_000_000, required=False, widget=forms.TextInput
    )
    in_total = forms.BooleanField(label=_("合計に入れる"), required=False)
    note = forms.CharField(label=_("備考"), max_length=200, required=False)


class ChangeLine(StaffView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        line = self._found(pk)
        return self._page(
            request, line, LineForm(initial={name: getattr(line, name) for name in LineForm.base_fields})
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        line = self._found(pk)
        form = LineForm(request.POST)
        if not form.is_valid():
            return self._page(request, line, form, status=422)
        services.change_line(pk, LineFigures(**form.cleaned_data), by=self.actor)
        messages.success(request, gettext("施策の数値を保存しました。"))
        return redirect("programme")

    def _found(self, pk: int) -> ProgrammeLine:
        try:
            return ProgrammeLine.objects.get(pk=pk, centre_id__in=self.actor.centre_ids)
        except ProgrammeLine.DoesNotExist:
            raise Http404 from None

    def _page(self, request: HttpRequest, line: ProgrammeLine, form: Any, status: int = 200) -> HttpResponse:
        context = {"line": line, "form": form, "has_errors": bool(form.errors)}
        return render(request, "outreach/programme_line.html", context, status=status)
