"""Whom a centre calls 高齢者 and 若者. Publishers differ, so each centre sets it; every table says what held."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.figures.limits import AgeLimits
from cases.protection import audit
from cases.records.centre import SENIOR_LIMITS, YOUNG_LIMITS, Actor, Centre
from cases.services.entry import EntryRefused


def of(centre: Centre) -> AgeLimits:
    return AgeLimits(centre.senior_from, centre.young_to)


@transaction.atomic
def change(centre: Centre, limits: AgeLimits, *, by: Actor) -> Centre:
    """Set both limits; only those that bands of ages can tell are accepted. Nothing is written where they hold already.

    Raises EntryRefused, Centre.DoesNotExist.
    """
    errors = {}
    if limits.senior_from not in SENIOR_LIMITS:
        errors["senior_from"] = _("一覧から選んでください。")
    if limits.young_to not in YOUNG_LIMITS:
        errors["young_to"] = _("一覧から選んでください。")
    if errors:
        raise EntryRefused(errors)
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    if of(held) != limits:
        held.senior_from, held.young_to = limits.senior_from, limits.young_to
        held.save(update_fields=["senior_from", "young_to"])
        audit.record(
            "AGE_LIMITS_CHANGED", by=by, centre=held, reason=f"{limits.senior_from}+ {limits.young_to}-"
        )
    return held
