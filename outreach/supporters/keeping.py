"""Supporters are forgotten three years after they left: by the worker, once a day."""

from datetime import timedelta
from typing import Final

from cases.jobs.registry import every
from cases.law import calendar
from cases.records.centre import SYSTEM
from outreach.supporters import services
from outreach.supporters.models import Supporter

KEPT: Final = timedelta(days=3 * 366)
"""At least three years: questions about insurance and expenses of activities come up to then."""


def forget_old() -> None:
    gone = Supporter.objects.filter(left_on__lte=calendar.today() - KEPT, forgotten_on__isnull=True)
    for uid in list(gone.values_list("uid", flat=True)):
        services.forget(uid, by=SYSTEM)


def register() -> None:
    every(24 * 3600.0, "supporters.forget")(forget_old)
