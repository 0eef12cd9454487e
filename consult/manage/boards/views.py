"""状況: the centre at a glance, for the manager's desk and for a screen on the wall."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.freshness import freshness
from cases.figures.measures import Comparison
from cases.figures.still import still
from cases.law import calendar
from consult.manage.asking import Asked, NumbersForm, Period, usual_periods
from consult.manage.boards import counted, ended, routes, work
from consult.manage.boards.counted import LINES_MOST, ROWS_MOST, ROWS_ON_WALL
from consult.manage.boards.panel import Panel, Scope
from consult.manage.definitions import condition_text
from consult.manage.numbers import Choice
from consult.manage.offered import SCAM
from consult.shell import roles
from consult.shell.fields import offer
from consult.shell.web import StaffView

REFRESH_SECONDS: Final = 300
_LINES: Final = tuple(f"line_{n}" for n in range(1, LINES_MOST + 1))


class LinesForm(forms.Form):
    """Which 手口 have a line of their own beside the total."""

    line_1 = forms.ChoiceField(label=gettext_lazy("線にする手口(1)"), required=False)
    line_2 = forms.ChoiceField(label=gettext_lazy("線にする手口(2)"), required=False)
    line_3 = forms.ChoiceField(label=gettext_lazy("線にする手口(3)"), required=False)

    def __init__(self, *args: Any, scams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _LINES:
            offer(self, name, [("", _("多い順")), *scams])

    def chosen(self) -> list[str]:
        """Each 手口 once, in the order of the fields. The form is valid."""
        return list(dict.fromkeys(code for name in _LINES if (code := self.cleaned_data[name])))


class Board(StaffView):
    """The same period and conditions as in 集計, and the same numbers. `?wall=1` is for a screen on the wall."""

    permission = roles.VIEW_NUMBERS

    @still()
    def get(self, request: HttpRequest) -> HttpResponse:
        asking = NumbersForm(_asked_here(request.GET), centre=self.actor.centre)
        lines = LinesForm(request.GET, scams=_scams(asking))
        if not (asking.is_valid() and lines.is_valid()):
            context = {"form": asking, "lines": lines, "has_errors": True, "panels": []}
            return render(request, "manage/boards/board.html", context, status=422)
        scope = Scope(asking.asked(), self.actor, calendar.today())
        is_wall = request.GET.get("wall") == "1"
        template = "manage/boards/wall.html" if is_wall else "manage/boards/board.html"
        return render(request, template, self._context(scope, lines, is_wall=is_wall))

    def _context(self, scope: Scope, lines: LinesForm, *, is_wall: bool) -> dict[str, Any]:
        asked = scope.asked
        found = counted.overview(scope)
        kept = {name: value for name, value in asked.form_values().items() if name.startswith("only_")}
        kept |= {name: code for name in _LINES if (code := lines.cleaned_data[name])}
        return {
            "form": NumbersForm(asked.form_values(), centre=self.actor.centre),
            "lines": lines,
            "asked": asked,
            "periods": [_choice(period, asked, kept) for period in usual_periods(scope.today)],
            "conditions": [
                condition_text(name, code, self.actor.centre) for name, code in asked.only.items()
            ],
            "figures": counted.figures(found),
            "fresh": freshness(
                self.actor.centre_ids,
                start=asked.since,
                end=asked.until + timedelta(days=1),
                as_of=asked.as_of,
            ),
            "panels": self._panels(scope, found, lines.chosen(), is_wall=is_wall),
            "numbers_query": asked.query(),
            # Without days: what hangs on a wall goes on with the calendar.
            "wall_query": urlencode({"wall": "1", "period": asked.period, **kept}),
            "refresh_seconds": REFRESH_SECONDS,
        }

    def _panels(self, scope: Scope, found: Comparison, chosen: list[str], *, is_wall: bool) -> list[Panel]:
        return [
            counted.heat(scope, found.now, ROWS_ON_WALL if is_wall else ROWS_MOST),
            counted.lines(scope, chosen),
            counted.risers(scope),
            counted.pyramid(scope),
            ended.outcomes(scope),
            *([] if is_wall else [routes.routes(scope)]),
            work.ageing(scope, with_charts=not is_wall),
            ended.amounts(scope, with_chart=not is_wall),
            work.load(scope, with_people=not is_wall),
            work.times(scope),
        ]


def _asked_here(given: QueryDict) -> dict[str, Any]:
    """Period, cut and conditions of an address of 集計; what stands in rows and columns is the board's own matter."""
    kept = ("since", "until", "period", "as_of")
    return {name: value for name, value in given.items() if name in kept or name.startswith("only_")}


def _scams(asking: NumbersForm) -> list[tuple[str, str]]:
    """The 手口 that can be a condition can be a line."""
    field = cast("forms.ChoiceField", asking.fields[f"only_{SCAM}"])
    choices = cast("Iterable[tuple[str, str]]", field.choices)
    return [(code, str(text)) for code, text in choices if code]


def _choice(period: Period, asked: Asked, kept: dict[str, str]) -> Choice:
    query = {"period": period.name, **kept}
    return Choice(str(period.label), f"?{urlencode(query)}", asked.period == period.name)
