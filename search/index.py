"""From changed cases to the engine: what the feed brings, a whole rebuild, and the comparison of both sides.

Nothing else writes to an engine. A write to the engine always comes before the mark in the database that it is done
(the feed row deleted, the checkpoint stored), so a killed process repeats work and never skips any.
"""

import hashlib
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.feed.models import FeedRow
from cases.jobs import Job, Running, handler
from cases.protection import match
from cases.protection.models import DataKey
from cases.protection.sealed import Sealer
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.records.tombstone import Tombstone
from search import analysis
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend, Document, batches
from search.engine import REBUILD, engine, heal
from search.errors import EngineBroken
from search.hashing import product_hasher
from search.terms import CaseTerms

BATCH: Final = 500
RECONCILE: Final = "search.reconcile"
CONSUMER: Final = "search"
_LINES_HELD: Final = 50_000


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
        documents.append(_document(case, hasher.packed(words)))

    match.analyse(cases, analyse_one, by=SYSTEM)
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


def _put(cases: Sequence[Case], into: Backend) -> tuple[int, list[CaseTerms]]:
    """Write the cases to the engine; how many, and the rows of terms to store behind it."""
    documents, fresh = _documents(cases)
    if documents:
        into.put(documents)
    return len(documents), fresh


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
        into.delete(gone)
    return len(gone)


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
        _done, fresh = _put(list(_for_index().filter(uid__in=uids)), into)
        with transaction.atomic():
            _store(fresh)
        _forget_erased(uids, into)


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
    into.delete(gone)
    if not into.optimise():
        return False
    waiting.filter(case_uid__in=gone).update(words_gone_at=timezone.now())
    return len(uids) == BATCH


# --- Rebuild ----------------------------------------------------------------------------------------------------
@handler(REBUILD, label=_("検索の索引の作り直し"))
def rebuild(running: Running) -> None:
    """Put every case into the engine again, then take out what is no case. Searching goes on meanwhile.

    Arguments: `anew`: start from an empty store. After a restart it goes on from its checkpoint.
    """
    into = engine()
    if running.cursor is None and running.arguments.get("anew"):
        into.wipe()
    heal()
    done, last, total = running.job.done if running.cursor else 0, running.cursor or 0, Case.objects.count()
    while cases := list(_for_index().filter(pk__gt=last).order_by("pk")[:BATCH]):
        running.stop_if_cancelled()
        _count, fresh = _put(cases, into)
        last, done = cases[-1].pk, done + len(cases)
        with transaction.atomic():
            _store(fresh)
            running.checkpoint(last, done=done)
        _forget_erased([case.uid for case in cases], into)
        running.advance(done, total)
    into.complete()
    running.result = {"cases": done, **asdict(reconcile(into))}


# --- Both sides compared ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reconciled:
    """Cases compared; documents taken out, whose case is gone; cases put in, whose document was old or missing."""

    compared: int
    removed: int
    renewed: int


def reconcile(into: Backend, running: Running | None = None) -> Reconciled:
    """Compare engine and database both ways, and repair. What waits in the feed is repaired early, not twice."""
    removed, after = 0, None
    while stored := into.stored(after=after, limit=BATCH):
        after = stored[-1].uid
        removed += _forget_erased([document.uid for document in stored], into)
    compared, renewed, last = 0, 0, 0
    while cases := list(
        Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "uid", "revision")[:BATCH]
    ):
        if running is not None:
            running.stop_if_cancelled()
            running.advance(compared)
        last, compared = cases[-1][0], compared + len(cases)
        held = into.revisions([uid for _pk, uid, _revision in cases])
        behind = [uid for _pk, uid, revision in cases if held.get(uid, -1) < revision]
        if behind:
            renewed += len(behind)
            _apply(behind, into)
    return Reconciled(compared, removed, renewed)


@handler(RECONCILE, label=_("検索の索引の照合"))
def reconcile_job(running: Running) -> None:
    """Every night: compare, repair, and rewrite the engine's store so that nothing of erased cases is left in it."""
    heal()
    into = engine()
    if into.is_complete():
        running.result = asdict(reconcile(into, running))
        into.optimise()
