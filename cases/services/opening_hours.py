"""When a centre takes calls on its working days. Centres differ, and a silence is measured in these hours."""

from django.db import transaction

from cases.law.working_time import Hours
from cases.protection import audit
from cases.records.centre import Actor, Centre


def of(centre: Centre) -> Hours:
    return Hours(centre.opens_at, centre.closes_at)


@transaction.atomic
def change(centre: Centre, hours: Hours, *, by: Actor) -> Centre:
    """Set the hours; nothing is written where they hold already. Raises Centre.DoesNotExist."""
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    if of(held) != hours:
        held.opens_at, held.closes_at = hours.opens, hours.closes
        held.save(update_fields=["opens_at", "closes_at"])
        audit.record(
            "OPENING_HOURS_CHANGED", by=by, centre=held, reason=f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"
        )
    return held
