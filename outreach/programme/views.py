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
from outreach.programme import services, sums
from outreach.programme.matrix import Matrix, kpis_in, matrix_of
from outreach.programme.models import ProgrammeLine, PublishedSum
from outreach.programme.services import LineFigures, LineRefused, NewLine


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
            "matrix": (matrix := matrix_of(centre)),
            "kinds": sums.kinds_by_year(matrix.lines, matrix.years),
            "wrong_sums": [check for check in _checks(centre, matrix) if not check.is_right],
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


def _checks(centre: Centre, matrix: Matrix) -> list[sums.Check]:
    """Printed sums against the stored lines; lectures recorded here are no part of what was printed."""
    lines = [line for line in matrix.lines if line.pk]
    return sums.checked(PublishedSum.objects.filter(centre=centre), lines)


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
    state = forms.ChoiceField(label=_("状況"), choices=ProgrammeLine.State.choices, required=False)
    reason = forms.CharField(label=_("中止の理由"), max_length=200, required=False)
    in_total = forms.BooleanField(label=_("合計に入れる"), required=False)
    is_repeated = forms.BooleanField(label=_("再掲(ほかの施策にもある行。合計に入れない)"), required=False)
    cumulative_since = forms.IntegerField(
        label=_("累計の始まり(西暦の年度)"),
        min_value=1950,
        max_value=2100,
        required=False,
        widget=forms.TextInput,
    )
    note = forms.CharField(label=_("備考"), max_length=200, required=False)


class NewLineForm(LineForm):
    """With what tells the line from the others of its year."""

    fiscal_year = forms.IntegerField(
        label=_("年度(西暦)"), min_value=1950, max_value=2100, widget=forms.TextInput
    )
    measure = forms.CharField(label=_("施策"), max_length=100)
    section = forms.CharField(
        label=_("担当課"), max_length=60, required=False, help_text=_("いくつかあるときは「、」で並べます。")
    )
    kind = forms.CharField(label=_("種類"), max_length=20, required=False)
    unit = forms.CharField(label=_("数量の単位"), max_length=10, required=False)

    KEY = ("fiscal_year", "measure", "section", "kind", "unit")


class AddLine(StaffView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        given = {"fiscal_year": calendar.fiscal_year(calendar.today()), "in_total": True}
        return self._page(request, NewLineForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewLineForm(request.POST)
        if form.is_valid():
            given = dict(form.cleaned_data)
            new = NewLine(**{name: given.pop(name) for name in NewLineForm.KEY})
            try:
                services.add_line(new, LineFigures(**given), centre=self.actor.centre, by=self.actor)
            except LineRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.success(request, gettext("施策を足しました。"))
                return redirect("programme")
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: NewLineForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound and bool(form.errors)}
        return render(request, "outreach/programme_line.html", context, status=status)


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
        try:
            services.change_line(pk, LineFigures(**form.cleaned_data), by=self.actor)
        except LineRefused as refusal:
            form.add_error(refusal.field, str(refusal))
            return self._page(request, line, form, status=422)
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
