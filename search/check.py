"""Whether the engine holds what the database holds: compared both ways, without changing anything.

What waits in the feed is behind and no fault. The repair is `search.index.reconcile`.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from cases import feed
from cases.feed.models import FeedRow
from cases.protection.models import DataKey
from cases.records.case import Case
from search import index
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend
from search.dead_letters import DeadLetter
from search.terms import CaseTerms

BATCH: Final = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """Both sides, counted.

    `missing`, `old`: cases without a document, or with one of an earlier revision. `orphaned`: documents whose case
    or key is gone. `miscounted`: by how many documents the engine's own count is off. None of them waits in the feed.
    `terms_missing`, `terms_old`: cases whose kept terms are not there, or of another analysis or revision: the next
    rebuild analyses them again. `without_key`: cases whose key is gone; they are in no index. `letters`: cases that the
    engine refuses; they are not missing as well.
    """

    analyser_version: str
    is_complete: bool
    cases: int
    documents: int
    missing: int
    old: int
    orphaned: int
    miscounted: int
    terms_missing: int
    terms_old: int
    without_key: int
    letters: int
    waiting: int
    oldest_seconds: int | None

    @property
    def is_in_step(self) -> bool:
        return self.is_complete and not (
            self.missing or self.old or self.orphaned or self.miscounted or self.letters
        )

    def as_json(self) -> dict[str, Any]:
        return {"in_step": self.is_in_step, **asdict(self)}


@dataclass
class _Tally:
    """What a walk over the cases has counted so far."""

    cases: int = 0
    missing: int = 0
    old: int = 0
    terms_missing: int = 0
    terms_old: int = 0
    without_key: int = 0
    letters: int = 0


def check(engine: Backend, progress: Progress | None = None) -> Checked:
    """Walk over both sides. `progress(done, total)` is told of every batch. Raises what the engine raises."""
    tell = progress or (lambda _done, _total: None)
    is_complete, counted = engine.is_complete(), engine.size()
    total = Case.objects.count() + counted
    documents, orphaned = _walk_documents(engine, lambda done: tell(done, total))
    tally = _walk_cases(engine, lambda done: tell(documents + done, total))
    lag = feed.lag(index.CONSUMER)
    return Checked(
        analyser_version=ANALYSER_VERSION,
        is_complete=is_complete,
        cases=tally.cases,
        documents=documents,
        missing=tally.missing,
        old=tally.old,
        orphaned=orphaned,
        # Cases come and go while this walks; what the feed still brings may explain a difference.
        miscounted=0 if lag.waiting or engine.size() != counted else abs(counted - documents),
        terms_missing=tally.terms_missing,
        terms_old=tally.terms_old,
        without_key=tally.without_key,
        letters=tally.letters,
        waiting=lag.waiting,
        oldest_seconds=None if lag.oldest is None else int(lag.oldest.total_seconds()),
    )


def _walk_documents(engine: Backend, tell: Callable[[int], None]) -> tuple[int, int]:
    """How many documents the engine holds, and how many of them belong to no case."""
    documents, orphaned, after = 0, 0, None
    while stored := engine.stored(after=after, limit=BATCH):
        after = stored[-1].uid
        uids = [document.uid for document in stored]
        gone = set(uids) - _with_key(uids)
        documents, orphaned = documents + len(uids), orphaned + len(gone - _waiting(gone))
        tell(documents)
    return documents, orphaned


def _walk_cases(engine: Backend, tell: Callable[[int], None]) -> _Tally:
    tally, last = _Tally(), 0
    while rows := list(
        Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "uid", "revision")[:BATCH]
    ):
        last = rows[-1][0]
        _count_cases(rows, engine, tally)
        tell(tally.cases)
    return tally


def _count_cases(rows: list[tuple[int, UUID, int]], engine: Backend, tally: _Tally) -> None:
    uids = [uid for _pk, uid, _revision in rows]
    readable, held = _with_key(uids), engine.revisions(uids)
    terms = {
        uid: (revision, version)
        for uid, revision, version in CaseTerms.objects.filter(uid__in=uids).values_list(
            "uid", "revision", "analyser_version"
        )
    }
    behind = {uid for _pk, uid, revision in rows if uid in readable and held.get(uid, -1) < revision}
    refused = (
        set(DeadLetter.objects.filter(uid__in=behind).values_list("uid", flat=True)) if behind else set()
    )
    behind -= _waiting(behind) | refused
    tally.letters += len(refused)
    tally.cases += len(rows)
    tally.without_key += len(set(uids) - readable)
    tally.missing += len(behind - held.keys())
    tally.old += len(behind & held.keys())
    for _pk, uid, revision in rows:
        if uid in readable:
            tally.terms_missing += uid not in terms
            tally.terms_old += uid in terms and terms[uid] != (revision, ANALYSER_VERSION)


def _with_key(uids: Collection[UUID]) -> set[UUID]:
    """Those that are cases whose key is there."""
    keys = DataKey.objects.filter(owner_kind=Case.OWNER_KIND, owner_uid__in=uids).values("owner_uid")
    return set(Case.objects.filter(uid__in=keys).values_list("uid", flat=True))


def _waiting(uids: Collection[UUID]) -> set[UUID]:
    """Those of which the feed still has word."""
    if not uids:
        return set()
    rows = FeedRow.objects.filter(consumer=index.CONSUMER, case_uid__in=uids)
    return set(rows.values_list("case_uid", flat=True))
