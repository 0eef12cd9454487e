"""Unusual numbers of looks: counted in the log, told to the person and to managers, never a reason to refuse.

A counsellor who is hindered writes the number on paper, so nothing here blocks, waits or asks.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from statistics import median
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, models
from django.db.models import Count, Q
from django.utils import timezone

from cases.jobs.lanes import Lane
from cases.jobs.registry import every
from cases.law import calendar
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.centre import Actor, Centre
from cases.records.unusual import UnusualLooks

log = logging.getLogger(__name__)

Kind = UnusualLooks.Kind
Span = UnusualLooks.Span

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.REVEALS: ("REVEALED", "LETTER_OPENED", "ACCIDENT_OPENED", "WATCH_SHARE_OPENED", "WORRY_OPENED"),
    Kind.PHONES: ("PHONE_LOOKED_UP", "ACCOUNT_LOOKED_UP", "RELATED_LOOKED_UP", "CONTACT_LOOKED_UP"),
    Kind.NAMES: ("NAME_LOOKED_UP", "KANA_LOOKED_UP", "SUBSCRIBER_LOOKED_UP"),
    Kind.EXPORTS: (
        "NUMBERS_EXPORTED",
        "REPORT_EXPORTED",
        "DAY_LOG_EXPORTED",
        "WATCH_SHARE_TAKEN",
        "APPLICATION_LETTER_OPENED",
        "APPLICATION_LINES_TAKEN",
        "CARDS_EXPORTED",
        "LOAN_LETTERS_TAKEN",
        "LOAN_LETTER_OPENED",
    ),
}
"""What in the log counts as which kind of look."""

WEEKS: Final = 4
FACTOR: Final = 3
LEAST_SPANS: Final = 5
"""So many hours (or days) with a look of the kind make a habit; before that the setting alone counts."""
SWEEP_SECONDS: Final = 600.0


def begin(span: str, moment: datetime) -> datetime:
    """The start of the hour or day in Japan that holds the moment."""
    local = timezone.localtime(moment, calendar.TOKYO)
    if span == Span.DAY:
        return datetime.combine(local.date(), time(), calendar.TOKYO)
    return local.replace(minute=0, second=0, microsecond=0)


def _length(span: str) -> timedelta:
    return timedelta(days=1) if span == Span.DAY else timedelta(hours=1)


def limit_for(actor_uid: UUID, kind: str, span: str, moment: datetime) -> int:
    """The number beyond which looks of this kind are unusual for this person in this hour or day.

    Three times the median of their own busy hours (days) of the last four weeks, but never less than half or more
    than double the centre's setting (`WATCH_LIMITS`); the setting itself where there is no habit yet.
    """
    return _limit(actor_uid, kind, span, begin(span, moment))


@lru_cache(maxsize=1024)
def _limit(actor_uid: UUID, kind: str, span: str, since: datetime) -> int:
    setting = _setting(kind, span)
    earlier = AuditEntry.objects.filter(
        actor_uid=actor_uid, action__in=ACTIONS[kind], at__gte=since - timedelta(weeks=WEEKS), at__lt=since
    ).values_list("at", flat=True)
    counts = Counter(begin(span, at) for at in earlier.iterator())
    if len(counts) < LEAST_SPANS:
        return setting
    return round(min(max(FACTOR * median(counts.values()), setting / 2), setting * 2))


def _setting(kind: str, span: str) -> int:
    hour, day = settings.WATCH_LIMITS[kind]
    return int(day if span == Span.DAY else hour)


def note(kind: str, *, by: Actor, centre: Centre) -> None:
    """Count the looks of this hour and day after one more; keep a report where they are unusual.

    Whatever goes wrong here goes to the system's log, not to the person. Not inside a transaction.
    """
    _count_quietly(kind, by, centre, timezone.now())


def _count_quietly(kind: str, by: Actor, centre: Centre, moment: datetime) -> None:
    try:
        _count(kind, by, centre, moment)
    except DatabaseError:
        log.exception("Looks could not be counted")


def _count(kind: str, by: Actor, centre: Centre, moment: datetime) -> None:
    spans = {span: begin(span, moment) for span in Span.values}
    counted = AuditEntry.objects.filter(
        actor_uid=by.uid, action__in=ACTIONS[kind], at__gte=min(spans.values())
    ).aggregate(
        **{
            span: Count("pk", filter=Q(at__gte=since, at__lt=since + _length(span)))
            for span, since in spans.items()
        }
    )
    for span, since in spans.items():
        count = counted[span]
        # Half of the setting is the least that any habit makes of it: below, nothing is looked up.
        if count <= _setting(kind, span) / 2 or count <= (limit := _limit(by.uid, kind, span, since)):
            continue
        _report(kind, span, since, count, limit, by, centre)


def _report(kind: str, span: str, since: datetime, count: int, limit: int, by: Actor, centre: Centre) -> None:
    if by.pk is None:
        return  # the system is nobody to be told of
    row, is_new = UnusualLooks.objects.get_or_create(
        account_id=by.pk,
        kind=kind,
        span=span,
        since=since,
        defaults={"centre": centre, "count": count, "limit": limit},
    )
    if is_new:
        audit.record("UNUSUAL_LOOKS", by=by, centre=centre, count=count, reason=f"{kind} {span}")
    elif row.count != count:
        UnusualLooks.objects.filter(pk=row.pk).update(count=count)


def current(by: Actor) -> list[UnusualLooks]:
    """The reports about oneself for this hour and today, to be told to the person."""
    now = timezone.now()
    here = models.Q()
    for span in Span.values:
        here |= Q(span=span, since=begin(span, now))
    return list(UnusualLooks.objects.filter(here, account=by.pk))


def unusual(centre: Centre, since: datetime) -> list[UnusualLooks]:
    """The reports of a centre from this moment on, newest first, with the person."""
    rows = UnusualLooks.objects.filter(centre=centre, since__gte=since)
    return list(rows.select_related("account", "seen_by"))


def sweep() -> None:
    """Count what other doors leave in the log (look-ups, exports), for every account at work in the last hours."""
    now = timezone.now()
    # The hour before as well: looks just before the full hour are counted after it.
    for moment in (now - timedelta(hours=1), now):
        for kind, account, centre in _at_work(begin(Span.DAY, moment)):
            _count_quietly(kind, account, centre, moment)


def _at_work(since: datetime) -> list[tuple[str, Actor, Centre]]:
    """(kind, account, its centre) for those whose looks since then could be unusual at all."""
    kinds = {action: kind for kind, actions in ACTIONS.items() for action in actions}
    counted = (
        AuditEntry.objects.filter(at__gte=since, action__in=kinds, actor__isnull=False)
        .order_by()
        .values_list("actor", "action")
        .annotate(n=Count("pk"))
    )
    busy = [(kinds[action], pk) for pk, action, n in counted if n > _setting(kinds[action], Span.HOUR) / 2]
    accounts = get_user_model().objects.select_related("centre").in_bulk({pk for _kind, pk in busy})
    return [(kind, accounts[pk], accounts[pk].centre) for kind, pk in busy]


def register() -> None:
    every(SWEEP_SECONDS, "watch.sweep", lane=Lane.FEED)(sweep)
