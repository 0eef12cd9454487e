"""What stands behind a number: its counts cell by cell and day by day, and its facts one by one, chosen as the counting
loop chooses them.

Counts are of the facts as they stand; one by one they are read from the log, where only a few days or what came after a
cut are wanted of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cases.figures import counting
from cases.figures.columns import Facts, IntArray, Part
from cases.figures.counting import Axis, Places, Rows
from cases.figures.dimensions import BLANK, DIMENSIONS
from cases.figures.facts import CONTACT
from cases.figures.layout import ERASED, day_number
from cases.figures.models import CaseFact
from cases.figures.questions import (
    CASES,
    CONTACTS,
    COUNTS,
    DAYS_TO_CLOSE,
    MEDIATION_RATE,
    RESOLUTION_RATE,
    Question,
)
from cases.figures.tabulation import Reading
from cases.records import codes
from cases.records.codes import Kind

# Below the number of parameters that SQLite takes in one statement.
AT_ONCE: Final = 900


@dataclass(frozen=True, eq=False)
class FactsBehind:
    """What a question counts, one entry per fact (per mention where 延べ are counted).

    `cell` numbers the cells of the axes asked for. `erased` marks erased cases.
    """

    seq: IntArray
    sign: IntArray
    day: IntArray
    erased: NDArray[np.bool_]
    cell: Places

    @property
    def total(self) -> int:
        return int(self.sign.sum())

    @property
    def erased_total(self) -> int:
        return int(self.sign[self.erased].sum())


@dataclass(frozen=True)
class CellsBehind:
    """Counts by row code and column code; `erased` of the `total` are of erased cases."""

    cells: Mapping[tuple[str, str], int]
    total: int
    erased: int


@dataclass(frozen=True, eq=False)
class DaysBehind:
    """The days (as numbers, the newest first) that have something to list, and how much: `listed` in all."""

    days: Places
    counts: Places
    listed: int
    erased: int


def counted(question: Question) -> Question:
    """The count that stands behind a mean, a rate or a share: the cases (or 経過) it is worked out of."""
    if question.measure in COUNTS:
        return question
    return replace(
        question,
        measure=CONTACTS if question.what == CONTACT else CASES,
        filters={**question.filters, **_ended(question)},
    )


def cells_behind(read: Reading) -> CellsBehind:
    """The cells that have a count, and how many of all that is of erased cases."""
    (row_axis, rows), (column_axis, across) = read.axis(read.question.rows), read.axis(read.question.columns)
    axes = [*(axis for axis in (row_axis, column_axis) if axis is not None), _by_erasure(read.facts)]
    counts = counting.count(read.facts, read.selection(), axes).reshape(len(rows), len(across), 2)
    of_cells = counts.sum(axis=2)
    return CellsBehind(
        cells={
            (rows[row], across[column]): int(of_cells[row, column]) for row, column in np.argwhere(of_cells)
        },
        total=int(counts.sum()),
        erased=int(counts[:, :, 1].sum()),
    )


def days_behind(read: Reading) -> DaysBehind:
    """How many cases (or 経過) there are of every day, without the erased ones, which nobody can list."""
    question, selection = read.question, read.selection()
    first, end = counting.days_spanned(read.facts, question.centre_ids, question.what) or (date.min, date.min)
    start = min(max(selection.start, first), selection.end)
    end = max(min(selection.end, end + timedelta(days=1)), start)
    base, length = day_number(start), (end - start).days
    by_day = Axis(counting.RECEIVED_ON, np.arange(length), length, base=base)
    counts = counting.count(
        read.facts, replace(selection, start=start, end=end), [by_day, _by_erasure(read.facts)]
    )
    listed = counts[:, 0]
    days = listed.nonzero()[0][::-1]
    return DaysBehind(days + base, listed[days], int(listed.sum()), int(counts[:, 1].sum()))


def facts_behind(
    read: Reading, facts: Facts, days: tuple[date, date], by: Sequence[Axis | None] = ()
) -> FactsBehind:
    """Of these facts, as they are stated, those that the answer adds up on the days in [first, end).

    The sum of their signs is its total, cell by cell of the axes in `by`.
    """
    is_erased, selection = _by_erasure(facts), read.selection()
    within = replace(selection, start=max(days[0], selection.start), end=min(days[1], selection.end))
    lots = [
        (
            rows.column("seq"),
            rows.column("sign"),
            rows.column(counting.RECEIVED_ON),
            counting.place_of(is_erased, rows) == 1,
            _cells(by, rows),
        )
        for rows in counting.selected(facts, within)
        if len(rows)
    ] or [(np.zeros(0, np.int64),) * 3 + (np.zeros(0, np.bool_), np.zeros(0, np.intp))]
    return FactsBehind(*(np.concatenate(arrays) for arrays in zip(*lots, strict=True)))


def after(facts: Facts, cut: int) -> Facts:
    """Of the log, what was stated after a cut."""

    def part_of(part: Part) -> Part:
        first = int(np.searchsorted(part.columns["seq"], cut, side="right"))
        return Part({name: array[first:] for name, array in part.columns.items()})

    parts = {kind: [part_of(part) for part in held] for kind, held in facts.as_stated().parts_of.items()}
    return replace(facts, parts_of=parts, settled_from={})


@dataclass(frozen=True)
class Stated:
    """What a fact is about; without uids where its case is erased."""

    case_uid: UUID | None
    contact_uid: UUID | None

    @property
    def uid(self) -> UUID | None:
        """Of the case, or of the 経過 where the fact is about one."""
        return self.contact_uid or self.case_uid


def stated(seqs: Sequence[int]) -> dict[int, Stated]:
    """What each fact is about. One query for every 900 facts."""
    found: dict[int, Stated] = {}
    for first in range(0, len(seqs), AT_ONCE):
        facts = CaseFact.objects.filter(seq__in=seqs[first : first + AT_ONCE])
        found |= {seq: Stated(*uids) for seq, *uids in facts.values_list("seq", "case_uid", "contact_uid")}
    return found


def _by_erasure(facts: Facts) -> Axis:
    """Place 1 for the facts of erased cases."""
    return counting.by_word(facts, "source", lambda source: int(source == ERASED))(2)


def _cells(by: Sequence[Axis | None], rows: Rows) -> Places:
    cells = np.zeros(len(rows), dtype=np.intp)
    for axis in by:
        if axis is not None:
            cells *= axis.size
            cells += counting.place_of(axis, rows)
    return cells


def _ended(question: Question) -> dict[str, frozenset[str]]:
    """Only closed, or only mediated, cases are in days to close and in the shares of outcomes."""
    if question.measure not in (DAYS_TO_CLOSE, MEDIATION_RATE, RESOLUTION_RATE):
        return {}
    ended = (DIMENSIONS["outcome"].known_codes() or frozenset()) - {BLANK}
    if question.measure == RESOLUTION_RATE:
        held = codes.codes(Kind.OUTCOME).by_code
        ended = frozenset(
            code for code in ended & held.keys() if held[code].attributes.get("mediation") == "1"
        )
    wanted = question.filters.get("outcome")
    return {"outcome": ended if wanted is None else ended & frozenset(wanted)}
