"""The facts behind a number: each with its sign, its day and its cell, chosen as the counting loop chooses them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cases.figures import columns, counting
from cases.figures.columns import Facts, IntArray, Part
from cases.figures.counting import Axis, Places, Rows
from cases.figures.dimensions import BLANK, DIMENSIONS
from cases.figures.facts import CONTACT
from cases.figures.layout import ERASED
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

    `rows[n]` and `columns[n]` are places in `row_codes` and `column_codes`. `erased` marks erased cases.
    """

    seq: IntArray
    sign: IntArray
    day: IntArray
    erased: NDArray[np.bool_]
    rows: Places
    columns: Places
    row_codes: Sequence[str]
    column_codes: Sequence[str]

    @property
    def total(self) -> int:
        return int(self.sign.sum())

    @property
    def erased_total(self) -> int:
        return int(self.sign[self.erased].sum())


def counted(question: Question) -> Question:
    """The count that stands behind a mean, a rate or a share: the cases (or 経過) it is worked out of."""
    if question.measure in COUNTS:
        return question
    return replace(
        question,
        measure=CONTACTS if question.what == CONTACT else CASES,
        filters={**question.filters, **_ended(question)},
    )


def facts_behind(question: Question, facts: Facts | None = None) -> FactsBehind:
    """The facts that the answer adds up: the sum of their signs is its total, cell by cell."""
    read = Reading(question, columns.read(question.as_of, as_stated=True) if facts is None else facts)
    (row_axis, row_codes), (column_axis, column_codes) = read.axis(question.rows), read.axis(question.columns)
    is_erased = counting.by_word(read.facts, "source", lambda source: int(source == ERASED))(2)
    lots = [
        (
            rows.column("seq"),
            rows.column("sign"),
            rows.column(counting.RECEIVED_ON),
            is_erased.of(rows.column("source")) == 1,
            _places(row_axis, rows),
            _places(column_axis, rows),
        )
        for rows in counting.selected(read.facts, read.selection())
    ] or [(np.zeros(0, np.int64),) * 3 + (np.zeros(0, np.bool_),) + (np.zeros(0, np.intp),) * 2]
    seq, sign, day, erased, at_rows, at_columns = (
        np.concatenate(arrays) for arrays in zip(*lots, strict=True)
    )
    return FactsBehind(seq, sign, day, erased, at_rows, at_columns, row_codes, column_codes)


def between(facts: Facts, after: int, until: int | None = None) -> Facts:
    """Of the log, what was stated after a cut, up to a later one."""

    def part_of(part: Part) -> Part:
        first = int(np.searchsorted(part.columns["seq"], after, side="right"))
        last = len(part) if until is None else int(np.searchsorted(part.columns["seq"], until, side="right"))
        return Part({name: array[first:last] for name, array in part.columns.items()})

    parts = {kind: [part_of(part) for part in held] for kind, held in facts.parts_of.items()}
    return replace(facts, parts_of=parts, as_of=facts.as_of if until is None else min(until, facts.as_of))


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


def _places(axis: Axis | None, rows: Rows) -> Places:
    if axis is None:
        return np.zeros(len(rows), dtype=np.intp)
    return counting.place_of(axis, rows).astype(np.intp)


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
