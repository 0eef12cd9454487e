"""Why a number that was told before is another one now, cause by cause and to the last case.

Between two cuts only three things change a figure: a case is first stated after the earlier cut (registered late),
a case stated before is corrected (−1 where it stood, +1 where it stands now), or a case is erased, which makes its
old statements coarser. The parts add up: before + late + corrected_in − corrected_out + erased_moved = now.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from cases.figures import behind, columns
from cases.figures.behind import FactsBehind
from cases.figures.columns import IntArray
from cases.figures.facts import CONTACT
from cases.figures.models import CaseFact
from cases.figures.questions import Question
from cases.figures.tabulation import Reading

# Row code and column code.
Cell = tuple[str, str]
Cells = Mapping[Cell, int]


@dataclass(frozen=True)
class Told:
    """Counts as they were told: cell by cell (those with a count), as of a `seq`, with erased cases among them."""

    cells: Cells
    as_of: int
    erased: int = 0

    @property
    def total(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True)
class Causes:
    """What changed a count after a cut. Numbers of cases (of mentions where 延べ are counted).

    `moved`: corrected cases that count in another cell of the same table. `erased_late`: net count of statements
    made after the cut whose case is erased by now, so that nobody can tell late from corrected.
    """

    late: int
    corrected_in: int
    corrected_out: int
    moved: int
    erased_late: int

    @property
    def net(self) -> int:
        return self.late + self.corrected_in - self.corrected_out + self.erased_late


@dataclass(frozen=True)
class Difference:
    """A table told before beside the same question asked now.

    `erased`: cases of it that were erased since. `erased_moved`: by how much their coarser codes (the first of the
    month for the day, 消去済 for what no report counts by) changed the total; 0 where the question asks for whole
    months and for what erasure keeps. `changed` are the cells that differ: (told, now).
    """

    before: int
    now: int
    as_of: int
    causes: Causes
    erased: int
    erased_moved: int
    changed: Mapping[Cell, tuple[int, int]]

    @property
    def late(self) -> int:
        return self.causes.late

    @property
    def corrected(self) -> int:
        """Cases that count otherwise because their card was corrected."""
        return self.causes.corrected_in + self.causes.corrected_out + self.causes.moved

    @property
    def is_none(self) -> bool:
        return not self.changed and not self.erased


def told(question: Question) -> Told:
    """The answer as it can be kept, to be explained later."""
    facts = columns.read(question.as_of)
    found = behind.cells_behind(Reading(behind.counted(question), facts))
    return Told(found.cells, facts.as_of, found.erased)


def since(question: Question, before: Told) -> Difference:
    """The difference between what was told and the same question now (or as of the question's `as_of`).

    Of a mean, a rate or a share it is the cases it was worked out of. What was told is what counts now without what was
    stated since: of the log, that alone is looked at.
    """
    facts = columns.read(question.as_of)
    read = Reading(behind.counted(question), facts)
    now = behind.cells_behind(read)
    later = _later(Reading(replace(read.question, limits=read.limits), behind.after(facts, before.as_of)))
    return Difference(
        before=before.total,
        now=now.total,
        as_of=facts.as_of,
        causes=_causes(read.question, later, before.as_of),
        erased=now.erased - later.erased_total - before.erased,
        erased_moved=now.total - later.total - before.total,
        changed=_changed(before.cells, now.cells),
    )


def _later(read: Reading) -> FactsBehind:
    question = read.question
    by = [read.axis(name)[0] for name in (question.rows, question.columns)]
    return behind.facts_behind(read, read.facts, (question.start, question.end), by)


def _changed(before: Cells, now: Cells) -> dict[Cell, tuple[int, int]]:
    both = sorted(before.keys() | now.keys())
    return {
        cell: (told_then, counted)
        for cell in both
        if (told_then := before.get(cell, 0)) != (counted := now.get(cell, 0))
    }


def _causes(question: Question, later: FactsBehind, cut: int) -> Causes:
    """Sorted by the case: late where it had no statement up to the cut, corrected where it had one."""
    of_nobody = _sum_of(later, _of_nobody(question, later.seq))
    known = _stated_before(question, later.seq, cut)
    is_known = _are_among(later.seq, known)
    by_case: dict[UUID, Counter[int]] = defaultdict(Counter)
    of_known = (array[is_known].tolist() for array in (later.seq, later.sign, later.cell))
    for seq, sign, cell in zip(*of_known, strict=True):
        by_case[known[seq]][cell] += sign
    totals = {uid: cells.total() for uid, cells in by_case.items()}
    return Causes(
        late=later.total - of_nobody - sum(totals.values()),
        corrected_in=sum(total for total in totals.values() if total > 0),
        corrected_out=-sum(total for total in totals.values() if total < 0),
        moved=sum(not totals[uid] and any(by_case[uid].values()) for uid in totals),
        erased_late=of_nobody,
    )


def _sum_of(found: FactsBehind, seqs: Collection[int]) -> int:
    return int(found.sign[_are_among(found.seq, seqs)].sum())


def _are_among(seqs: IntArray, wanted: Collection[int]) -> NDArray[np.bool_]:
    """As `np.isin`, which loads 7 MB of numpy for it."""
    held = np.array(sorted(wanted), dtype=np.int64)
    if not len(held):
        return np.zeros(len(seqs), dtype=np.bool_)
    return np.equal(held[np.minimum(np.searchsorted(held, seqs), len(held) - 1)], seqs)


def _of_nobody(question: Question, seqs: IntArray) -> list[int]:
    """Those of these facts that belong to an erased case."""
    return list(_among(question, seqs).filter(case_uid=None).values_list("seq", flat=True))


def _stated_before(question: Question, seqs: IntArray, cut: int) -> dict[int, UUID]:
    """The facts whose case (or 経過) had a statement up to the cut, and its uid: few, so the database picks them."""
    uid = "contact_uid" if question.what == CONTACT else "case_uid"
    same = {name: OuterRef(name) for name in ("case_uid", uid)}  # the uid of the case alone has an index
    earlier = CaseFact.objects.filter(**same, what=question.what, seq__lte=cut)
    return dict(_among(question, seqs).filter(Exists(earlier)).values_list("seq", uid))


def _among(question: Question, seqs: IntArray) -> QuerySet[CaseFact]:
    """These facts; of very many all from the first to the last, to be picked out by who asked."""
    if len(seqs) <= behind.AT_ONCE:
        return CaseFact.objects.filter(seq__in=seqs.tolist())
    return CaseFact.objects.filter(
        seq__range=(int(seqs.min()), int(seqs.max())),
        what=question.what,
        centre__in=question.centre_ids,
        received_on__gte=question.start,
        received_on__lt=question.end,
    )
