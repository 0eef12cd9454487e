"""From a number to its cases: the list behind a cell, as it was counted, with what is erased or was corrected since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from cases.figures import behind, columns
from cases.figures.behind import DaysBehind, FactsBehind
from cases.figures.counting import MENTIONS_OF
from cases.figures.dimensions import DIMENSIONS
from cases.figures.facts import CONTACT
from cases.figures.layout import day_of
from cases.figures.models import CaseFact
from cases.figures.questions import CASES, Question
from cases.figures.tabulation import Reading


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
    read: Reading
    by_day: DaysBehind

    @property
    def listed(self) -> int:
        return self.by_day.listed

    def page(self, first: int, most: int) -> list[Listed]:
        """From place `first` on what fills `most` places, the newest day first. Two queries for a page of any list.

        A correction takes back what was stated of the same day, so each day adds up for itself and only the
        facts of the days on the page are looked up.
        """
        days, skipped = self._days_of(first, most)
        if not days:
            return []
        within = day_of(min(days)), day_of(max(days) + 1)
        facts = behind.facts_behind(self.read, self.read.facts.as_stated(), within)
        places = [uid for uid, times in _net(facts) for _n in range(times)]
        times = Counter(places[skipped : skipped + most])
        changed = _changed_since(list(times), self.as_of)
        return [Listed(uid, n, uid in changed) for uid, n in times.items()]

    def _days_of(self, first: int, most: int) -> tuple[list[int], int]:
        """The days that hold the places, and how many places of the first of them to leave out."""
        ends = self.by_day.counts.cumsum()
        begins = ends - self.by_day.counts
        on_page = np.flatnonzero((ends > first) & (begins < first + most))
        before = int(begins[on_page[0]]) if len(on_page) else first
        return self.by_day.days[on_page].tolist(), first - before


def cases_behind(
    question: Question, *, row: str | None = None, column: str | None = None, layer: str | None = None
) -> CasesBehind:
    """What stands behind a cell, a row (`column` None), a column (`row` None) or the whole table (all None).

    Of a mean, a rate or a share it is what it was worked out of. Raises QuestionNotUnderstood for a code that the
    dimension does not have.
    """
    facts = columns.read(question.as_of)
    cell = behind.counted(_narrowed(question, {"rows": row, "columns": column, "layers": layer}))
    read = Reading(_by_case(cell) if cell.mentions else cell, facts)
    by_day = behind.days_behind(read)
    cases = by_day.listed + by_day.erased
    counted = behind.cells_behind(Reading(cell, facts)).total if cell.mentions else cases
    return CasesBehind(counted, cases, by_day.erased, facts.as_of, read, by_day)


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


def _net(facts: FactsBehind) -> list[tuple[UUID, int]]:
    """The cases of these days with what their statements add up to, the newest day first, of a day the last stated."""
    kept = ~facts.erased
    seqs, signs, days = (array[kept].tolist() for array in (facts.seq, facts.sign, facts.day))
    about = behind.stated(seqs)
    sums: Counter[tuple[int, UUID]] = Counter()
    newest: dict[tuple[int, UUID], int] = {}
    for seq, sign, day in zip(seqs, signs, days, strict=True):
        uid = about[seq].case_uid if seq in about else None
        if uid is None:  # erased between the count and the look
            continue
        sums[day, uid] += sign
        newest[day, uid] = max(newest.get((day, uid), 0), seq)
    order = sorted((key for key, total in sums.items() if total > 0), key=lambda key: (-key[0], -newest[key]))
    return [(uid, sums[day, uid]) for day, uid in order]


def _changed_since(uids: Sequence[UUID], as_of: int) -> set[UUID]:
    later = CaseFact.objects.filter(case_uid__in=uids, seq__gt=as_of).exclude(what=CONTACT)
    return {uid for uid in later.values_list("case_uid", flat=True) if uid is not None}
