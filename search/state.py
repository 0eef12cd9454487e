"""How the index is: for the page that looks after it, 今日, and whoever watches the machine. Changes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases import feed
from cases.held import Held
from cases.jobs import Job, start
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from search import index
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend
from search.dead_letters import DeadLetter
from search.engine import REBUILD, engine
from search.errors import EngineBroken, SearchUnavailable

LATE: Final = timedelta(minutes=10)
"""A changed case that search has not seen for so long is no ordinary wait: nobody drains the feed, or it fails."""
_HELD_SECONDS: Final = 5.0


class Health(StrEnum):
    """From well to worst."""

    OK = "ok"
    BEHIND = "behind"
    """It answers, but changed cases wait too long, or some cannot be put in."""
    REBUILDING = "rebuilding"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class State:
    """`documents`: None where the engine cannot be asked. `letters`: cases that it refuses, nobody having given up."""

    health: Health
    engine: str
    analyser_version: str
    cases: int
    documents: int | None
    lag: feed.Lag
    letters: int
    rebuild: Job | None
    """The newest one, whatever became of it."""
    comparing: bool
    comparison: Job | None
    """The last one that came to its end."""


@dataclass(frozen=True)
class Letter:
    """A case that the engine refuses. `number`: empty where the case is gone."""

    uid: UUID
    number: str
    reason: str
    attempts: int
    since: datetime
    given_up_at: datetime | None


_health: Final[Held[Health]] = Held(_HELD_SECONDS)


def health() -> Health:
    """In a word; asked again after some seconds, so that a watch costs nothing."""
    return _health.get("health", lambda: _health_of(feed.lag(index.CONSUMER), _waiting_letters().count()))


def state() -> State:
    """Everything that the page shows; a fixed number of questions."""
    lag, letters = feed.lag(index.CONSUMER), _waiting_letters().count()
    jobs = Job.objects.select_related("created_by")
    return State(
        health=_health_of(lag, letters),
        engine=_name(),
        analyser_version=ANALYSER_VERSION,
        cases=Case.objects.count(),
        documents=_documents(),
        lag=lag,
        letters=letters,
        rebuild=jobs.filter(kind=REBUILD).order_by("created_at", "pk").last(),
        comparing=jobs.filter(kind=index.RECONCILE).unfinished().exists(),
        comparison=index.last_comparison(),
    )


def _name() -> str:
    """Of the engine's class: `SqliteBackend`."""
    return type(engine()).__name__


def _health_of(lag: feed.Lag, letters: int) -> Health:
    try:
        is_complete = engine().is_complete()
    except EngineBroken:
        return Health.REBUILDING  # the worker makes it anew
    except SearchUnavailable:
        return Health.UNAVAILABLE
    if not is_complete:
        return Health.REBUILDING
    is_late = lag.oldest is not None and lag.oldest > LATE
    return Health.BEHIND if is_late or letters else Health.OK


def _documents() -> int | None:
    into: Backend = engine()
    try:
        return into.size()
    except (EngineBroken, SearchUnavailable):
        return None


# --- What a person may do about it ----------------------------------------------------------------------------------
def rebuild(*, centre: Centre, by: Actor) -> Job:
    """Start a rebuild, unless one is under way: then that one."""
    return _once(REBUILD, centre, by)


def compare(*, centre: Centre, by: Actor) -> Job:
    """Start a comparison of both sides, unless one is under way: then that one."""
    return _once(index.RECONCILE, centre, by)


@transaction.atomic
def _once(kind: str, centre: Centre, by: Actor) -> Job:
    known = Job.objects.filter(kind=kind).unfinished().first()
    return known or start(kind, {"anew": False} if kind == REBUILD else {}, by=by, centre=centre)


def letters(by: Actor, *, most: int) -> list[Letter]:
    """The refused cases of the actor's centres, and those whose case is gone; what was given up comes last."""
    rows = list(DeadLetter.objects.order_by("given_up_at", "since", "pk"))
    numbers = _numbers([row.uid for row in rows], by)
    found = [
        Letter(row.uid, numbers[row.uid], row.reason, row.attempts, row.since, row.given_up_at)
        for row in rows
        if row.uid in numbers
    ]
    return sorted(found, key=lambda letter: (letter.given_up_at is not None, letter.since))[:most]


@transaction.atomic
def give_up(uids: Collection[UUID], *, by: Actor) -> int:
    """Say that these are known and wait for nobody; they are still tried whenever the case is written again."""
    mine = _numbers(uids, by)
    waiting = _waiting_letters().filter(uid__in=mine)
    count = waiting.update(given_up_at=timezone.now())
    if count:
        audit.record("SEARCH_GIVEN_UP", by=by, count=count)
    return count


def mine_of(uids: Collection[UUID], by: Actor) -> list[UUID]:
    """Those of the refused cases that the actor may do something about."""
    return list(_numbers(uids, by))


def letters_waiting() -> int:
    """How many cases the engine refuses, nobody having given them up."""
    return _waiting_letters().count()


def _waiting_letters() -> "QuerySet[DeadLetter]":
    return DeadLetter.objects.filter(given_up_at=None)


def _numbers(uids: Collection[UUID], by: Actor) -> Mapping[UUID, str]:
    """The numbers of the cases in scope; empty for what is no case any more. Others are left out."""
    theirs = set(
        Case.objects.filter(uid__in=uids).exclude(centre_id__in=by.centre_ids).values_list("uid", flat=True)
    )
    numbers = dict(Case.objects.visible_to(by).of_uids(uids).values_list("uid", "number"))
    return {uid: numbers.get(uid, "") for uid in uids if uid not in theirs}
