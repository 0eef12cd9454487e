"""Made-up registrations: most of what was closed lately is in PIO-NET, the newest and a few others wait."""

import uuid
from datetime import date, timedelta

from cases.demo import parts
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.registration import CopyingPlan, Registration
from cases.services.pionet import plan, registering

KEPT_DAYS = 60
LAG_DAYS = 8
_ONE_IN = 9  # so many of the older ones wait all the same


def register() -> None:
    parts.register("pionet", load)


def load(centre: Centre, by: Actor, today: date) -> None:
    """Added once: a second load finds the plan and leaves everything as it is."""
    if CopyingPlan.objects.filter(centre=centre).exists():
        return
    since = today - timedelta(days=KEPT_DAYS)
    plan.change(centre, fields="", since=since, by=by)
    closed = Case.objects.filter(
        centre=centre, received_on__gte=since, closed_on__lte=today - timedelta(days=LAG_DAYS)
    )
    for place, case in enumerate(closed.exclude(pk__in=Registration.objects.values("case")).order_by("pk")):
        if place % _ONE_IN and case.closed_on is not None:
            registering.register(
                case.uid,
                uid=uuid.uuid5(case.uid, "pionet"),
                number=f"DEMO-{case.fiscal_year}-{place:05d}",
                registered_on=min(today, case.closed_on + timedelta(days=place % LAG_DAYS)),
                revision=case.revision,
                by=by,
            )
