"""日報・月報: what a centre did in a period. New cases as in 集計 (erased ones count); contacts and minutes by row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, QuerySet, Sum

from cases.figures.measures import Question, breakdown
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Centre
from cases.records.follow_up import FollowUp


@dataclass(frozen=True)
class Contacts:
    """経過 of one kind or person. `minutes`: the sum of those noted, of `timed` of the `n`."""

    n: int = 0
    timed: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class OfCounsellor:
    """What one person did: calls taken, 経過 written, cases closed of those in their hands."""

    account_pk: int
    new: int
    contacts: Contacts
    closed: int


@dataclass(frozen=True)
class DayLog:
    """Counts of [start, end). Dimensions map a code to its count, the largest first where there is no order.

    `new` adds up to `total` in each dimension. `contacts` are 経過 by kind, on new and older cases alike; `going_on`
    counts the 経過 on cases that were received before the period. `closed` counts by 終了日.
    """

    start: date
    end: date
    total: int
    by_channel: Mapping[str, int]
    by_kind: Mapping[str, int]
    by_scam: Mapping[str, int]
    contacts: Mapping[str, Contacts]
    going_on: int
    closed: Mapping[str, int]
    by_counsellor: Sequence[OfCounsellor]

    @property
    def all_contacts(self) -> Contacts:
        rows = self.contacts.values()
        return Contacts(
            sum(one.n for one in rows), sum(one.timed for one in rows), sum(one.minutes for one in rows)
        )


def log_of(centre: Centre, start: date, end: date) -> DayLog:
    """The log of [start, end) at one centre."""
    by_channel, by_kind, by_scam = (
        _new(centre, start, end, rows) for rows in ("channel", "kind", "scam_main")
    )
    made = FollowUp.objects.filter(
        case__centre=centre,
        happened_at__gte=_midnight(start),
        happened_at__lt=_midnight(end),
        withdrawn_at=None,
    ).order_by()
    closed = Case.objects.filter(centre=centre, closed_on__gte=start, closed_on__lt=end).order_by()
    return DayLog(
        start=start,
        end=end,
        total=sum(by_channel.values()),
        by_channel=by_channel,
        by_kind=by_kind,
        by_scam=dict(sorted(by_scam.items(), key=lambda one: -one[1])),
        contacts=_counted(made, "kind"),
        going_on=made.filter(case__received_on__lt=start).count(),
        closed=dict(closed.values_list("outcome").annotate(n=Count("pk")).order_by("-n")),
        by_counsellor=_by_counsellor(centre, start, end, made, closed),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=calendar.TOKYO)


def _new(centre: Centre, start: date, end: date, rows: str) -> dict[str, int]:
    table = breakdown(Question(frozenset({centre.pk}), start, end, rows))
    counts = zip(table.row_codes, table.row_totals, strict=True)
    return {code: n for code, n in counts if n}


def _counted(made: QuerySet[FollowUp], by: str) -> dict[Any, Contacts]:
    rows = made.values_list(by).annotate(n=Count("pk"), timed=Count("minutes"), minutes=Sum("minutes"))
    return {key: Contacts(n, timed, minutes or 0) for key, n, timed, minutes in rows}


def _by_counsellor(
    centre: Centre, start: date, end: date, made: QuerySet[FollowUp], closed: QuerySet[Case]
) -> list[OfCounsellor]:
    """Everybody who did something; who looks after a case is whose closing it is."""
    new = Case.objects.filter(
        centre=centre, received_at__gte=_midnight(start), received_at__lt=_midnight(end)
    )
    taken: dict[int | None, int] = dict(
        new.order_by().values_list("counsellor").annotate(n=Count("pk")).values_list("counsellor", "n")
    )
    contacts = _counted(made, "counsellor")
    ended: Counter[int | None] = Counter()
    for in_charge, took, n in closed.values_list("in_charge", "counsellor").annotate(n=Count("pk")):
        ended[in_charge or took] += n
    people = sorted({*taken, *contacts, *ended} - {None}, key=lambda pk: -taken.get(pk, 0))
    return [
        OfCounsellor(pk, taken.get(pk, 0), contacts.get(pk, Contacts()), ended[pk])
        for pk in people
        if pk is not None
    ]
