"""指標(KPI): values by 年度 against their target, what our registers count beside them, and lines for the programme."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView
from outreach.kpis import services
from outreach.kpis.forms import AdoptForm, BindForm, ReleaseForm, TakeForm, ValueForm, initial_of
from outreach.kpis.models import KpiBinding
from outreach.kpis.series import Series, chart_of, series_of
from outreach.kpis.sources import sources_of
from outreach.programme import proposals
from outreach.programme.matrix import kpis_in
from outreach.programme.models import Kpi


class Kpis(StaffView):
    """The newest value of every indicator of one's own centre."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return list_page(request, self.actor, ReleaseForm())


def list_page(request: HttpRequest, actor: Any, form: ReleaseForm, status: int = 200) -> HttpResponse:
    this_year = calendar.fiscal_year(calendar.today())
    bound = dict(KpiBinding.objects.filter(centre=actor.centre).values_list("name", "source"))
    counts = {source.code: source for source in sources_of(actor.centre)} if bound else {}
    rows = []
    for kpi in kpis_in(actor.centre, this_year):
        source = counts.get(bound.get(kpi.name, ""))
        rows.append(
            {
                "kpi": kpi,
                "standing": Series(kpi, (), None).standing,
                "is_chosen": str(kpi.pk) in request.POST.getlist("kpi"),
                "source": source,
                "counted": source.count(actor.centre, this_year) if source else None,
            }
        )
    context = {
        "rows": rows, "fiscal_year": this_year, "release_form": form, "has_errors": status == 422,
        "may_release": actor.may(roles.PREPARE_RELEASES),
    }  # fmt: skip
    return render(request, "outreach/kpis/kpis.html", context, status=status)


class ReleaseKpis(StaffView):
    permission = roles.PREPARE_RELEASES

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReleaseForm(request.POST)
        if form.is_valid():
            chosen = [
                pk for pk in request.POST.getlist("kpi") if pk.isascii() and pk.isdigit() and len(pk) < 12
            ]
            kpis = list(Kpi.objects.filter(centre=self.actor.centre, pk__in=chosen))
            try:
                made = services.release(kpis, centre=self.actor.centre, by=self.actor, **form.cleaned_data)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("選んだ指標の値を公表しました。"))
                return redirect("release", uid=made.uid)
        return list_page(request, self.actor, form, status=422)


class NewKpi(StaffView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form(request, ValueForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ValueForm(request.POST)
        if form.is_valid():
            try:
                kpi = services.save_value(
                    form.entry(), reason=form.cleaned_data["reason"], centre=self.actor.centre, by=self.actor
                )
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("指標を登録しました。"))
                return redirect("kpi", pk=kpi.pk)
        return self._form(request, form, status=422)

    def _form(self, request: HttpRequest, form: ValueForm, status: int = 200) -> HttpResponse:
        return render(
            request, "outreach/kpis/new.html", {"form": form, "has_errors": status == 422}, status=status
        )


class KpiView(StaffView):
    """A page of one indicator of the actor's centre, named by any of its values; others are not found."""

    permission = roles.KEEP_PROGRAMME

    def found(self, pk: int) -> Kpi:
        try:
            return Kpi.objects.select_related("centre").get(pk=pk, centre_id__in=self.actor.centre_ids)
        except Kpi.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, kpi: Kpi, *, status: int = 200, **more: Any) -> HttpResponse:
        series = series_of(kpi.centre, kpi.name)
        if series is None:
            raise Http404
        bound = KpiBinding.objects.filter(centre=kpi.centre, name=kpi.name).first()
        context = {
            "kpi": kpi,
            "series": series,
            "today": calendar.today(),
            "chart": chart_of(series),
            "value_form": ValueForm(initial=initial_of(series.newest), auto_id="id_value_%s"),
            "bind_form": BindForm(
                initial={"source": bound.source if bound else ""}, centre=kpi.centre, auto_id="id_bind_%s"
            ),
            "has_errors": status == 422,
            **more,
        }
        return render(request, "outreach/kpis/kpi.html", context, status=status)


class KpiPage(KpiView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.found(pk))


class SaveValue(KpiView):
    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        kpi = self.found(pk)
        form = ValueForm({**request.POST.dict(), "name": kpi.name}, auto_id="id_value_%s")
        if form.is_valid():
            try:
                services.save_value(
                    form.entry(), reason=form.cleaned_data["reason"], centre=kpi.centre, by=self.actor
                )
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("指標の値を保存しました。"))
                return redirect("kpi", pk=pk)
        return self.page(request, kpi, status=422, value_form=form)


class BindKpi(KpiView):
    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        kpi = self.found(pk)
        form = BindForm(request.POST, centre=kpi.centre, auto_id="id_bind_%s")
        if not form.is_valid():
            return self.page(request, kpi, status=422, bind_form=form)
        services.bind(kpi.name, form.cleaned_data["source"], centre=kpi.centre, by=self.actor)
        messages.success(request, _("台帳の数との結び付きを保存しました。"))
        return redirect("kpi", pk=pk)


class AdoptCount(KpiView):
    """What is counted becomes the stored value, by somebody's word."""

    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        kpi = self.found(pk)
        form = AdoptForm(request.POST)
        if not form.is_valid():
            return self.page(request, kpi, status=422, adopt_error=_("年度を選び直してください。"))
        try:
            services.adopt(
                kpi.name, form.cleaned_data["year"], reason=form.cleaned_data["reason"], centre=kpi.centre,
                by=self.actor,
            )  # fmt: skip
        except CasesError as refusal:
            told = " ".join(getattr(refusal, "errors", {"": str(refusal)}).values())
            return self.page(request, kpi, status=422, adopt_error=told)
        messages.success(request, _("台帳の数を、この年度の値として保存しました。"))
        return redirect("kpi", pk=pk)


# --- Lines for the programme ----------------------------------------------------------------------------------------
class ProgrammeProposals(StaffView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self._year(request))

    def _year(self, request: HttpRequest) -> int:
        this_year = calendar.fiscal_year(calendar.today())
        text = request.GET.get("year", "")
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
        return year if 1900 <= year <= this_year else this_year

    def page(self, request: HttpRequest, year: int, *, error: str = "", status: int = 200) -> HttpResponse:
        this_year = calendar.fiscal_year(calendar.today())
        context = {
            "rows": proposals.of_year(self.actor.centre, year), "year": year,
            "years": range(this_year, this_year - 5, -1), "error": error, "has_errors": bool(error),
        }  # fmt: skip
        return render(request, "outreach/kpis/proposals.html", context, status=status)


class TakeProposal(ProgrammeProposals):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("programme-proposals")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TakeForm(request.POST)
        if not form.is_valid():
            return self.page(request, self._year(request), error=_("もう一度選んでください。"), status=422)
        given = form.cleaned_data
        try:
            proposals.take(
                given["measure"], given["kind"], fiscal_year=given["year"], replaces=given["replaces"],
                centre=self.actor.centre, by=self.actor,
            )  # fmt: skip
        except CasesError as refusal:
            return self.page(request, given["year"], error=str(refusal), status=422)
        messages.success(request, _("台帳の数を施策に入れました。"))
        return redirect(f"{reverse('programme-proposals')}?year={given['year']}")
