"""集計: one table of the centre's consultations beside the year before, on the page and as a file."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.figures import comparing, published
from cases.figures.comparing import Compared
from cases.figures.dimensions import DIMENSIONS
from cases.figures.finality import Finality, finality_of
from cases.figures.freshness import Freshness, freshness
from cases.figures.freshness import lines as freshness_lines
from cases.figures.measures import MEASURES, Question
from cases.figures.models import PublishedFigure
from cases.figures.releases.asking import LEAVING
from cases.figures.still import still
from cases.law import calendar
from cases.protection import audit
from cases.records.answers import NumbersQuestion
from cases.records.case import new_uid
from cases.services import answers
from cases.services.answers import Standing
from consult.manage import exports
from consult.manage.answers.forms import KeepForm
from consult.manage.asking import (
    Asked,
    NumbersForm,
    period_label,
    presets_of,
    usual_periods,
)
from consult.manage.definitions import Line, condition_text, definition_lines
from consult.manage.over_time import chart_of
from consult.manage.shown import AnyShown, shown
from consult.manage.tables import is_in_order, labels_of
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.attached import attachment
from consult.shell.web import StaffView


@dataclass(frozen=True)
class Choice:
    """A link that changes one part of the question."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Kept:
    """A question somebody keeps."""

    row: NumbersQuestion
    url: str
    is_own: bool

    @property
    def period(self) -> str:
        """今年度, 先月 …; empty where its days stay."""
        return period_label(QueryDict(self.row.address).get("period", ""))


@dataclass(frozen=True)
class Answer:
    """What was asked by whom, counted once."""

    asked: Asked
    by: Account

    @property
    def question(self) -> Question:
        return self.asked.question(self.by.centre_ids)

    @cached_property
    def found(self) -> Compared:
        return comparing.compare(self.question, self.asked.other)

    @cached_property
    def table(self) -> AnyShown:
        return shown(
            self.found,
            labels_of(self.found.now, self.by.centre_ids),
            sort=self.asked.sort,
            show=self.asked.show,
            compared_title=self.asked.compared_title,
        )

    @cached_property
    def fresh(self) -> Freshness:
        days = self.asked.days
        return freshness(self.by.centre_ids, start=days.start, end=days.end, as_of=self.found.now.as_of)

    @cached_property
    def finality(self) -> Finality:
        fresh = self.fresh
        return finality_of(
            self.asked.days.end,
            uncoded=fresh.uncoded.provisional,
            unapproved=fresh.unapproved,
            today=calendar.today(),
        )

    @property
    def lines(self) -> list[Line]:
        how = self.asked.compared_title
        return definition_lines(self.found, self.by.centre, how=how, finality=self.finality)

    @property
    def file_lines(self) -> list[Line]:
        """What a file says beside its numbers: the definition, and how fresh they are."""
        return [*self.lines, *(Line(label, text) for label, text in freshness_lines(self.fresh))]

    @cached_property
    def published(self) -> list[PublishedFigure]:
        return published.figures_for(self.by.centre_ids)

    @cached_property
    def told_before(self) -> list[Standing]:
        """What was published to this very question."""
        return answers.published_before(self.question, centre=self.by.centre)

    @property
    def fixed_query(self) -> str:
        """The query string of exactly these numbers: as of the last fact they count."""
        return self.asked.query(as_of=self.found.now.as_of, codes=self.found.now.definition["code_map"])

    @property
    def moving_query(self) -> str:
        """The query string whose days are those of the day it is opened; empty where the days were chosen."""
        return self.asked.query(as_of=None) if self.asked.period else ""

    @property
    def days_query(self) -> str:
        """The query string of these days, whatever is recorded or corrected later."""
        return self.asked.query(period="", as_of=None)

    @property
    def kept_query(self) -> str:
        """What is posted to be kept: these numbers, and the names of the periods where they move."""
        asked = self.asked
        names = {"period": asked.period, "other_period": asked.period and asked.other_period}
        return "&".join([self.fixed_query, *(f"{key}={name}" for key, name in names.items() if name)])


class Numbers(StaffView):
    permission = roles.VIEW_NUMBERS

    @still()
    def get(self, request: HttpRequest) -> HttpResponse:
        form = NumbersForm(request.GET, centre=self.actor.centre)
        if not form.is_valid():
            return refused(request, form)
        return render(request, "manage/numbers.html", self._context(Answer(form.asked(), self.actor)))

    def _context(self, answer: Answer) -> dict[str, Any]:
        asked, table = answer.asked, answer.table
        fixed = answer.fixed_query
        return {
            "form": NumbersForm(asked.form_values(), centre=self.actor.centre),
            "periods": _periods(asked),
            "presets": [Choice(str(label), f"?{query}", now) for label, query, now in presets_of(asked)],
            "kept": [
                Kept(row, f"{reverse('numbers')}?{row.address}", row.owner_id == self.actor.pk)
                for row in answers.questions_of(self.actor)
            ],
            "keep_form": KeepForm(
                initial={"uid": new_uid(), "address": answer.kept_query}, period=period_label(asked.period)
            ),
            "conditions": [
                Choice(condition_text(name, code, self.actor.centre), f"?{asked.without(name)}")
                for name, code in asked.only.items()
            ],
            "table": table,
            "chart": chart_of(
                table, is_of_time=DIMENSIONS[asked.rows].is_of_time, title=str(MEASURES[asked.measure])
            ),
            "measure": MEASURES[asked.measure],
            "sorts": {name: f"?{asked.query(sort=name)}" for name in ("total", "difference", "senior")},
            "sort": asked.sort or ("" if is_in_order(asked.rows) else "total"),
            "lines": answer.lines,
            "fresh": answer.fresh,
            "finality": answer.finality,
            "published": [(row, f"{published.plain(row.value):,}") for row in answer.published],
            "told_before": answer.told_before,
            "links": _links(answer),
            "fixed_query": fixed,
            "drill": f"{reverse('numbers-cases')}?{fixed}" if self.actor.may(roles.VIEW_CASES) else "",
            "may_export": (may_export := self.actor.may(roles.EXPORT_NUMBERS)),
            "unwritable": may_export and exports.unwritable_in(table, answer.file_lines, answer.published),
            "may_publish": self.actor.may(roles.PUBLISH_ANSWERS),
            "may_release": self.actor.may(roles.PREPARE_RELEASES) and asked.measure in LEAVING,
            "days_query": answer.days_query,
            "may_set_ages": self.actor.may(roles.KEEP_DISTRICTS),
            "asked": asked,
            "is_fine": asked.is_fine,
        }


class ExportNumbers(StaffView):
    """The same address with a format: a file, and an entry in the log of what left."""

    permission = roles.EXPORT_NUMBERS

    @still()
    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if form not in exports.FORMATS:
            raise Http404
        asking = NumbersForm(request.GET, centre=self.actor.centre)
        if not asking.is_valid():
            return refused(request, asking)
        answer = Answer(asking.asked(), self.actor)
        file = exports.export(form, answer.asked, answer.table, answer.file_lines, answer.published)
        audit.record(
            "NUMBERS_EXPORTED",
            by=self.actor,
            centre=self.actor.centre,
            reason=f"{form} {answer.fixed_query}",
            count=len(answer.table.rows),
        )
        return sent(file)


def refused(request: HttpRequest, form: NumbersForm) -> HttpResponse:
    """The form with what is wrong in it."""
    context = {"form": form, "periods": [], "has_errors": True}
    return render(request, "manage/numbers.html", context, status=422)


def sent(file: exports.Export) -> HttpResponse:
    response = attachment(file.data, file.name, file.content_type)
    response["X-Unwritable-Characters"] = str(file.unwritable)
    return response


def _links(answer: Answer) -> list[tuple[str, str, str]]:
    """(words, query string, what it will show): the same question to be passed on."""
    links = [
        (
            _("この時点の数字を開くリンク"),
            answer.fixed_query,
            _("後から記録や訂正があっても、同じ数字になります。"),
        ),
        (_("この日付で数え直すリンク"), answer.days_query, _("後からの記録や訂正も入ります。")),
    ]
    if moving := answer.moving_query:
        period = period_label(answer.asked.period)
        text = _("開いた日の「%(period)s」を数えるリンク") % {"period": period}
        links.append((text, moving, _("日が変わると期間も変わります。数えた日付は画面とファイルに出ます。")))
    return links


def _periods(asked: Asked) -> list[Choice]:
    return [
        Choice(
            str(period.label),
            f"?{asked.query(**period.asked)}",
            asked.period == period.name,
        )
        for period in usual_periods(calendar.today())
    ]
