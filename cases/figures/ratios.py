"""あっせん率 and あっせん解決率: shares of cases by how they ended, with the formula in the definition.

    あっせん率     = (あっせん解決 + あっせん不調) ÷ 終了した件数
    あっせん解決率 = あっせん解決 ÷ (あっせん解決 + あっせん不調)

What counts as mediated or settled is said by the code set of 処理結果 (`mediation`, `settled`). Open cases are in
neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.figures import counting
from cases.figures.answers import Answers
from cases.figures.counting import Counts
from cases.figures.definition import definition_of
from cases.figures.dimensions import BLANK
from cases.figures.questions import MEDIATION_RATE, RESOLUTION_RATE, SHARES, Question, require_measure
from cases.figures.shares import Share
from cases.figures.tabulation import EVERYTHING, Table, reading, shown
from cases.records import codes

_SETTLED, _FAILED, _OTHERWISE, _OPEN = range(4)


@dataclass(frozen=True)
class Formula:
    """Which endings are above and which below the line."""

    text: str | Promise
    part: tuple[int, ...]
    whole: tuple[int, ...]


FORMULAS: Final[Mapping[str, Formula]] = {
    MEDIATION_RATE: Formula(
        _("(あっせん解決+あっせん不調)÷終了した件数"), (_SETTLED, _FAILED), (_SETTLED, _FAILED, _OTHERWISE)
    ),
    RESOLUTION_RATE: Formula(_("あっせん解決÷(あっせん解決+あっせん不調)"), (_SETTLED,), (_SETTLED, _FAILED)),
}


def shares(question: Question) -> Answers[Share]:
    """The share per cell, row, column and whole. Raises QuestionNotUnderstood for another kind of measure."""
    require_measure(question, SHARES)
    read, formula = reading(question), FORMULAS[question.measure]
    (row_axis, rows), (column_axis, across) = read.axis(question.rows), read.axis(question.columns)
    ended = counting.by_word(read.facts, "outcome", ending)(4)
    axes = [*(axis for axis in (row_axis, column_axis) if axis is not None), ended]
    counts = counting.count(read.facts, read.selection(), axes).reshape(len(rows), len(across), 4)
    whole = counts[:, :, list(formula.whole)].sum(axis=2)
    shown_rows, shown_columns, _layers = shown(
        question, Table((rows, across, [EVERYTHING]), whole[:, :, None, None])
    )
    share = _sharing(formula, counts)
    row_at, column_at = ({code: n for n, code in enumerate(codes)} for codes in (rows, across))
    lines, columns = [row_at.get(row) for row in shown_rows], [column_at.get(one) for one in shown_columns]
    return Answers(
        definition={**definition_of(read), "formula": question.measure},
        row_codes=tuple(shown_rows),
        column_codes=tuple(shown_columns),
        cells=tuple(tuple(share(line, column) for column in columns) for line in lines),
        row_totals=tuple(share(line, slice(None)) for line in lines),
        column_totals=tuple(share(slice(None), column) for column in columns),
        total=share(slice(None), slice(None)),
    )


_At = int | slice | None


def _sharing(formula: Formula, counts: Counts) -> Callable[[_At, _At], Share]:
    """The share at a place or along a slice; of nothing where there is no such place."""

    def share(row: _At, column: _At) -> Share:
        if row is None or column is None:
            return Share(0, 0, 0)
        found = np.atleast_2d(counts[row, column]).reshape(-1, counts.shape[2]).sum(axis=0)
        part, whole = (int(found[list(places)].sum()) for places in (formula.part, formula.whole))
        return Share(part, whole, whole)

    return share


def ending(outcome: str) -> int:
    """Which of the four endings a 処理結果 is; an open case has none yet."""
    if outcome == BLANK:
        return _OPEN
    held = codes.codes(codes.Kind.OUTCOME).by_code.get(outcome)
    if held is None or held.attributes.get("mediation") != "1":
        return _OTHERWISE
    return _SETTLED if held.attributes.get("settled") == "1" else _FAILED
