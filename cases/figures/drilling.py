"""From a number to its cases: the list behind a cell, as it was counted, with what is erased or was corrected since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cases.figures import behind, columns
from cases.figures.behind import FactsBehind
from cases.figures.counting import MENTIONS_OF, Places
from cases.figures.dimensions import DIMENSIONS
from cases.figures.facts import CONTACT
from cases.figures.models import CaseFact
from cases.figures.questions import CASES, Question


@dataclass(frozen=True)
class Listed:
    """One case of a list. `times`: its 経過 of that day, where 経過 are counted, else 1.

    `is_changed`: its codes were corrected after the cut, so it may now count elsewhere.
    """

    case_uid: UUID
    times: int
    is_changed: bool


@dataclass(frozen=True)
class CasesBehind:
    """The cases behind a number: `listed` of them have a page, `erased` do not, and both together are `cases`.

    `counted` is the number itself: more than `cases` where several codes of one case count (延べ). Where 経過 are
    counted, so are they here, and a case is listed for each day with one.
    """

    counted: int
    cases: int
    erased: int
    as_of: int
    facts: FactsBehind

    @property
    def listed(self) -> int:
        return self.cases - self.erased

    def page(self, first: int, most: int) -> list[Listed]:
        """From place `first` on what fills `most` places, the newest day first. Two queries for a page of any list.

        A correction takes back what was stated of the same day, so each day adds up for itself and only the
        facts of the days on the page are looked up.
        """
        rank, skipped = self._days_of(first, most)
        kept = np.isin(self.facts.day, list(rank)) & ~self.facts.erased
        places = [uid for uid, times in _net(self.facts, kept, rank) for _n in range(times)]
        times = Counter(places[skipped : skipped + most])
        changed = _changed_since(list(times), self.as_of)
        return [Listed(uid, n, uid in changed) for uid, n in times.items()]

    @cached_property
    def _by_day(self) -> tuple[Places, Places]:
        """Every day with cases that are listed, the newest first, and how many."""
        listed = ~self.facts.erased
        days, places = np.unique(self.facts.day[listed], return_inverse=True)
        counts = np.bincount(places, weights=self.facts.sign[listed], minlength=len(days)).astype(np.intp)
        return days[::-1].astype(np.intp), counts[::-1]

    def _days_of(self, first: int, most: int) -> tuple[Mapping[int, int], int]:
        """The rank of each day that holds one of the places, and how many places of the first day to leave out."""
        days, counts = self._by_day
        ends = counts.cumsum()
        on_page = np.flatnonzero((ends > first) & (ends - counts < first + most))
        before = int((ends - counts)[on_page[0]]) if len(on_page) else first
        return {int(days[place]): n for n, place in enumerate(on_page)}, first - before


def cases_behind(
    question: Question, *, row: str | None = None, column: str | None = None, layer: str | None = None
) -> CasesBehind:
    """What stands behind a cell, a row (`column` None), a column (`row` None) or the whole table (all None).

    Of a mean, a rate or a share it is what it was worked out of. Raises QuestionNotUnderstood for a code that the
    dimension does not have.
    """
    facts = columns.read(question.as_of, as_stated=True)
    cell = behind.counted(_narrowed(question, {"rows": row, "columns": column, "layers": layer}))
    counted = behind.facts_behind(cell, facts)
    held = behind.facts_behind(_by_case(cell), facts) if cell.mentions else counted
    return CasesBehind(counted.total, held.total, held.erased_total, facts.as_of, held)


def _narrowed(question: Question, codes: Mapping[str, str | None]) -> Question:
    filters = {name: frozenset(accepted) for name, accepted in question.filters.items()}
    for side, code in codes.items():
        name = getattr(question, side)
        if name is not None and code is not None:
            filters[name] = filters.get(name, frozenset({code})) & {code}
    return replace(question, filters=filters, layers=None)


def _by_case(question: Question) -> Question:
    """The same cases, each once: one that carries several of the codes is one case."""
    by = [name for name in question.by if DIMENSIONS[name].column not in MENTIONS_OF]
    return replace(question, measure=CASES, rows=by[0] if by else "kind", columns=None)


def _net(facts: FactsBehind, kept: NDArray[np.bool_], rank: Mapping[int, int]) -> list[tuple[UUID, int]]:
    """The cases of these days with what their statements add up to, by the rank of the day, the last stated first."""
    seqs, signs, days = (array[kept].tolist() for array in (facts.seq, facts.sign, facts.day))
    about = behind.stated(seqs)
    sums: Counter[tuple[int, UUID]] = Counter()
    newest: dict[tuple[int, UUID], int] = {}
    for seq, sign, day in zip(seqs, signs, days, strict=True):
        uid = about[seq].case_uid if seq in about else None
        if uid is None:  # erased between the count and the look
            continue
        key = (rank[day], uid)
        sums[key] += sign
        newest[key] = max(newest.get(key, 0), seq)
    order = sorted((key for key, total in sums.items() if total > 0), key=lambda key: (key[0], -newest[key]))
    return [(uid, sums[rank_of, uid]) for rank_of, uid in order]


def _changed_since(uids: Sequence[UUID], as_of: int) -> set[UUID]:
    later = CaseFact.objects.filter(case_uid__in=uids, seq__gt=as_of).exclude(what=CONTACT)
    return {uid for uid in later.values_list("case_uid", flat=True) if uid is not None}
