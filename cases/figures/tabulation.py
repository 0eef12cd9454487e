"""From a question and facts to selected rows, axes and tables of counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cases.figures import code_maps, columns, counting, limits
from cases.figures.columns import Facts
from cases.figures.counting import Axis, Counts, Selection
from cases.figures.dimensions import DIMENSIONS, SENIOR_CODES, UNKNOWN, Dimension, senior_code
from cases.figures.facts import SEPARATOR
from cases.figures.layout import ERASED
from cases.figures.limits import AgeLimits, Settings
from cases.figures.questions import Question, QuestionNotUnderstood
from cases.figures.reclassified import CodeMap

# The one column, or layer, of a table without that dimension.
EVERYTHING: Final = "ALL"
# Cells of a table, and combinations of stored codes: some 60 MB of counts.
MOST_CELLS: Final = 8_000_000


@dataclass(frozen=True)
class Reading:
    """A question over the facts of one cut, with the limits of age and the table of codes that hold for it."""

    question: Question
    facts: Facts

    @cached_property
    def _settings(self) -> frozenset[Settings]:
        return limits.settings_of(self.question.centre_ids)

    @cached_property
    def limits(self) -> AgeLimits:
        return self.question.limits or limits.agreed(self._settings)

    @cached_property
    def code_map(self) -> CodeMap:
        return self.question.code_map or code_maps.agreed(self._settings)

    def dimension(self, name: str) -> Dimension:
        return DIMENSIONS[name].of(self.question.subject, self.limits, self.code_map)

    @cached_property
    def days(self) -> tuple[date, date]:
        """The period, cut down to the days that have facts where days become codes: "all time" is 3 million days."""
        question = self.question
        if not any(DIMENSIONS[name].code_of_day for name in (*question.by, *question.filters)):
            return question.start, question.end
        spanned = counting.days_spanned(self.facts, question.centre_ids, question.what)
        if spanned is None:
            return question.start, question.start
        start = min(max(question.start, spanned[0]), question.end)
        return start, max(min(question.end, spanned[1] + timedelta(days=1)), start)

    def selection(self, *further: Axis) -> Selection:
        """The facts that count, with the question's filters and these."""
        question = self.question
        filters = [self._filter(name, frozenset(accepted)) for name, accepted in question.filters.items()]
        return Selection(
            question.centre_ids,
            *self.days,
            [*filters, *further],
            mentions=question.mentions,
            what=question.what,
        )

    def _filter(self, name: str, accepted: frozenset[str]) -> Axis:
        if (column := self.question.carries_any(name)) is not None:
            code_of = self.dimension(name).code_of or str
            return counting.by_word(
                self.facts,
                column,
                lambda combined: not accepted.isdisjoint(map(code_of, combined.split(SEPARATOR))),
            )(2)
        return self.dimension(name).filter(self.facts, accepted, *self.days)

    def axis(self, name: str | None) -> tuple[Axis | None, list[str]]:
        """Where facts count in this dimension, with the codes of the places; one place without a dimension."""
        if name is None:
            return None, [EVERYTHING]
        return self.dimension(name).axis(self.facts, *self.days)


def reading(question: Question) -> Reading:
    return Reading(question, columns.read(question.as_of))


@dataclass(frozen=True)
class Table:
    """`counts[row][column][layer][senior, not, unknown]` with the codes of the first three."""

    codes: tuple[Sequence[str], Sequence[str], Sequence[str]]
    counts: Counts

    def used(self, axis: int) -> set[str]:
        """The codes of the axis (0 rows, 1 columns, 2 layers) that have a count."""
        codes = self.codes[axis]
        others = tuple(n for n in range(self.counts.ndim) if n != axis)
        return {codes[place] for place in np.flatnonzero(self.counts.any(axis=others)).tolist()}

    def over(self, codes: tuple[Sequence[str], Sequence[str], Sequence[str]]) -> "Table":
        """The same counts laid out over other codes; what has none is zero, what has two counts in both."""
        laid_out = np.zeros((*map(len, codes), len(SENIOR_CODES)), dtype=np.int64)
        places = [_common(wanted, held) for wanted, held in zip(codes, self.codes, strict=True)]
        if all(len(to) for to, _held in places):
            to, held = zip(*places, strict=True)
            np.add.at(laid_out, np.ix_(*to), self.counts[np.ix_(*held)])
        return Table(codes, laid_out)

    def a_year_on(self, question: Question) -> "Table":
        """Codes of time named one year later, so that they meet those they are compared with."""
        named = [
            [_next_year(name, code) for code in codes]
            for name, codes in zip(
                (question.rows, question.columns, question.layers), self.codes, strict=True
            )
        ]
        return Table((named[0], named[1], named[2]), self.counts)


def _common(wanted: Sequence[str], held: Sequence[str]) -> tuple[list[int], list[int]]:
    """Places of the wanted codes, and beside each that of the code held; a code held twice stands twice."""
    places = {code: n for n, code in enumerate(wanted)}
    found = [(places[code], n) for n, code in enumerate(held) if code in places]
    return [to for to, _held in found], [at for _to, at in found]


def _next_year(name: str | None, code: str) -> str:
    next_year = DIMENSIONS[name].next_year if name else None
    return code if next_year is None or code == ERASED else next_year(code)


def tabulate(read: Reading) -> Table:
    """Raises QuestionNotUnderstood where the table would have more than MOST_CELLS cells."""
    question = read.question
    found = [read.axis(name) for name in (question.rows, question.columns, question.layers)]
    senior = _seniors(read)
    axes = [*(axis for axis, _codes in found if axis is not None), senior]
    rows, across, layers = (codes for _axis, codes in found)
    cells = len(rows) * len(across) * len(layers)
    if max(cells * len(SENIOR_CODES), counting.stored_size(axes)) > MOST_CELLS:
        raise QuestionNotUnderstood(_("表が大きすぎます。期間を短くするか、項目を減らしてください。"))
    counts = counting.count(read.facts, read.selection(), axes)
    return Table(
        (rows, across, layers), counts.reshape(len(rows), len(across), len(layers), len(SENIOR_CODES))
    )


def _seniors(read: Reading) -> Axis:
    """65歳以上, younger, or not to be told; who was erased cannot be told."""

    def place(band: str) -> int:
        return SENIOR_CODES.index(UNKNOWN if band == ERASED else senior_code(band))

    return counting.by_word(read.facts, read.dimension("senior").column, place)(len(SENIOR_CODES))


def shown(question: Question, *tables: Table) -> tuple[list[str], list[str], list[str]]:
    """Rows, columns and layers to show: fixed codes, those in use, and between two months the empty ones."""
    found: list[list[str]] = []
    for axis, name in enumerate((question.rows, question.columns, question.layers)):
        if name is None:
            found.append([EVERYTHING])
            continue
        dimension = DIMENSIONS[name]
        used = set().union(*(table.used(axis) for table in tables))
        if dimension.is_of_time and (known := used - {ERASED}):
            held = {code for table in tables for code in table.codes[axis]} - {ERASED}
            used |= {code for code in held if min(known) <= code <= max(known)}
        found.append(dimension.ordered({*dimension.fixed, *used}, question.centre_ids))
    return found[0], found[1], found[2]
