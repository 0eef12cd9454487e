"""Whoever left the register of supporters is forgotten when the years are over (`outreach.keeping`)."""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records.centre import SYSTEM, Centre
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind
from outreach.supporters import services
from outreach.supporters.models import Supporter


def ended(centre: Centre) -> Iterator[Ended]:
    rows = Supporter.objects.filter(centre=centre, left_on__isnull=False, forgotten_on__isnull=True)
    for uid, number, left_on in rows.values_list("uid", "number", "left_on"):
        if left_on is not None:
            yield Ended(uid, _("登録番号%(number)s") % {"number": number}, left_on)


def register() -> None:
    kinds.register(
        Kind(
            "SUPPORTERS", gettext_lazy("消費生活サポーター"), gettext_lazy("登録をやめた日"), ended,
            partial(services.forget, by=SYSTEM),
        )
    )  # fmt: skip
