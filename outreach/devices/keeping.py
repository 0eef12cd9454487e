"""Borrowers are forgotten when the years of their kind of device are over (`outreach.keeping`)."""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext_lazy

from cases.records.centre import SYSTEM, Centre
from outreach.devices import services
from outreach.devices.models import Loan
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind


def ended(centre: Centre) -> Iterator[Ended]:
    rows = Loan.objects.filter(centre=centre, ended_on__isnull=False, forgotten_on__isnull=True)
    told = rows.values_list("uid", "kind__name", "device_no", "ended_on", "kind__keep_years")
    for uid, name, number, ended_on, years in told:
        if ended_on is not None:
            yield Ended(uid, f"{name} {number}".strip(), ended_on, years)


def register() -> None:
    kinds.register(
        Kind(
            "BORROWERS", gettext_lazy("機器を借りた人"), gettext_lazy("返却・紛失・取下げの日"), ended,
            partial(services.forget, by=SYSTEM), set_at=gettext_lazy("機器の種類ごと"),
        )
    )  # fmt: skip
