"""Answers as plain data: one shape for the command and the API.

Counts are whole numbers. Other measures have an object in the place of each number; what is not known is null.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any, Final

from cases.figures import measures
from cases.figures.dimensions import DIMENSIONS, SUBJECTS
from cases.figures.facts import CONTACT
from cases.figures.measures import (
    AMOUNTS,
    CASES,
    CONTACTS,
    COUNTS,
    MEASURES,
    RATES,
    SHARES,
    Amounts,
    Answers,
    Question,
    Rate,
    Share,
)

_ANSWERED_BY: Final[Mapping[str, Callable[[Question], Answers[Any]]]] = {
    **dict.fromkeys(AMOUNTS, measures.amounts),
    **dict.fromkeys(RATES, measures.rates),
    **dict.fromkeys(SHARES, measures.shares),
}


def names() -> dict[str, dict[str, str]]:
    """Everything that can be asked, with its label."""
    return {
        "dimensions": {name: str(dimension.label) for name, dimension in DIMENSIONS.items()},
        "measures": {name: str(label) for name, label in MEASURES.items()},
        "subjects": {name: str(label) for name, label in SUBJECTS.items()},
    }


def answered(question: Question) -> dict[str, Any]:
    """The answer to any measure. Raises QuestionNotUnderstood."""
    if question.measure in COUNTS:
        return _counts(measures.breakdown(question))
    found = _ANSWERED_BY[question.measure](question)
    counted = replace(
        question,
        measure=CONTACTS if question.what == CONTACT else CASES,
        columns=None,
        as_of=found.as_of,
    )
    return {
        "definition": found.definition,
        "row_codes": found.row_codes,
        "column_codes": found.column_codes,
        "cells": [_objects(row) for row in found.cells],
        "row_totals": _objects(found.row_totals),
        "column_totals": _objects(found.column_totals),
        "total": _object(found.total),
        "share_65": asdict(measures.breakdown(counted).share_65),
    }


def _counts(found: measures.Breakdown) -> dict[str, Any]:
    answer = {
        "definition": found.definition,
        "row_codes": found.row_codes,
        "column_codes": found.column_codes,
        "cells": found.cells,
        "row_totals": found.row_totals,
        "column_totals": found.column_totals,
        "total": found.total,
        "share_65": asdict(found.share_65),
    }
    if found.layers:
        answer["layer_codes"] = [layer.code for layer in found.layers]
        answer["layers"] = [layer.cells for layer in found.layers]
    return answer


def _objects(cells: Iterable[Any]) -> list[dict[str, Any]]:
    return [_object(cell) for cell in cells]


def _object(cell: Amounts | Rate | Share) -> dict[str, Any]:
    if isinstance(cell, Rate):
        return {"cases": cell.cases, "residents": cell.residents, "value": _number(cell.value)}
    if isinstance(cell, Share):
        return {"part": cell.part, "all": cell.all, "value": _number(cell.of_all)}
    return {
        "n": cell.n,
        "unknown": cell.unknown,
        "total": cell.total,
        "mean": _number(cell.mean),
        "median": _number(cell.median),
        "largest": cell.largest,
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
