"""Whom to call at a member that left is forgotten when the years are over (`outreach.keeping`)."""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext_lazy

from cases.records.centre import SYSTEM, Centre
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind
from outreach.network import services
from outreach.network.models import Member


def ended(centre: Centre) -> Iterator[Ended]:
    rows = Member.objects.filter(centre=centre, ended_on__isnull=False, forgotten_at__isnull=True)
    for uid, name, ended_on in rows.values_list("uid", "name", "ended_on"):
        if ended_on is not None:
            yield Ended(uid, name, ended_on)


def register() -> None:
    kinds.register(
        Kind(
            "MEMBERS", gettext_lazy("見守りの構成員の担当者"), gettext_lazy("構成員の終わった日"), ended,
            partial(services.forget_contacts, by=SYSTEM), years=1,
        )
    )  # fmt: skip
