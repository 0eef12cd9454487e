"""Surges that tests start from: rows as an evaluation leaves them, and facts of years for the real engine."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from cases.figures import facts
from cases.figures.surge_log.models import SurgeCard, SurgeEvaluation, SurgeWave
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Centre


def evaluation(centre: Centre, ends: date | None = None, **more: Any) -> SurgeEvaluation:
    """A week that ended on the day (today), with 9 of its 10 cases typed."""
    given: dict[str, Any] = {
        "trigger": "NIGHT", "rules": {"small_centre": 1000}, "engine": "-", "digest": "-", "as_of": 1,
        "weeks_before_end": 0, "weeks": 160, "cases": 40, "typed": 36, "is_small_centre": False, "cells": 520,
        "evaluated": 498, "not_evaluated": {"TOO_SHORT": 22},
    }  # fmt: skip
    return SurgeEvaluation.objects.create(
        centre=centre, week_ends=ends or calendar.today(), **{**given, **more}
    )


def wave(centre: Centre, scam: str = "INSPECTION", **more: Any) -> SurgeWave:
    """One that alarms in a new evaluation; `more` are fields of its card, `age` and `area` of its cell."""
    of = more.pop("of", None) or evaluation(centre)
    cell = {"scam": scam, "age": more.pop("age", ""), "area": more.pop("area", "")}
    found = SurgeWave.objects.create(
        centre=centre, first_alarmed_on=of.week_ends, last_alarmed_on=of.week_ends, **cell
    )
    part = {
        "scam": scam, "age": "65_OVER", "area": "", "level": 2, "week_count": 9.0, "week_mean": 2.0,
        "week_upper": 6.0, "four_count": 14.0, "four_mean": 8.0, "four_upper": 16.0, "probability": "1e-05",
    }  # fmt: skip
    given: dict[str, Any] = {
        "position": of.cards.count(), "basis": "PAST_YEARS", "years": 3, "week_count": 12.0, "week_mean": 3.1,
        "week_upper": 7.0, "four_count": 20.0, "four_mean": 12.5, "four_upper": 22.0, "probability": "2.5e-05",
        "smallest_wave": 6, "fewer_would_end": 4, "parts": [part], "total_rises": False,
    }  # fmt: skip
    SurgeCard.objects.create(evaluation=of, wave=found, **cell, **{**given, **more})
    return found


def history(
    centre: Centre, scam: str, weekly: Sequence[int], *, ends: date | None = None, **more: Any
) -> None:
    """Facts of one 手口: so many in each week, the last one ending on the day (today)."""
    last = ends or calendar.today()
    facts.record(
        (
            Case(
                uid=uuid.uuid4(), centre=centre, received_on=day, fiscal_year=calendar.fiscal_year(day),
                channel="PHONE", kind="COMPLAINT", **{"party_age_band": "75_79", "party_area": "NORTH", **more},
            ),
            scam,
            (),
        )
        for ago, count in enumerate(reversed(weekly))
        for n in range(count)
        for day in [last - timedelta(weeks=ago, days=n % 7)]
    )  # fmt: skip
