"""How much lies on the desks: open cases and 経過 by person, how long cases wait, how soon callers are answered.

Counted from the cases themselves, not from the facts: who looks after a case is no figure that leaves the office.
Every answer is up to a few minutes old, so that a screen that shows them costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, F, Min, Sum
from django.db.models.functions import Coalesce

from cases.held import Held
from cases.law import calendar
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp
from cases.services.pionet import registering

# The last day of each class, counted in days; the last class is open.
AGES: Final[tuple[int, ...]] = (7, 30, 90, 180)
CONTACTS_OF: Final = timedelta(weeks=4)
MOST_CASES: Final = 20_000
"""Response times are those of so many cases at most, the newest of the period: of 20,000 they no longer change."""
_NO_CONTACT: Final = "NOTE"
_IN_HAND: Final = Coalesce("in_charge", "counsellor")


@dataclass(frozen=True)
class Waiting:
    """Cases by how many days they have waited: `counts[n]` up to `AGES[n]` days, the last one longer."""

    counts: tuple[int, ...]
    oldest: int | None

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class OfPerson:
    """What one person has: open cases in hand, 経過 written in the last four weeks and the minutes noted with them."""

    account_pk: int
    open: int
    contacts: int
    minutes: int


@dataclass(frozen=True)
class Workload:
    """`in_nobodys_hands`: open cases that came with a ledger. `people` are those who have something, the most first."""

    open: int
    in_nobodys_hands: int
    contacts: int
    minutes: int
    people: tuple[OfPerson, ...]

    @property
    def open_per_person(self) -> float | None:
        """Open cases in somebody's hands, over those who have one; None where nobody has."""
        holding = [person.open for person in self.people if person.open]
        return sum(holding) / len(holding) if holding else None


@dataclass(frozen=True)
class Spread:
    """Of `n` durations the median and the one that nine of ten do not exceed; `without` have none (yet)."""

    n: int
    without: int
    median: float | None
    ninth: float | None


@dataclass(frozen=True)
class Responses:
    """受付 to the first contact, in hours. `of` cases were looked at, `is_cut` if not all."""

    first_contact: Spread
    of: int
    is_cut: bool


_held_open: Held[Waiting] = Held(60.0)
_held_unregistered: Held[Waiting] = Held(600.0)
_held_load: Held[Workload] = Held(60.0)
_held_responses: Held[Responses] = Held(600.0)


def open_cases(centre_ids: frozenset[int], today: date) -> Waiting:
    """Open cases by the days since their 受付. Up to a minute old; one query."""

    def count() -> Waiting:
        cases = Case.objects.filter(centre_id__in=centre_ids).open().order_by()
        return _waiting(cases.values_list("received_on").annotate(n=Count("pk")), today)

    return _held_open.get((centre_ids, today), count)


def unregistered_cases(by: Actor, today: date) -> Waiting:
    """Closed cases that are not in PIO-NET, by the days since their 終了. Up to ten minutes old."""

    def count() -> Waiting:
        return _waiting(registering.waiting_by_day(by), today)

    return _held_unregistered.get((by.centre_ids, today), count)


def workload(centre_ids: frozenset[int], until: date) -> Workload:
    """Open cases now, and the 経過 of the four weeks that end with the day `until`. Up to a minute old; two queries."""
    return _held_load.get((centre_ids, until), lambda: _workload(centre_ids, until))


def responses(centre_ids: frozenset[int], start: date, end: date) -> Responses:
    """Of cases received in [start, end). Up to ten minutes old; two queries.

    Cases from a ledger are left out: they have no 経過 and no hour.
    """
    return _held_responses.get((centre_ids, start, end), lambda: _responses(centre_ids, start, end))


def spread(durations: Iterable[float], without: int = 0) -> Spread:
    """Median (the mean of the two in the middle) and ninth tenth (the smallest that nine of ten do not exceed)."""
    found = sorted(durations)
    if not found:
        return Spread(0, without, None, None)
    middle = found[(len(found) - 1) // 2], found[len(found) // 2]
    return Spread(len(found), without, sum(middle) / 2, found[-(-9 * len(found) // 10) - 1])


def _waiting(by_day: Iterable[tuple[date, int]], today: date) -> Waiting:
    counts = [0] * (len(AGES) + 1)
    oldest = None
    for day, n in by_day:
        days = max((today - day).days, 0)
        counts[_class_of(days)] += n
        oldest = days if oldest is None else max(oldest, days)
    return Waiting(tuple(counts), oldest)


def _class_of(days: int) -> int:
    return next((n for n, last in enumerate(AGES) if days <= last), len(AGES))


def _workload(centre_ids: frozenset[int], until: date) -> Workload:
    cases = Case.objects.filter(centre_id__in=centre_ids).open().order_by()
    in_hand = dict(cases.values_list(_IN_HAND).annotate(n=Count("pk")))
    end = _midnight(until + timedelta(days=1))
    made = FollowUp.objects.filter(
        case__centre_id__in=centre_ids,
        happened_at__gte=end - CONTACTS_OF,
        happened_at__lt=end,
        withdrawn_at=None,
    ).order_by()
    rows = made.values_list("counsellor").annotate(n=Count("pk"), minutes=Sum("minutes"))
    contacts = {pk: (n, minutes or 0) for pk, n, minutes in rows}
    people = [
        OfPerson(pk, in_hand.get(pk, 0), *contacts.get(pk, (0, 0)))
        for pk in {*in_hand, *contacts}
        if pk is not None
    ]
    return Workload(
        open=sum(in_hand.values()),
        in_nobodys_hands=in_hand.get(None, 0),
        contacts=sum(n for n, _minutes in contacts.values()),
        minutes=sum(minutes for _n, minutes in contacts.values()),
        people=tuple(sorted(people, key=lambda one: (-one.open, -one.contacts, one.account_pk))),
    )


def _responses(centre_ids: frozenset[int], start: date, end: date) -> Responses:
    newest: CaseQuerySet = (
        Case.objects.filter(
            centre_id__in=centre_ids,
            received_at__gte=_midnight(start),
            received_at__lt=_midnight(end),
        )
        .exclude(source=Case.Source.IMPORT)
        .order_by("-received_at", "-pk")
    )
    looked_at = newest[: MOST_CASES + 1].count()
    of = min(looked_at, MOST_CASES)
    hours = [max((first - received_at).total_seconds() / 3600, 0.0) for received_at, first in _first(newest)]
    return Responses(
        first_contact=spread(hours, of - len(hours)),
        of=of,
        is_cut=looked_at > MOST_CASES,
    )


def _first(newest: CaseQuerySet) -> list[tuple[datetime, datetime]]:
    """受付 and first contact of the newest cases that have one."""
    made = FollowUp.objects.filter(case__in=newest.values("pk")[:MOST_CASES], withdrawn_at=None)
    talked = made.exclude(kind=_NO_CONTACT).order_by().values("case", received_at=F("case__received_at"))
    return list(talked.annotate(first=Min("happened_at")).values_list("received_at", "first"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=calendar.TOKYO)
