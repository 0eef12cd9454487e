"""集計: one table of the centre's consultations beside the year before, on the page and as a file."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from cases.figures import freshness, measures, published
from cases.figures.dimensions import DIMENSIONS
from cases.figures.freshness import Freshness
from cases.figures.measures import MEASURES, Comparison
from cases.figures.models import PublishedFigure
from cases.law import calendar
from cases.protection import audit
from consult.manage import exports
from consult.manage.asking import Asked, NumbersForm, usual_periods
from consult.manage.definitions import Line, condition_text, definition_lines
from consult.manage.tables import Table, table_of
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView


@dataclass(frozen=True)
class Choice:
    """A link that changes one part of the question."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Answer:
    """What was asked by whom, counted once."""

    asked: Asked
    by: Account

    @cached_property
    def found(self) -> Comparison:
        return measures.compare(self.asked.question(self.by.centre_ids))

    @cached_property
    def table(self) -> Table:
        return table_of(self.found, self.by.centre_ids, self.asked.sort)

    @cached_property
    def published(self) -> list[PublishedFigure]:
        return published.figures_for(self.by.centre_ids)

    @cached_property
    def fresh(self) -> Freshness:
        question = self.asked.question(self.by.centre_ids)
        return freshness.freshness(
            question.centre_ids, start=question.start, end=question.end, as_of=self.found.now.as_of
        )

    @property
    def fixed_query(self) -> str:
        """The query string of exactly these numbers: as of the last fact they count."""
        return self.asked.query(as_of=self.found.now.as_of)


class Numbers(StaffView):
    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = NumbersForm(request.GET, centre=self.actor.centre)
        if not form.is_valid():
            context = {"form": form, "periods": [], "has_errors": True}
            return render(request, "manage/numbers.html", context, status=422)
        answer = Answer(form.asked(), self.actor)
        return render(request, "manage/numbers.html", self._context(answer))

    def _context(self, answer: Answer) -> dict[str, Any]:
        asked, table = answer.asked, answer.table
        return {
            "form": NumbersForm(asked.form_values(), centre=self.actor.centre),
            "periods": _periods(asked),
            "conditions": [
                Choice(condition_text(name, code, self.actor.centre), f"?{asked.without(name)}")
                for name, code in asked.only.items()
            ],
            "table": table,
            "fresh": answer.fresh,
            "title": " × ".join(filter(None, (table.row_title, table.column_title))),
            "measure": MEASURES[asked.measure],
            "sorts": {name: f"?{asked.query(sort=name)}" for name in ("total", "difference", "senior")},
            "sort": asked.sort or ("" if asked.rows in ("month", "age_band") else "total"),
            "is_of_time": DIMENSIONS[asked.rows].is_of_time,
            "lines": definition_lines(answer.found, self.actor.centre),
            "published": [(row, f"{exports.plain(row.value):,}") for row in answer.published],
            "fixed_url": f"?{answer.fixed_query}",
            "fixed_query": answer.fixed_query,
            "may_export": self.actor.may(roles.EXPORT_NUMBERS),
            "asked": asked,
        }


class ExportNumbers(StaffView):
    """The same address with a format: a file, and an entry in the log of what left."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if form not in exports.FORMATS:
            raise Http404
        asking = NumbersForm(request.GET, centre=self.actor.centre)
        if not asking.is_valid():
            context = {"form": asking, "periods": [], "has_errors": True}
            return render(request, "manage/numbers.html", context, status=422)
        answer = Answer(asking.asked(), self.actor)
        lines = [
            *definition_lines(answer.found, self.actor.centre),
            *(Line(*told) for told in freshness.lines(answer.fresh)),
        ]
        file = exports.export(form, answer.asked, answer.table, lines, answer.published)
        audit.record(
            "NUMBERS_EXPORTED",
            by=self.actor,
            centre=self.actor.centre,
            reason=f"{form} {answer.fixed_query}",
            count=len(answer.table.rows),
        )
        response = HttpResponse(file.data, content_type=file.content_type)
        response["Content-Disposition"] = content_disposition_header(True, file.name)
        response["X-Unwritable-Characters"] = str(file.unwritable)
        return response


def _periods(asked: Asked) -> list[Choice]:
    return [
        Choice(
            str(period.label),
            f"?{asked.query(since=period.since, until=period.until, as_of=None)}",
            (asked.since, asked.until) == (period.since, period.until),
        )
        for period in usual_periods(calendar.today())
    ]
