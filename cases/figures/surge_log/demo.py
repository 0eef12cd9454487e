"""The made-up centre as it would stand after years of nights: the planted waves are on cards when the demo opens."""

from datetime import date, timedelta
from typing import Final

from cases.demo import parts, profile
from cases.figures.surge_log import evaluating
from cases.figures.surge_log.evaluating import Trigger
from cases.figures.surge_log.models import SurgeEvaluation
from cases.records.centre import Actor, Centre

WEEKS: Final = 13


def load(centre: Centre, by: Actor, today: date) -> None:
    """Judge the weeks of each planted wave and the last quarter, as looked back upon; again, nothing is added."""
    yesterday = today - timedelta(days=1)
    if SurgeEvaluation.objects.filter(centre=centre, week_ends=yesterday).exists():
        return
    ends = [
        yesterday,
        *(wave.end - timedelta(days=1) for wave in profile.surges(today) if wave.end < yesterday),
    ]
    for last in sorted(ends):
        evaluating.evaluate_weeks(centre, last, weeks=WEEKS, trigger=Trigger.PAST)


def register() -> None:
    parts.register("surges", load)
