"""Judging weeks of a centre, and keeping what came out beside what was put in."""

from dataclasses import asdict
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.utils import timezone

from cases.figures import surging
from cases.figures.surge_log import engine, joining, packing, settings, telling
from cases.figures.surge_log.models import (
    SurgeCard,
    SurgeEvaluation,
    SurgeInputs,
    rules_of,
)
from cases.figures.surge_log.telling import Judgement
from cases.figures.surging import Watched
from cases.records.centre import Centre
from cases.records.closed_days import closed_of
from cases.surges.panel import Panel
from cases.surges.rules import Rules

INPUTS_KEPT: Final = timedelta(days=730)
"""Counts of single weeks are kept so long for computing again; what was said stays, with their digest."""

Trigger = SurgeEvaluation.Trigger


class Reproduced(StrEnum):
    """What became of computing an evaluation again from its inputs."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    OTHER_ENGINE = "OTHER_ENGINE"
    NO_INPUTS = "NO_INPUTS"


def evaluate(
    centre: Centre, week_ends: date, as_of: int | None = None, *, trigger: Trigger = Trigger.NIGHT
) -> SurgeEvaluation | None:
    """Judge the seven days that end with `week_ends` and keep it; None where the centre has no case by then.

    `as_of`: by the facts up to this one. Judged already from the same inputs, rules and code, it is that evaluation.
    """
    return next(iter(evaluate_weeks(centre, week_ends, as_of=as_of, weeks=1, trigger=trigger)), None)


def evaluate_weeks(
    centre: Centre,
    last: date,
    *,
    weeks: int = surging.AGAIN,
    as_of: int | None = None,
    trigger: Trigger = Trigger.NIGHT,
) -> list[SurgeEvaluation]:
    """The same of so many weeks, from one reading of the facts; the oldest is judged first, since waves grow."""
    watched = surging.watched(
        centre.pk,
        last,
        as_of=as_of,
        closed=closed_of(centre.pk, last - timedelta(weeks=surging.WEEKS + weeks)),
        breaks_of_its_own=settings.breaks_of(centre),
        weeks=surging.WEEKS + weeks - 1,
    )
    if watched is None:
        return []
    rules, digest_and_content = settings.rules_of(centre), packing.pack(watched.panel)
    return [
        _judged(centre, watched, back, rules, digest_and_content, trigger)
        for back in reversed(range(min(weeks, watched.panel.weeks)))
    ]


def _judged(
    centre: Centre, watched: Watched, back: int, rules: Rules, packed: tuple[str, bytes], trigger: Trigger
) -> SurgeEvaluation:
    week, (digest, content) = watched.before(back), packed
    judged_from = {
        "centre": centre, "week_ends": week.ends, "digest": digest, "weeks_before_end": back,
        "engine": engine.version(),
    }  # fmt: skip
    known = SurgeEvaluation.objects.filter(**judged_from).order_by("-pk").first()
    if known is not None and known.rules == asdict(rules):
        return known
    found = telling.tell(week.panel, rules)
    with transaction.atomic():
        list(Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk))
        inputs, _is_new = SurgeInputs.objects.get_or_create(digest=digest, defaults={"content": content})
        row = SurgeEvaluation.objects.create(
            **judged_from,
            rules=asdict(rules),
            as_of=week.as_of,
            trigger=trigger,
            inputs=inputs,
            weeks=week.panel.weeks,
            cases=week.cases,
            typed=week.typed,
            is_small_centre=found.is_small_centre,
            cells=found.cells,
            evaluated=found.evaluated,
            not_evaluated=found.not_evaluated,
        )
        _keep_cards(row, found)
    return row


def _keep_cards(row: SurgeEvaluation, found: Judgement) -> None:
    waves = joining.waves_for(row.centre, row.week_ends, [told.cell for told in found.cards])
    made = []
    for position, (told, wave) in enumerate(zip(found.cards, waves, strict=True)):
        card = SurgeCard(evaluation=row, wave=wave, position=position, **told.fields)
        card.put(told.cell)
        made.append(card)
    SurgeCard.objects.bulk_create(made)


def panel_of(row: SurgeEvaluation) -> Panel | None:
    """What was judged, from what is stored; None where that was thrown away. Raises packing.Damaged."""
    if row.inputs is None:
        return None
    stored = packing.unpack(bytes(row.inputs.content), row.digest)
    return (
        Watched(stored, row.as_of, row.week_ends + timedelta(weeks=row.weeks_before_end))
        .before(row.weeks_before_end)
        .panel
    )


def reproduced(row: SurgeEvaluation) -> Reproduced:
    """Whether the same code says the same of the stored inputs: every number of every card, to the last bit."""
    if row.engine != engine.version():
        return Reproduced.OTHER_ENGINE
    try:
        panel = panel_of(row)
    except packing.Damaged:
        return Reproduced.DIFFERENT
    if panel is None:
        return Reproduced.NO_INPUTS
    found = telling.tell(panel, rules_of(row.rules))
    week = Watched(panel, row.as_of, row.week_ends)
    said = (row.cells, row.evaluated, row.not_evaluated, row.is_small_centre, row.cases, row.typed)
    now = (
        found.cells, found.evaluated, found.not_evaluated, found.is_small_centre, week.cases, week.typed,
    )  # fmt: skip
    cards = [(card.cell, {name: getattr(card, name) for name in SurgeCard.TOLD}) for card in row.cards.all()]
    is_same = said == now and cards == [(told.cell, told.fields) for told in found.cards]
    return Reproduced.SAME if is_same else Reproduced.DIFFERENT


def drop_old_inputs() -> int:
    """Throw away what was put in long ago; returns how many."""
    old = SurgeInputs.objects.filter(stored_at__lt=timezone.now() - INPUTS_KEPT)
    count = old.count()
    if count:
        old.delete()
    return count
