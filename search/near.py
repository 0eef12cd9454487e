"""Cases whose words are nearly the same as those of another of the last weeks: the same person twice, a call that was
entered twice, a wave.

The worker compares digests of terms when it indexes a case; nobody who saves waits for it, and no word is opened.
Cases under 支援措置 are compared with none.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cases.jobs.registry import every
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.links import linked_pks
from search import engine as engines
from search import judgements, ranking
from search.backends.base import Backend, Document, Filters, batches
from search.hashing import TERM_BYTES, unpacked

WINDOW: Final = timedelta(days=42)
LIKE: Final = 0.85
"""From this share of the shorter text's pairs of neighbouring terms two texts count as nearly the same.

Made-up cases at 1,000 a year: .4 % are told of one that was written on its own; of copies with a sentence more 87 %
are told, with a tenth of the sentences gone as well 76 %. At .8: 1.6 %, 99 %, 93 %. The share of all pairs of both
texts, for the same 1.5 %: 59 %, 39 %, since the advice of one is not in the other.
"""
LEAST_TERMS: Final = 12
"""A shorter text ("契約の相談") is like many others and tells nothing."""
MOST: Final = 3
_CANDIDATES: Final = 20
_AGAIN: Final = timedelta(days=3)
_Pair = tuple[int, int]
# Ledgers and made-up cases come in by thousands and tell nobody anything new.
_ENTERED: Final = (Case.Source.DESK, Case.Source.API)


class NearDuplicate(models.Model):
    """Two cases of one centre with nearly the same words. Stored once, the smaller key first.

    Only shown to who may open both; nothing is decided by it.
    """

    first = models.ForeignKey(Case, models.CASCADE, related_name="+")
    second = models.ForeignKey(Case, models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="near_duplicate_once"),
            models.CheckConstraint(name="near_duplicate_in_order", condition=Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


@dataclass(frozen=True)
class Near:
    """A case with nearly the same words as the one at hand, ready for a list, and how much of them (0 to 100)."""

    case: Case
    percent: int


def likeness(one: bytes, other: bytes) -> float:
    """Share of the shorter text's pairs of neighbouring terms that the other holds too: 0.0 to 1.0.

    Pairs and not terms: the cases of one 手口 share most of their words, but not the order of them. Of the shorter
    text, since one of the two often holds advice and 経過 already.
    """
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / min(len(pairs), len(others)) if pairs and others else 0.0


def _pairs(packed: bytes) -> set[bytes]:
    return {packed[at : at + 2 * TERM_BYTES] for at in range(0, len(packed) - TERM_BYTES, TERM_BYTES)}


# --- The worker's side --------------------------------------------------------------------------------------------
def look(uids: Collection[UUID], engine: Backend) -> None:
    """Note which of these cases, just indexed, are nearly the same as others; what was noted before and is no longer
    so is forgotten. Nothing is noted while the engine is being filled. Raises what the engine raises.
    """
    if not engine.is_complete():
        return
    rows = Case.objects.filter(uid__in=uids, source__in=_ENTERED).values_list("uid", "pk", "is_guarded")
    pks = {uid: (pk, is_guarded) for uid, pk, is_guarded in rows}
    near = {}
    for document in engine.documents(pks):
        pk, is_guarded = pks[document.uid]
        near[pk] = [] if is_guarded else nearest(document, engine)
    if near:
        _note(near)


def look_again() -> None:
    """Once a day: what was saved lately, while the engine was away or being filled too."""
    since = timezone.now() - _AGAIN
    recent = Case.objects.filter(entered_at__gt=since, source__in=_ENTERED).order_by("pk")
    for uids in batches(list(recent.values_list("uid", flat=True))):
        look(uids, engines.engine())


def nearest(document: Document, engine: Backend) -> list[tuple[UUID, float]]:
    """The cases of the same centre and weeks that are nearly the same, the likest first."""
    if len(document.terms) < LEAST_TERMS * TERM_BYTES:
        return []
    terms = Counter(unpacked(document.terms))
    lookups = ranking.telling_terms(terms, engine.frequencies(terms), engine.size())
    scope = Filters(
        centres=[document.centre],
        received_from=document.received_on - WINDOW,
        received_before=document.received_on + WINDOW,
        leave_out=document.uid,
    )
    found = engine.candidates(lookups, scope, _CANDIDATES)
    pairs = [(other.uid, likeness(document.terms, other.terms)) for other in found]
    return sorted((pair for pair in pairs if pair[1] >= LIKE), key=lambda pair: (-pair[1], pair[0]))


def _note(near: Mapping[int, Sequence[tuple[UUID, float]]]) -> None:
    """Make the rows of these cases what was found of them now; written only where that changes something.

    In a wave each new case is noted with its `MOST` likest, and keeps those that it was noted with before.
    """
    found = {uid for others in near.values() for uid, _share in others}
    open_to_all = Case.objects.filter(uid__in=found, is_guarded=False) if found else Case.objects.none()
    pks = dict(open_to_all.values_list("uid", "pk"))
    still_so: set[_Pair] = set()
    wanted: dict[_Pair, int] = {}
    for pk, others in near.items():
        pairs = [(_in_order(pk, pks[uid]), round(100 * share)) for uid, share in others if uid in pks]
        still_so.update(pair for pair, _percent in pairs)
        wanted.update(pairs[:MOST])
    held = {
        (row.first_id, row.second_id): row.pk
        for row in NearDuplicate.objects.filter(Q(first__in=near) | Q(second__in=near))
    }
    gone, fresh = held.keys() - still_so, wanted.keys() - held.keys()
    if not gone and not fresh:
        return
    with transaction.atomic():
        NearDuplicate.objects.filter(pk__in=[held[pair] for pair in gone]).delete()
        still = _still_there({pk for pair in fresh for pk in pair})
        rows = [
            NearDuplicate(first_id=first, second_id=second, percent=wanted[first, second])
            for first, second in sorted(fresh)
            if {first, second} <= still
        ]
        NearDuplicate.objects.bulk_create(rows, ignore_conflicts=True)


def _in_order(one: int, other: int) -> _Pair:
    return (one, other) if one < other else (other, one)


def _still_there(pks: Collection[int]) -> set[int]:
    """Those of the cases that nobody erases meanwhile: locked, in one order, until the rows are in."""
    locked = Case.objects.filter(pk__in=pks).select_for_update(of=("self",), no_key=True).order_by("pk")
    return set(locked.values_list("pk", flat=True))


# --- The desk's side ------------------------------------------------------------------------------------------------
def of_case(case: Case, *, by: Actor) -> list[Near]:
    """Cases with nearly the same words that this one is neither linked with nor said to be unlike, the likest first.

    One query where there are none.
    """
    if case.is_guarded:
        return []
    rows = NearDuplicate.objects.filter(Q(first=case) | Q(second=case)).order_by("-percent", "pk")
    percents = {
        row.second_id if row.first_id == case.pk else row.first_id: row.percent for row in rows[: 2 * MOST]
    }
    for pk in linked_pks(case.pk) if percents else ():
        percents.pop(pk, None)
    if not percents:
        return []
    others = list(Case.objects.visible_to(by).filter(pk__in=percents, is_guarded=False).for_list())
    apart = judgements.said_unlike(case, [other.uid for other in others])
    near = [Near(other, percents[other.pk]) for other in others if other.uid not in apart]
    return sorted(near, key=lambda one: (-one.percent, one.case.number))[:MOST]


def register() -> None:
    """Called once, when the apps are ready."""
    every(timedelta(days=1).total_seconds(), "search.near")(look_again)
