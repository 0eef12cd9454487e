"""Borrowers of before households were compared without the room get what that needs: by the worker, some at a time."""

import uuid
from typing import Final

from django.db import transaction

from cases.jobs.registry import every
from cases.protection import contact_match
from cases.records.centre import Centre
from outreach.devices.models import Loan

_AT_ONCE: Final = 200


def is_wanted() -> bool:
    return contact_match.without_house(Loan.OWNER_KIND).exists()


@transaction.atomic
def tag_some() -> bool:
    """True where there is more to do."""
    tags = contact_match.without_house(Loan.OWNER_KIND)[:_AT_ONCE]
    waiting: dict[int, set[uuid.UUID]] = {}
    for centre_id, uid in tags.values_list("centre_id", "owner_uid"):
        waiting.setdefault(centre_id, set()).add(uid)
    for centre in Centre.objects.filter(pk__in=waiting):
        rows = Loan.objects.filter(centre=centre, uid__in=waiting[centre.pk])
        contact_match.tag_houses(rows, among="address", centre=centre)
    return is_wanted()


def register() -> None:
    every(3600.0, "devices.tag_houses", wanted=is_wanted)(tag_some)
