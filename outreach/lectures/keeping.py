"""Persons typed with a lecture, and lecturers who speak no more, are forgotten in time (`outreach.keeping`)."""

import uuid
from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from cases.records.centre import SYSTEM, Centre
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind
from outreach.lectures import services
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.models import Lecturer


def ended(centre: Centre) -> Iterator[Ended]:
    over = Lecture.objects.filter(centre=centre, state__in=(Lecture.State.DONE, Lecture.State.CANCELLED))
    rows = over.filter(Q(lecturer__isnull=False) | Q(meeting__isnull=False))
    for row in rows.values_list("uid", "title", Coalesce("last_on", "held_on")):
        yield Ended(*row)


def ended_lecturers(centre: Centre) -> Iterator[Ended]:
    """Since they were taken off the list, or since the last lecture that stands with their name, the later."""
    rows = Lecturer.objects.filter(centre=centre, inactive_since__isnull=False, forgotten_at__isnull=True)
    last = Max(
        Coalesce("lectures__last_on", "lectures__held_on"),
        filter=~Q(lectures__state=Lecture.State.CANCELLED),
    )
    for uid, label, *days in rows.annotate(last=last).values_list("uid", "label", "inactive_since", "last"):
        yield Ended(uid, label, max(day for day in days if day is not None))


@transaction.atomic
def forget_lecturer(uid: uuid.UUID) -> None:
    """Unless they are on the list again."""
    if Lecturer.objects.select_for_update().filter(uid=uid, is_active=False, forgotten_at=None).exists():
        roster.forget_lecturer(uid, by=SYSTEM)


def register() -> None:
    kinds.register(
        Kind(
            "LECTURES", gettext_lazy("講座に書いた講師名とオンラインの入口"), gettext_lazy("講座の最終日"), ended,
            partial(services.forget_persons, by=SYSTEM), years=1,
        )
    )  # fmt: skip
    kinds.register(
        Kind(
            "LECTURERS", gettext_lazy("講師の名簿"), gettext_lazy("名簿から外した日か最後の講座、遅いほう"),
            ended_lecturers, forget_lecturer,
        )
    )  # fmt: skip
