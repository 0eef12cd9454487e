"""人口 in three steps: the file, what was understood of it and where its towns lie, and then the day's table."""

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.figures import population
from cases.figures.population_rows import PopulationTable
from cases.figures.residents import ALL_AGES, BOTH, Said, of_plain
from cases.files import FileNotUnderstood
from cases.services.population import checks, keeping, towns
from cases.services.population.cells import PopulationNotUnderstood
from cases.services.population.checks import Notes
from cases.services.population.keeping import PopulationIncomplete
from consult.manage.population.forms import PlacesForm, PopulationForm
from consult.manage.population.pyramid import pyramid_of
from consult.manage.population.rates import rates_check
from consult.manage.population.tables import people_table
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

SHOWN_FAULTS = 50


class Populations(StaffView):
    """The tables of the centre by day, the newest one in full, and the form for one more."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return list_page(request, self.actor, PopulationForm())


def list_page(
    request: HttpRequest, actor: Account, form: PopulationForm, faults: list[str] | None = None
) -> HttpResponse:
    tables = list(
        PopulationTable.objects.filter(centre=actor.centre)
        .select_related("by")
        .defer("content", "notes")
        .order_by("-as_of", "-received_at")
    )
    holding = [table for table in tables if table.holds]
    newest = population.of_table(holding[0]) if holding else None
    context = {
        "form": form,
        "faults": (faults or [])[:SHOWN_FAULTS],
        "further": max(0, len(faults or []) - SHOWN_FAULTS),
        "drafts": [table for table in tables if table.is_draft],
        "holding": [(table, population.of_table(table).between()) for table in holding],
        "ended": [table for table in tables if table.ended_at is not None],
        "newest": holding[0] if holding else None,
        "table": people_table(newest, actor.centre) if newest else None,
        "chart": pyramid_of(newest) if newest else None,
        "check": rates_check(actor.centre) if newest else None,
        "may_keep": actor.may(roles.KEEP_FIGURES),
        "has_errors": bool(form.errors or faults),
    }
    return render(
        request, "manage/population/list.html", context, status=422 if context["has_errors"] else 200
    )


class ReceivePopulation(StaffView):
    """Read the file. What cannot be read is told by line and column, and nothing is changed."""

    permission = roles.KEEP_FIGURES

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PopulationForm(request.POST, request.FILES)
        if not form.is_valid():
            return list_page(request, self.actor, form)
        data = form.cleaned_data
        try:
            table = keeping.receive(
                data["file"].name, data["file"].read(),
                as_of=data["as_of"], source=data["source"], centre=self.actor.centre, by=self.actor,
            )  # fmt: skip
        except PopulationNotUnderstood as refusal:
            return list_page(request, self.actor, form, [str(fault) for fault in refusal.faults])
        except FileNotUnderstood as refusal:
            form.add_error("file", str(refusal))
        except PopulationIncomplete as refusal:
            form.add_error("as_of", str(refusal))
        else:
            return redirect("population", uid=table.uid)
        return list_page(request, self.actor, form)


class PopulationView(StaffView):
    """One table of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.KEEP_FIGURES

    def find(self, uid: uuid.UUID) -> PopulationTable:
        table = (
            PopulationTable.objects.select_related("centre", "by")
            .filter(centre=self.actor.centre, uid=uid)
            .first()
        )
        if table is None:
            raise Http404
        return table

    def draft_page(
        self, request: HttpRequest, table: PopulationTable, form: PlacesForm, status: int = 200
    ) -> HttpResponse:
        context = {
            **_understood(table),
            "form": form,
            "each": _each(request),
            "population": table,
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "manage/population/draft.html", context, status=status)


class PopulationPage(PopulationView):
    """A draft with what was understood, or a table that was confirmed."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        table = self.find(uid)
        if table.is_draft:
            if not self.actor.may(roles.KEEP_FIGURES):
                raise Http404
            return self.draft_page(request, table, places_form(table, each=_each(request)))
        context = {
            "population": table,
            "table": people_table(population.of_table(table), table.centre),
            "chart": pyramid_of(population.of_table(table)),
            "notes": Notes.of_plain(table.notes),
            "towns": len(of_plain(table.content).towns),
            "may_keep": self.actor.may(roles.KEEP_FIGURES),
        }
        return render(request, "manage/population/table.html", context)


def _each(request: HttpRequest) -> bool:
    """Whether every 丁目 is asked for by itself."""
    return (request.POST if request.method == "POST" else request.GET).get("each") == "1"


def places_form(table: PopulationTable, *args: Any, each: bool) -> PlacesForm:
    said = of_plain(table.content)
    people = keeping.people_by_town(said)
    kept = towns.confirmed(table.centre)
    found = towns.groups(people, towns.proposed(table.centre, list(people)), kept=kept, each=each)
    differs = Notes.of_plain(table.notes).different > 0
    return PlacesForm(*args, groups=found, centre=table.centre, differs=differs)


def _understood(table: PopulationTable) -> dict[str, Any]:
    """What was read, for the eye of a person: how much, which sums, what was left out, what it would replace."""
    said = of_plain(table.content)
    people = keeping.people_by_town(said)
    district_of = towns.proposed(table.centre, list(people))
    total = said.total((ALL_AGES, BOTH))
    before = population.people({table.centre_id}, table.as_of)
    notes = Notes.of_plain(table.notes)
    return {
        "said": said,
        "classes": _classes_text(said),
        "has_sexes": len({sex for _ages, sex in said.keys}) > 1,
        "total": total,
        "hidden": list(notes.hidden.items()),
        "notes": notes,
        "before": before.used[0] if before else None,
        "before_total": before.between() if before else None,
        "is_far": _is_far(total, before.between() if before else None),
        "replaces": bool(before and before.used[0].as_of == table.as_of),
        "open": sum(1 for town in people if town not in district_of),
        "table": people_table(population.of_draft(table, district_of), table.centre),
    }


def _is_far(total: int | None, before: int | None) -> bool:
    """More than a tenth away: no municipality grows or shrinks so much from one table to the next."""
    return bool(total is not None and before and abs(total - before) * 10 > before)


def _classes_text(said: Said) -> str:
    if not said.classes:
        return _("年齢の区分なし(総数だけ)")
    first, last = checks.ages_text(said.classes[0]), checks.ages_text(said.classes[-1])
    return _("%(n)d区分(%(first)s から %(last)s)") % {"n": len(said.classes), "first": first, "last": last}


class ConfirmPopulation(PopulationView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        table = self.find(uid)
        if not table.is_draft:
            raise keeping.PopulationChanged
        form = places_form(table, request.POST, each=_each(request))
        if form.is_valid():
            try:
                keeping.confirm(
                    uid,
                    district_of=form.district_of,
                    differs=form.cleaned_data.get("differs", False),
                    by=self.actor,
                )
            except PopulationIncomplete as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("人口を登録しました。相談率の計算に使います。"))
                return redirect("population", uid=uid)
        return self.draft_page(request, table, form, status=422)


class DiscardPopulation(PopulationView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        keeping.discard(self.find(uid).uid, by=self.actor)
        messages.success(request, _("読み込んだ人口を破棄しました。登録済みの人口は変わりません。"))
        return redirect("populations")


class TakeBackPopulation(PopulationView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        keeping.take_back(self.find(uid).uid, by=self.actor)
        messages.success(request, _("人口を取り下げました。これからの計算には使いません。"))
        return redirect("populations")
