"""What pages ask: the newest evaluation, the waves that are open, their history, and the line behind a card."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from django.db.models import Q

from cases.figures.surge_log import packing
from cases.figures.surge_log.evaluating import panel_of
from cases.figures.surge_log.models import SurgeCard, SurgeEvaluation, SurgeWave
from cases.records.centre import Actor, Centre
from cases.surges import scales

TWO_YEARS: Final = 104


@dataclass(frozen=True)
class OpenWave:
    """A wave with the newest thing that was said of it."""

    wave: SurgeWave
    card: SurgeCard


@dataclass(frozen=True)
class Point:
    """One week that ends on this day. Unknown means and bounds are those of weeks that could not be judged."""

    ends: date
    count: float
    expected: float | None
    upper: float | None


def latest(centre: Centre) -> SurgeEvaluation | None:
    """The newest evaluation of the newest week; None where nothing was judged yet. One query."""
    return SurgeEvaluation.objects.filter(centre=centre).order_by("-week_ends", "-pk").first()


def evaluations_of(centre: Centre, week_ends: date) -> list[SurgeEvaluation]:
    """Every evaluation of one week, the newest first, each with its cards."""
    rows = SurgeEvaluation.objects.filter(centre=centre, week_ends=week_ends)
    return list(rows.order_by("-pk").prefetch_related("cards"))


def open_waves(centre: Centre, today: date) -> list[OpenWave]:
    """Waves that alarmed in the last four weeks, those of the newest week first. Two queries."""
    waves = list(SurgeWave.objects.filter(centre=centre).open_on(today))
    newest = _newest(waves)
    found = [OpenWave(wave, newest[wave.pk]) for wave in waves if wave.pk in newest]
    return sorted(found, key=lambda one: (-one.card.evaluation.week_ends.toordinal(), one.card.position))


def waves_since(centre: Centre, since: date) -> list[OpenWave]:
    """Waves that alarmed on the day or later, open or over, the newest first. Two queries."""
    waves = list(
        SurgeWave.objects.filter(centre=centre, merged_into=None, last_alarmed_on__gte=since).order_by(
            "-last_alarmed_on", "-pk"
        )
    )
    newest = _newest(waves)
    return [OpenWave(wave, newest[wave.pk]) for wave in waves if wave.pk in newest]


def _newest(waves: Iterable[SurgeWave]) -> dict[int, SurgeCard]:
    """Of each wave the first card of the newest evaluation of its newest week."""
    found: dict[int, SurgeCard] = {}
    cards = SurgeCard.objects.filter(wave__in=waves).select_related("evaluation", "wave")
    for card in cards.order_by("-evaluation__week_ends", "-evaluation__pk", "position"):
        found.setdefault(card.wave_id, card)
    return found


def wave_of(uid: uuid.UUID, *, by: Actor) -> SurgeWave:
    """Raises SurgeWave.DoesNotExist, also for one of another centre. A merged one is the wave it became a part of."""
    wave = SurgeWave.objects.visible_to(by).select_related("centre", "merged_into").get(uid=uid)
    while wave.merged_into is not None:
        wave = wave.merged_into
    return wave


def history(wave: SurgeWave) -> list[SurgeCard]:
    """Everything that was ever said of the wave and of those merged into it: the newest week first, then as of when."""
    cards = SurgeCard.objects.filter(Q(wave=wave) | Q(wave__merged_into=wave)).select_related("evaluation")
    return list(cards.order_by("-evaluation__week_ends", "-evaluation__pk", "position"))


def line(card: SurgeCard, weeks: int = TWO_YEARS) -> list[Point]:
    """The weeks of the card's cell until the judged one, each as it would have been judged then; the oldest first.

    From the stored inputs; empty where these were thrown away. The counts are those known on the evening of the
    judging, so that a week holds what was entered late.
    """
    try:
        panel = panel_of(card.evaluation)
    except packing.Damaged:
        return []
    if panel is None or card.cell not in panel.cells:
        return []
    place = panel.cells.index(card.cell)
    part = scales.part_typed(panel) if card.scam else 1.0
    found = scales.week_by_week(panel.only(np.arange(len(panel.cells)) == place), weeks, part)
    ends = card.evaluation.week_ends
    return [
        Point(
            ends=ends - timedelta(weeks=len(found.count) - 1 - n),
            count=float(found.count[n]),
            expected=_known(found.mean[n]),
            upper=_known(found.upper[n]),
        )
        for n in range(len(found.count))
    ]


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def is_rising(one: OpenWave, newest: SurgeEvaluation | None) -> bool:
    """Whether the wave alarms in the newest evaluation, and not only in an earlier one of the four weeks."""
    return newest is not None and one.card.evaluation_id == newest.pk
