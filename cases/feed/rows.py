"""The feed: one row per case and consumer, written with the change, deleted once the consumer has caught up.

There is no cursor over ids or times: on PostgreSQL rows commit in another order than they are numbered.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from cases.feed.models import FeedRow
from cases.jobs.lanes import Lane
from cases.jobs.registry import every

log = logging.getLogger(__name__)

Handle: TypeAlias = Callable[[Sequence[UUID]], None]

_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=10)
_MOST_ATTEMPTS_COUNTED: Final = 1000
# So many failures in a row, without a case that passes, are the consumer's.
_BLAMED_AT_ONCE: Final = 3


class ConsumerFails(RuntimeError):
    """The consumer takes no case at all: its engine is down, or its code is wrong."""


@dataclass(frozen=True)
class Consumer:
    """Who is told. `handle` reads the cases itself and is idempotent; a case that is gone was erased.

    `away`: what it raises where it can take no case now, whichever it is: then no case is blamed, and none waits
    longer than the others. `label`: what a person calls it.
    """

    name: str
    handle: Handle
    batch: int
    away: tuple[type[Exception], ...] = ()
    label: Promise | str = ""


@dataclass(frozen=True)
class Lag:
    """How far a consumer is behind: rows waiting, and the age of the oldest (None where none waits).

    `is_more`: at least so many wait; they were not counted further.
    """

    waiting: int
    oldest: timedelta | None
    is_more: bool = False


consumers: dict[str, Consumer] = {}


def register_consumer(
    name: str,
    handle: Handle,
    *,
    batch: int = 200,
    away: tuple[type[Exception], ...] = (),
    label: Promise | str = "",
) -> None:
    """From now on every changed case leaves a row for this consumer, and the worker drains them.

    Called in `ready()`, so that web processes know it too. `batch`: cases given to `handle` at once; `away`, `label`:
    see `Consumer`.
    """
    if name in consumers:
        raise ValueError(f"the feed consumer {name} is registered twice")
    consumers[name] = Consumer(name, handle, batch, away, label)
    every(0, f"feed.{name}", wanted=lambda: _due(name).exists(), lane=Lane.FEED)(
        lambda: drain(name, batch) >= batch
    )


def changed(cases: Iterable[tuple[UUID, int]]) -> None:
    """Leave word of changed cases, given as (uid, revision), for every consumer, in the caller's transaction.

    Raises TransactionManagementError outside one: the word and the change commit together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a feed row is written in the transaction of the change")
    now = timezone.now()
    # In one order, so that two savers of the same cases wait for each other instead of dead-locking.
    latest = sorted(dict(cases).items())
    FeedRow.objects.bulk_create(
        [
            FeedRow(case_uid=uid, consumer=name, revision=revision, queued_at=now, due_at=now)
            for uid, revision in latest
            for name in sorted(consumers)
        ],
        update_conflicts=True,
        unique_fields=["case_uid", "consumer"],
        update_fields=["revision", "queued_at", "due_at", "attempts"],
    )


def drain(consumer: str, limit: int) -> int:
    """Give up to `limit` due rows, oldest first, to the consumer in its batches; returns how many it took.

    When a batch fails, its cases are tried one by one; a case that fails alone waits longer each time, so
    that it holds up nobody. Raises ConsumerFails where the consumer is away, or one case after the other fails: then
    it is to blame rather than they. When the database fails, that error goes to the caller and all rows stay.
    """
    taker = consumers[consumer]
    taken = 0
    while taken < limit:
        rows = list(_due(consumer)[: min(taker.batch, limit - taken)])
        if not rows:
            break
        handled, failed = (rows, []) if _try(taker, rows) else _one_by_one(taker, rows)
        _forget_unchanged(handled)
        _put_off(failed)
        taken += len(handled)
        if not handled and len(failed) >= _BLAMED_AT_ONCE:
            raise ConsumerFails
    return taken


def lag(consumer: str, *, most: int | None = None) -> Lag:
    """Counts every row, those that wait after a failure too; at most `most`, where somebody waits for the answer."""
    rows = FeedRow.objects.filter(consumer=consumer)
    oldest = rows.order_by("queued_at").values_list("queued_at", flat=True).first()
    if oldest is None:
        return Lag(0, None)
    waiting = rows[:most].count()
    return Lag(waiting, max(timezone.now() - oldest, timedelta()), is_more=waiting == most)


def _due(consumer: str) -> QuerySet[FeedRow]:
    return FeedRow.objects.filter(consumer=consumer, due_at__lte=timezone.now()).order_by("due_at", "pk")


def _one_by_one(taker: Consumer, rows: list[FeedRow]) -> tuple[list[FeedRow], list[FeedRow]]:
    """The rows that pass and those that fail alone; ends early where the first few all fail."""
    if len(rows) == 1:
        return [], rows
    handled: list[FeedRow] = []
    failed: list[FeedRow] = []
    for row in rows:
        (handled if _try(taker, [row]) else failed).append(row)
        if not handled and len(failed) >= _BLAMED_AT_ONCE:
            break
    return handled, failed


def _try(taker: Consumer, rows: list[FeedRow]) -> bool:
    try:
        taker.handle([row.case_uid for row in rows])
    except (OperationalError, InterfaceError):
        raise
    except taker.away as absence:
        raise ConsumerFails from absence
    except Exception as failure:
        # Neither message nor uids: an exception's text may quote a case.
        log.error("Feed %s: %d cases failed with %s", taker.name, len(rows), type(failure).__name__)  # noqa: TRY400
        return False
    return True


@transaction.atomic
def _forget_unchanged(rows: list[FeedRow]) -> None:
    """Delete what was handled, except rows that a save rewrote (or is rewriting: skipped) meanwhile."""
    handled = {row.pk: (row.revision, row.queued_at) for row in rows}
    now_stored = FeedRow.objects.select_for_update(skip_locked=True).filter(pk__in=handled).order_by("pk")
    same = [row.pk for row in now_stored if handled[row.pk] == (row.revision, row.queued_at)]
    FeedRow.objects.filter(pk__in=same).delete()


@transaction.atomic
def _put_off(rows: list[FeedRow]) -> None:
    """30 seconds after the first failure, then twice as long each time, ten minutes at most."""
    now = timezone.now()
    for row in rows:
        attempts = min(row.attempts + 1, _MOST_ATTEMPTS_COUNTED)
        wait = min(_FIRST_WAIT * 2 ** min(row.attempts, 10), _LONGEST_WAIT)
        FeedRow.objects.filter(pk=row.pk, revision=row.revision, queued_at=row.queued_at).update(
            attempts=attempts, due_at=now + wait
        )
