"""Why a number that was told before is another one now, cause by cause and to the last case.

Between two cuts only three things change a figure: a case is first stated after the earlier cut (registered late),
a case stated before is corrected (−1 where it stood, +1 where it stands now), or a case is erased, which makes its
old statements coarser. The parts add up: before + late + corrected_in − corrected_out + erased_moved = now.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from cases.figures import behind, columns
from cases.figures.behind import FactsBehind, Stated
from cases.figures.columns import Facts
from cases.figures.models import CaseFact
from cases.figures.questions import Question

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
    facts = columns.read(question.as_of, as_stated=True)
    found = behind.facts_behind(behind.counted(question), facts)
    return Told(cells_of(found), facts.as_of, found.erased_total)


def since(question: Question, before: Told) -> Difference:
    """The difference between what was told and the same question now (or as of the question's `as_of`).

    Of a mean, a rate or a share it is the cases it was worked out of.
    """
    facts = columns.read(question.as_of, as_stated=True)
    question = behind.counted(question)
    now = behind.facts_behind(question, facts)
    then = behind.facts_behind(question, behind.between(facts, 0, before.as_of))
    cells_now = cells_of(now)
    return Difference(
        before=before.total,
        now=now.total,
        as_of=facts.as_of,
        causes=_causes(question, behind.between(facts, before.as_of), before.as_of),
        erased=then.erased_total - before.erased,
        erased_moved=then.total - before.total,
        changed=_changed(before.cells, cells_now),
    )


def cells_of(found: FactsBehind) -> dict[Cell, int]:
    """The cells that have a count."""
    width = len(found.column_codes)
    counts = np.bincount(
        found.rows * width + found.columns, weights=found.sign, minlength=len(found.row_codes) * width
    )
    return {
        (found.row_codes[place // width], found.column_codes[place % width]): int(counts[place])
        for place in counts.nonzero()[0].tolist()
    }


def _changed(before: Cells, now: Cells) -> dict[Cell, tuple[int, int]]:
    both = sorted(before.keys() | now.keys())
    return {
        cell: (told_then, counted)
        for cell in both
        if (told_then := before.get(cell, 0)) != (counted := now.get(cell, 0))
    }


def _causes(question: Question, later: Facts, cut: int) -> Causes:
    """Sorted by the case: late where it had no statement up to the cut, corrected where it had one."""
    found = behind.facts_behind(question, later)
    about = behind.stated(found.seq.tolist())
    by_case: dict[UUID, Counter[tuple[int, int]]] = defaultdict(Counter)
    erased = 0
    places = zip(
        found.seq.tolist(), found.sign.tolist(), found.rows.tolist(), found.columns.tolist(), strict=True
    )
    for seq, sign, row, column in places:
        if seq not in about or (uid := about[seq].uid) is None:
            erased += sign
        else:
            by_case[uid][row, column] += sign
    known = _stated_before([one for one in about.values() if one.uid in by_case], cut) & by_case.keys()
    totals = {uid: cells.total() for uid, cells in by_case.items()}
    corrected = [totals[uid] for uid in totals if uid in known]
    return Causes(
        late=sum(total for uid, total in totals.items() if uid not in known),
        corrected_in=sum(total for total in corrected if total > 0),
        corrected_out=-sum(total for total in corrected if total < 0),
        moved=sum(not totals[uid] and any(by_case[uid].values()) for uid in known),
        erased_late=erased,
    )


def _stated_before(about: Sequence[Stated], cut: int) -> set[UUID]:
    """Those that had a statement up to the cut, by the cases they belong to: their uid alone has an index."""
    cases = list({one.case_uid for one in about if one.case_uid is not None})
    known: set[UUID] = set()
    for first in range(0, len(cases), behind.AT_ONCE):
        facts = CaseFact.objects.filter(case_uid__in=cases[first : first + behind.AT_ONCE], seq__lte=cut)
        held = (Stated(*uids).uid for uids in facts.values_list("case_uid", "contact_uid").distinct())
        known.update(uid for uid in held if uid is not None)
    return known
