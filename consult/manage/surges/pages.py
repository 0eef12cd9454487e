"""急に増えた相談: all cards, one card with everything that speaks for and against it, and what a person says of it."""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.figures import surge_actions
from cases.figures.dimensions import SENIOR
from cases.figures.still import still
from cases.figures.surge_log import reading
from cases.figures.surge_log.models import SurgeCard, SurgeEvaluation, SurgeVerdict, SurgeWave
from cases.law import calendar
from cases.records.case import new_uid
from cases.records.centre import Centre, area_choices
from cases.services import surge_verdicts
from cases.services.entry import EntryRefused
from consult.manage.asking import Asked
from consult.manage.surges import beside, usual
from consult.manage.surges.forms import VerdictForm
from consult.manage.surges.picture import picture
from consult.manage.surges.telling import Told, not_judged, told, typed_of, week_of
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.web import StaffView
from search.surge_words import words_of

COUNTED: Final = timedelta(days=365)
"""Verdicts of so long are counted for the observed share of what was chance."""
ALERTS: Final = timedelta(weeks=8)
EARLIER: Final = timedelta(days=365)
EARLIER_MOST: Final = 20
HISTORY: Final = 40
# Below this share of typed cases the page says first that small waves cannot be seen.
TYPED_ENOUGH: Final = Fraction(9, 10)
_FOUR_WEEKS: Final = timedelta(days=27)


@dataclass(frozen=True)
class Shown:
    """A wave in the list. `is_rising`: in the newest evaluation too, and not only in one of the weeks before."""

    wave: SurgeWave
    told: Told
    verdict: SurgeVerdict | None
    is_rising: bool


class Surges(StaffView):
    """What rises now, or what was looked at and does not."""

    permission = roles.VIEW_TRENDS

    @still()
    def get(self, request: HttpRequest) -> HttpResponse:
        centre, today = self.actor.centre, calendar.today()
        evaluation = reading.latest(centre)
        context: dict[str, Any] = {
            "evaluation": evaluation,
            "may_keep": self.actor.may(roles.KEEP_SURGES),
            "may_see_alerts": self.actor.may(roles.VIEW_CASES),
            "alerts": beside.alerts_of(centre, "", today - ALERTS, today),
        }
        if evaluation is not None:
            context |= _of_week(evaluation, centre, today)
        return render(request, "manage/surges/list.html", context)


def _of_week(evaluation: SurgeEvaluation, centre: Centre, today: date) -> dict[str, Any]:
    areas = dict(area_choices(centre))
    open_now = reading.open_waves(centre, today)
    held = {one.wave.pk for one in open_now}
    earlier = [one for one in reading.waves_since(centre, today - EARLIER) if one.wave.pk not in held][
        :EARLIER_MOST
    ]
    verdicts = surge_verdicts.standing([one.wave for one in [*open_now, *earlier]])

    def shown(found: Sequence[reading.OpenWave]) -> list[Shown]:
        return [
            Shown(
                one.wave,
                told(one.card, one.card.evaluation, areas),
                verdicts.get(one.wave.pk),
                reading.is_rising(one, evaluation),
            )
            for one in found
        ]

    return {
        "week": week_of(evaluation.week_ends, evaluation.week_begins),
        "typed": typed_of(evaluation),
        "is_badly_typed": evaluation.typed_share is not None and evaluation.typed_share < TYPED_ENOUGH,
        "not_judged": not_judged(evaluation),
        "open": shown(open_now),
        "earlier": shown(earlier),
        **_false_share(centre, today - COUNTED),
        "small_centre": evaluation.rules.get("small_centre"),
        "usual": usual.counts(centre, evaluation.week_ends) if evaluation.is_small_centre else [],
    }


def _false_share(centre: Centre, since: date) -> dict[str, Any]:
    """The observed share of what was chance, in whole per cent."""
    found = surge_verdicts.false_share(centre, since)
    context: dict[str, Any] = {"false_share": found}
    if found.share is not None and found.low is not None and found.high is not None:
        context |= {
            "false_percent": round(100 * found.share),
            "false_low": math.floor(100 * found.low),
            "false_high": math.ceil(100 * found.high),
        }
    return context


class SurgeView(StaffView):
    """A page of one wave of the actor's centre; others are not found."""

    permission: ClassVar[str] = roles.VIEW_TRENDS

    def found(self, uid: uuid.UUID) -> SurgeWave:
        try:
            return reading.wave_of(uid, by=self.actor)
        except SurgeWave.DoesNotExist:
            raise Http404 from None

    def page(
        self, request: HttpRequest, wave: SurgeWave, form: forms.Form | None = None, *, status: int = 200
    ) -> HttpResponse:
        cards = reading.history(wave)
        if not cards:
            raise Http404
        context = {
            **_of_card(wave, cards, self.actor),
            "words": words_of(wave, by=self.actor) if request.GET.get("words") else None,
            "form": form or VerdictForm(initial={"uid": new_uid()}),
            "has_errors": bool(form and form.errors),
        }
        return render(request, "manage/surges/card.html", context, status=status)


class SurgePage(SurgeView):
    permission = roles.VIEW_TRENDS

    @still()
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        wave = self.found(uid)
        if wave.uid != uid:  # it turned out to be a part of another
            return redirect("surge", uid=wave.uid)
        return self.page(request, wave)


def _of_card(wave: SurgeWave, cards: Sequence[SurgeCard], actor: Account) -> dict[str, Any]:
    card, areas = cards[0], dict(area_choices(wave.centre))
    points = reading.line(card)
    said = told(card, card.evaluation, areas)
    since = points[0].ends - timedelta(days=6) if points else wave.first_alarmed_on - _FOUR_WEEKS
    outside = beside.alerts_of(wave.centre, wave.scam, since, calendar.today())
    verdicts = surge_verdicts.said(wave)
    return {
        "wave": wave,
        "card": card,
        "evaluation": card.evaluation,
        "told": said,
        "week": week_of(card.evaluation.week_ends, card.evaluation.week_begins),
        "typed": typed_of(card.evaluation),
        "chart": picture(said.name, points, cards, outside),
        "hit": usual.hit(wave.centre, card.cell, card.evaluation.week_ends),
        "outside": outside,
        "published": beside.published_of(actor.centre_ids, wave.scam),
        "history": [(one, week_of(one.evaluation.week_ends, one.evaluation.week_begins), typed_of(one.evaluation))
                    for one in cards[:HISTORY]],
        "further": max(0, len(cards) - HISTORY),
        "verdicts": verdicts,
        "actions": surge_actions.actions_of(wave.uid, actor),
        "begins": surge_actions.begins(actor.may),
        "may_keep": actor.may(roles.KEEP_SURGES),
        "may_see_alerts": actor.may(roles.VIEW_CASES),
        "cases_url": _cases_url(card) if actor.may(roles.VIEW_CASES) and wave.scam else "",
    }  # fmt: skip


def _cases_url(card: SurgeCard) -> str:
    """The cases of the four weeks: of the 手口 and district, and of 65 or older where it is of these."""
    until = card.evaluation.week_ends
    only = {"scam_main": card.scam}
    if card.area:
        only["area"] = card.area
    if card.age == SENIOR:
        only["senior"] = SENIOR
    asked = Asked(until - _FOUR_WEEKS, until, only=only)
    return f"{reverse('numbers-cases')}?{asked.query()}"


class JudgeSurge(SurgeView):
    """真・偽・不明, as often as somebody knows better; all of it stays."""

    permission = roles.KEEP_SURGES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        wave = self.found(uid)
        form = VerdictForm(request.POST)
        if form.is_valid():
            try:
                surge_verdicts.decide(uid, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("判断を記録しました。たまたまだった割合に数えます。"))
                return redirect("surge", uid=uid)
        return self.page(request, wave, form, status=422)
