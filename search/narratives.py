"""What callers told, as words: what learning, waves and the card of a surge read. Nothing of it is kept here."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from django.db.models import QuerySet

from cases.protection import match
from cases.protection.sealed import Sealer
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor
from search.index import LineMemory

BATCH: Final = 500
_memory: Final = LineMemory()


class Told(NamedTuple):
    """A case with the words of its redacted narrative: neither advice nor 経過, which are the desk's own words."""

    case: Case
    words: frozenset[str]


def told(
    cases: QuerySet[Case], *, by: Actor = SYSTEM, step: Callable[[int], None] = lambda _done: None
) -> Iterator[Told]:
    """The cases with their words, oldest key first; cases whose key is gone are left out. `step(done)` per batch.

    One entry in the log per batch, in the name of `by`. The caller has looked to the scope.
    """
    rows = cases.only(
        "uid", "received_on", "centre_id", "product", "sales_method", "is_provisional", "narrative_redacted"
    ).prefetch_related("scam_types")
    last = done = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        found: list[Told] = []

        def keep(case: Case, text: str, _sealer: Sealer, into: list[Told] = found) -> None:
            into.append(Told(case, frozenset(_memory.words(text))))

        match.analyse(batch, keep, by=by, narrative_alone=True)
        last, done = batch[-1].pk, done + len(batch)
        step(done)
        yield from found
