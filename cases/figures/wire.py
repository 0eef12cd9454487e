"""Answers as plain data: one shape for the command and the API.

Counts are whole numbers. Other measures have an object in the place of each number; what is not known is null.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from cases.figures import comparing, measures, periods
from cases.figures.comparing import Days, Table
from cases.figures.counting import ERASED
from cases.figures.dimensions import BLANK, DIMENSIONS, SUBJECTS
from cases.figures.facts import CONTACT
from cases.figures.measures import (
    CASES,
    CONTACTS,
    MEASURES,
    Amounts,
    Breakdown,
    Question,
    QuestionNotUnderstood,
    Rate,
    Share,
)
from cases.records.centre import Area


def names() -> dict[str, dict[str, str]]:
    """Everything that can be asked, with its label."""
    return {
        "dimensions": {name: str(dimension.label) for name, dimension in DIMENSIONS.items()},
        "measures": {name: str(label) for name, label in MEASURES.items()},
        "subjects": {name: str(label) for name, label in SUBJECTS.items()},
        "periods": {name: str(moving.label) for name, moving in periods.MOVING.items()},
        "comparisons": {name: str(label) for name, label in periods.COMPARED.items()},
    }


def answered(question: Question, other: Days | None = None) -> dict[str, Any]:
    """The answer to any measure; with another period its answer too, as `before`, over the same rows and columns.

    Raises QuestionNotUnderstood.
    """
    _require_districts(question)
    found = comparing.compare(question, other)
    answer = _answer(found.now, question)
    if found.before is not None and other is not None:
        asked = replace(question, start=other.start, end=other.end)
        answer["before"] = _answer(found.before, asked)
    return answer


def _require_districts(question: Question) -> None:
    """Each centre names its districts: a condition by one that there is not would count nothing, in silence."""
    if not (wanted := frozenset(question.filters.get("area", ()))):
        return
    held = Area.objects.filter(centre__in=question.centre_ids, code__in=wanted).values_list("code", flat=True)
    if unknown := sorted(wanted - {*held, *Area.EVERYWHERE, BLANK, ERASED}):
        raise QuestionNotUnderstood(
            _("%(dimension)sにない区分です: %(codes)s")
            % {"dimension": DIMENSIONS["area"].label, "codes": ", ".join(unknown)}
        )


def _answer(found: Table, question: Question) -> dict[str, Any]:
    if isinstance(found, Breakdown):
        return _counts(found)
    counted = replace(
        question,
        measure=CONTACTS if question.what == CONTACT else CASES,
        columns=None,
        as_of=found.definition["as_of"]["seq"],
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


def _counts(found: Breakdown) -> dict[str, Any]:
    answer: dict[str, Any] = {
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
