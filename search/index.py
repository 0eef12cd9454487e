"""From changed cases to the engine: what the feed brings, a whole rebuild, and the comparison of both sides.

Nothing else writes to an engine. A write to the engine always comes before the mark in the database that it is done
(the feed row deleted, the checkpoint stored), so a killed process repeats work and never skips any.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from random import SystemRandom
from typing import ClassVar, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.backup.models import ErasureNote
from cases.errors import CasesError
from cases.feed.models import FeedRow
from cases.jobs import Job, Running, handler
from cases.protection import match
from cases.protection.models import DataKey
from cases.protection.sealed import Sealer
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.records.tombstone import Tombstone
from search import analysis, dead_letters, lexicon, near
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend, Document, batches
from search.dead_letters import DeadLetter
from search.engine import REBUILD, engine, heal
from search.errors import EngineBroken, SearchUnavailable
from search.hashing import product_hasher
from search.terms import CaseTerms

BATCH: Final = 500
RECONCILE: Final = "search.reconcile"
CONSUMER: Final = "search"
FILL: Final = "search.lexicon"
GRACE: Final = timedelta(minutes=10)
"""How long a replaced store is kept for readers that were at work in it."""
_RESUMED_WITHIN: Final = timedelta(hours=1)
_LINES_HELD: Final = 50_000
listeners: Final[list[Callable[[Sequence[Document]], None]]] = []
"""Called with the documents of changed cases once the engine holds them; each is idempotent and quick.

Higher rooms fill it in `ready()`. One that fails lets its cases come round again. A rebuild tells nobody.
"""
# So often a rebuild begins, where the second store is lost under its hands.
_TRIES: Final = 3
# Seconds that a rebuild waits for an engine that is away, and between two tries.
_PATIENCE: Final = 60.0
_BETWEEN: Final = 2.0
# Documents of a new store that are compared with what analysis makes of their cases.
_SAMPLE: Final = 200
_T = TypeVar("_T")


# --- Analysis of many cases -------------------------------------------------------------------------------------
class LineMemory:
    """Words of lines seen before: ledgers and standard sentences repeat themselves. In memory only, under digests."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, ...]] = {}

    def words(self, text: str) -> list[str]:
        found: list[str] = []
        for line in text.splitlines():
            digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            words = self._known.get(digest)
            if words is None:
                if len(self._known) >= _LINES_HELD:
                    self._known.clear()
                words = self._known[digest] = tuple(map(sys.intern, analysis.line_words(line)))
            found.extend(words)
        return found


_memory: Final = LineMemory()


def _documents(cases: Sequence[Case]) -> tuple[list[Document], list[CaseTerms]]:
    """What the engine stores of the cases, and the rows of terms that are new. Cases without a key are left out."""
    hasher = product_hasher()
    kept = {
        row.case_id: row
        for row in CaseTerms.objects.filter(case__in=cases, analyser_version=ANALYSER_VERSION)
    }
    documents: list[Document] = []
    fresh: list[CaseTerms] = []
    told: set[str] = set()

    def analyse_one(case: Case, text: str, sealer: Sealer) -> None:
        row = kept.get(case.pk)
        if row is not None and row.revision == case.revision:
            words = sealer.open(row, "terms").split()
        else:
            words = _memory.words(text)
            row = CaseTerms(
                case=case, uid=case.uid, revision=case.revision, analyser_version=ANALYSER_VERSION
            )
            sealer.seal(row, "terms", " ".join(words))
            fresh.append(row)
        told.update(words)
        documents.append(_document(case, hasher.packed(analysis.expanded(words))))

    match.analyse(cases, analyse_one, by=SYSTEM)
    # Before the engine holds a document with a new word: a killed process leaves a word too many, never one too few.
    lexicon.learn(told)
    return documents, fresh


def _document(case: Case, packed: bytes) -> Document:
    scams = sorted(case.scam_types.all(), key=lambda row: (not row.is_main, row.code))
    return Document(
        uid=case.uid,
        revision=case.revision,
        centre=case.centre_id,
        received_on=case.received_on,
        terms=packed,
        scams=tuple(row.code for row in scams),
        product=case.product,
        sales_method=case.sales_method,
        age_band=case.party_age_band,
        outcome=case.outcome,
        is_open=case.is_open,
        contract_yen=case.contract_yen,
    )


@dataclass(frozen=True)
class Written:
    """What was handed to the engine, the rows of terms to store behind it, and what it refused for good, and why."""

    documents: Sequence[Document]
    fresh: Sequence[CaseTerms]
    refused: Mapping[UUID, str]


def _put(cases: Sequence[Case], into: Backend) -> Written:
    """Write the cases to the engine."""
    documents, fresh = _documents(cases)
    return Written(documents, fresh, into.put(documents) if documents else {})


def _store(fresh: Sequence[CaseTerms]) -> None:
    """In the caller's transaction. Terms of cases that were erased meanwhile have no case to go with."""
    still = set(Case.objects.filter(pk__in=[row.case_id for row in fresh]).values_list("pk", flat=True))
    CaseTerms.objects.bulk_create(
        # In one order, so that two writers of the same cases wait for each other instead of dead-locking.
        sorted((row for row in fresh if row.case_id in still), key=lambda row: row.case_id),
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["uid", "revision", "analyser_version", "terms"],
    )


def _forget_erased(uids: Collection[UUID], into: Backend) -> int:
    """Take out of the engine what the database holds no longer, or holds no key for.

    Looked up after the write: an erasure that commits later leaves its own feed row.
    """
    with_key = DataKey.objects.filter(owner_kind=Case.OWNER_KIND, owner_uid__in=uids).values("owner_uid")
    held = set(Case.objects.filter(uid__in=with_key).values_list("uid", flat=True))
    gone = [uid for uid in uids if uid not in held]
    if gone:
        erased = _erased_for_good(gone)
        into.bury(erased)
        into.delete(set(gone) - erased)
        dead_letters.settle(gone, {})
    return len(gone)


def _erased_for_good(uids: Collection[UUID]) -> set[UUID]:
    """Those that were erased: the list beside the backups also knows cases that a restored database never saw."""
    return {
        uid
        for model in (Tombstone, ErasureNote)
        for uid in model.objects.filter(case_uid__in=uids).values_list("case_uid", flat=True)
    }


def _for_index() -> QuerySet[Case]:
    return Case.objects.only(
        "uid", "revision", "centre_id", "received_on", "closed_on", "outcome", "product", "sales_method",
        "party_age_band", "contract_yen", "narrative_redacted", "advice_redacted",
    ).prefetch_related("scam_types")  # fmt: skip


# --- The feed ---------------------------------------------------------------------------------------------------
def apply(case_uids: Sequence[UUID]) -> None:
    """Bring the engine up to these cases, as they are in the database now: the feed consumer `search`.

    Idempotent. Erased and missing cases are taken out. A broken engine is made anew and a rebuild queued.
    """
    try:
        _apply(case_uids, engine())
    except EngineBroken:
        heal()
        _apply(case_uids, engine())


def _apply(case_uids: Sequence[UUID], into: Backend) -> None:
    for uids in batches(case_uids, BATCH):
        written = _put(list(_for_index().filter(uid__in=uids)), into)
        with transaction.atomic():
            _store(written.fresh)
            dead_letters.settle(uids, written.refused)
            for tell in listeners if written.documents else ():
                tell(written.documents)
        _forget_erased(uids, into)
        near.look(uids, into)


# --- Words of erased cases ---------------------------------------------------------------------------------------
def has_words_to_forget() -> bool:
    """A cheap look whether `forget_words` has something to do."""
    return Tombstone.objects.filter(words_gone_at__isnull=True).exists()


def forget_words() -> bool:
    """Take erased cases out of the engine's files, not only out of its answers; True where more are left.

    Waits while the feed still has word of them, or a rebuild or comparison may hold a case as it was before. Then
    the store is rewritten, and the tombstones say since when the words are gone.
    """
    waiting = Tombstone.objects.filter(words_gone_at__isnull=True).order_by("pk")
    uids = list(waiting.values_list("case_uid", flat=True)[:BATCH])
    behind = set(
        FeedRow.objects.filter(consumer=CONSUMER, case_uid__in=uids).values_list("case_uid", flat=True)
    )
    gone = [uid for uid in uids if uid not in behind]
    if not gone or Job.objects.unfinished().filter(kind__in=[REBUILD, RECONCILE]).exists():
        return False
    into = engine()
    into.bury(gone)
    if not into.optimise():
        return False
    lexicon.lexicon().prune(lambda words: _held(words, into))
    waiting.filter(case_uid__in=gone).update(words_gone_at=timezone.now())
    return len(uids) == BATCH


def _held(words: Collection[str], into: Backend) -> list[str]:
    """The words that some document still holds."""
    hasher = product_hasher()
    terms = {hasher.term(word): word for word in words}
    known = into.frequencies(terms)
    return [word for term, word in terms.items() if term in known]


@handler(FILL, label=gettext_lazy("探す言葉の一覧の作り直し"))
def fill_lexicon(running: Running) -> None:
    """Learn the words of every case again, where the lexicon is gone. Idempotent."""
    last, done, total = 0, 0, Case.objects.count()
    while cases := list(_for_index().filter(pk__gt=last).order_by("pk")[:BATCH]):
        running.stop_if_cancelled()
        _documents(cases)
        last, done = cases[-1].pk, done + len(cases)
        running.advance(done, total)
    lexicon.complete()
    running.result = {"cases": done}


# --- Rebuild ----------------------------------------------------------------------------------------------------
class RebuildNotVerified(CasesError):
    """The new store does not hold what the cases say: the old one goes on answering."""

    code: ClassVar[str] = "search_rebuild_not_verified"

    def __init__(self) -> None:
        super().__init__(
            _("作り直した索引が相談の記録と合わないため、切り替えませんでした。今の索引を使い続けます。")
        )


@handler(REBUILD, label=gettext_lazy("検索の索引の作り直し"))
def rebuild(running: Running) -> None:
    """Put every case into a new store, compare, and let it take the place of the old one, which answers meanwhile.

    An engine that answers nobody yet is filled in its place. Arguments: `anew`: throw everything away first. After a
    restart it goes on from its checkpoint; what changes meanwhile is written into both stores.
    """
    whole = engine()
    if running.cursor is None and running.arguments.get("anew"):
        whole.wipe()
    heal()
    for tries_left in reversed(range(_TRIES)):
        store, last = _to_fill(whole, running)
        try:
            done = _fill(store, last, running)
            found = _verified(store)
            store.complete()
            break
        except (EngineBroken, SearchUnavailable):
            # The nodes that held a second store are gone; the first one still answers, so another is begun.
            if store is whole or not tries_left:
                raise
            whole.abandon()
    if store is not whole:
        whole.swap()
    running.result = {"cases": done, **asdict(found)}


def _fill(store: Backend, last: int, running: Running) -> int:
    """Put the cases behind the key `last` into the store; how many there are in all."""
    done, total = running.job.done if last else 0, Case.objects.count()
    while cases := list(_for_index().filter(pk__gt=last).order_by("pk")[:BATCH]):
        running.stop_if_cancelled()
        written = _patiently(running, partial(_put, cases, store))
        last, done = cases[-1].pk, done + len(cases)
        with transaction.atomic():
            _store(written.fresh)
            dead_letters.settle([case.uid for case in cases], written.refused)
            running.checkpoint(last, done=done)
        _patiently(running, partial(_forget_erased, [case.uid for case in cases], store))
        running.advance(done, total)
    return done


def _to_fill(whole: Backend, running: Running) -> tuple[Backend, int]:
    """The store that a rebuild fills, and the key of the last case that is in it."""
    if not whole.is_complete():
        return whole, running.cursor or 0
    store = whole.building() if running.cursor is not None else None
    if store is not None:
        return store, running.cursor
    whole.begin()
    store = whole.building()
    if store is None:
        raise EngineBroken("the store that was just begun is gone")
    for uids in batches(list(Tombstone.objects.values_list("case_uid", flat=True))):
        store.bury(uids)
    return store, 0


def _patiently(running: Running, step: Callable[[], _T]) -> _T:
    """The step, tried again while the engine is away: a rebuild outlives the loss of a node."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return step()
        except SearchUnavailable:
            if time.monotonic() > end:
                raise
        running.stop_if_cancelled()
        running.advance(running.job.done)
        time.sleep(_BETWEEN)


def _verified(store: Backend) -> "Reconciled":
    """What it took to bring the store in step; raises RebuildNotVerified where it does not hold what the cases say.

    Two looks: how many it holds, and whether some, chosen by chance, are what analysis makes of them now. What the
    feed still has word of is not yet expected.
    """
    found = reconcile(store)
    behind = set(FeedRow.objects.filter(consumer=CONSUMER).values_list("case_uid", flat=True))
    if abs(store.size() - (found.compared - found.left)) > len(behind):
        raise RebuildNotVerified
    sample = _by_chance(_SAMPLE)
    expected, _fresh = _documents(sample)
    held = {document.uid: document for document in store.documents([document.uid for document in expected])}
    letters = set(
        DeadLetter.objects.filter(uid__in=[case.uid for case in sample]).values_list("uid", flat=True)
    )
    for document in expected:
        if document.uid not in behind | letters and held.get(document.uid) != document:
            raise RebuildNotVerified
    return found


def _by_chance(count: int) -> list[Case]:
    ends = Case.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    keys = range(ends["first"], ends["last"] + 1)
    return list(_for_index().filter(pk__in=SystemRandom().sample(keys, min(count, len(keys)))))


def tidy() -> None:
    """Remove stores that were replaced a while ago, and one that a rebuild left half filled and nobody goes on with."""
    now = timezone.now()
    whole = engine()
    whole.drop_old(now - GRACE)
    rebuilds = Job.objects.filter(kind=REBUILD)
    if rebuilds.unfinished().exists() or rebuilds.filter(finished_at__gt=now - _RESUMED_WITHIN).exists():
        return
    whole.abandon()


# --- Both sides compared ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reconciled:
    """Cases compared; documents taken out, whose case is gone; cases put in, whose document was old or missing.

    `left`: cases that are not in after all, because their words do not open or the engine refuses them.
    """

    compared: int
    removed: int
    renewed: int
    left: int


def reconcile(into: Backend, running: Running | None = None) -> Reconciled:
    """Compare engine and database both ways, and repair. What waits in the feed is repaired early, not twice."""
    removed, after = 0, None
    while stored := into.stored(after=after, limit=BATCH):
        after = stored[-1].uid
        removed += _forget_erased([document.uid for document in stored], into)
    compared, renewed, left, last = 0, 0, 0, 0
    while cases := list(
        Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "uid", "revision")[:BATCH]
    ):
        if running is not None:
            running.stop_if_cancelled()
            running.advance(compared)
        last, compared = cases[-1][0], compared + len(cases)
        held = into.revisions([uid for _pk, uid, _revision in cases])
        behind = [uid for _pk, uid, revision in cases if held.get(uid) != revision]
        if behind:
            # Ahead: the database was restored from a time before. Read after they are out, the cases are what counts.
            into.delete([uid for _pk, uid, revision in cases if held.get(uid, -1) > revision])
            _apply(behind, into)
            missing = len(behind) - len(into.revisions(behind))
            left, renewed = left + missing, renewed + len(behind) - missing
    return Reconciled(compared, removed, renewed, left)


@handler(RECONCILE, label=gettext_lazy("検索の索引の照合"))
def reconcile_job(running: Running) -> None:
    """Every night: compare, repair, and rewrite the engine's store so that nothing of erased cases is left in it."""
    heal()
    into = engine()
    if into.is_complete():
        running.result = asdict(reconcile(into, running))
        into.optimise()


def last_comparison() -> Job | None:
    """The last comparison that came to its end: when, and in `result` the numbers of `Reconciled`; None where none."""
    return Job.objects.filter(kind=RECONCILE, state=Job.State.DONE).order_by("finished_at", "pk").last()
