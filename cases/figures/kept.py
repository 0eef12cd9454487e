"""An answer as plain data, to be kept for good and read again: codes, figures, and the cases behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from cases.figures import code_maps
from cases.figures.comparing import Table
from cases.figures.differences import Told
from cases.figures.dimensions import DIMENSIONS
from cases.figures.limits import AgeLimits
from cases.figures.measures import (
    AMOUNTS,
    RATES,
    Amounts,
    Answers,
    Breakdown,
    Layer,
    Question,
    Rate,
    SeniorShare,
    Share,
)

Plain = Mapping[str, Any]


def as_plain(found: Table, told: Told, question: Question) -> dict[str, Any]:
    """Codes with their labels in the language that is on, figures, and how many cases stand behind each cell."""
    plain: dict[str, Any] = {
        "row_codes": list(found.row_codes),
        "row_labels": _labels(question.rows, found.row_codes, question),
        "column_codes": list(found.column_codes),
        "column_labels": _labels(question.columns, found.column_codes, question),
        "cells": [[_plain(cell) for cell in row] for row in found.cells],
        "counted": [[*cell, count] for cell, count in sorted(told.cells.items())],
    }
    if isinstance(found, Breakdown):
        layers = [layer.code for layer in found.layers]
        return plain | {
            "seniors": [[share.seniors, share.age_known, share.all] for share in found.row_seniors],
            "layer_codes": layers,
            "layer_labels": _labels(question.layers, layers, question),
            "layers": [[list(row) for row in layer.cells] for layer in found.layers],
        }
    return plain | {
        "row_totals": [_plain(cell) for cell in found.row_totals],
        "column_totals": [_plain(cell) for cell in found.column_totals],
        "total": _plain(found.total),
    }


def table_of(kept: Plain, definition: Plain) -> Table:
    """The answer as it was kept."""
    rows, across = tuple(kept["row_codes"]), tuple(kept["column_codes"])
    if "seniors" in kept:
        layers = zip(kept["layer_codes"], kept["layers"], strict=True)
        return Breakdown(
            definition=definition,
            row_codes=rows,
            column_codes=across,
            cells=_counts(kept["cells"]),
            row_seniors=tuple(SeniorShare(*share) for share in kept["seniors"]),
            layers=tuple(Layer(code, _counts(cells)) for code, cells in layers),
        )
    measure = definition["measure"]
    return Answers(
        definition=definition,
        row_codes=rows,
        column_codes=across,
        cells=tuple(tuple(_figure(cell, measure) for cell in row) for row in kept["cells"]),
        row_totals=tuple(_figure(cell, measure) for cell in kept["row_totals"]),
        column_totals=tuple(_figure(cell, measure) for cell in kept["column_totals"]),
        total=_figure(kept["total"], measure),
    )


def told_of(kept: Plain, *, as_of: int, erased: int) -> Told:
    """The counts behind it, to be compared with those of now."""
    return Told({(row, column): count for row, column, count in kept["counted"]}, as_of, erased)


def question_of(definition: Plain, centre_ids: frozenset[int]) -> Question:
    """The question that a definition answers, to be asked again as of now.

    By the limits of age and the table of codes of then. Raises QuestionNotUnderstood, CodeMapMissing.
    """
    return Question(
        centre_ids=centre_ids,
        start=date.fromisoformat(definition["from"]),
        end=date.fromisoformat(definition["to"]),
        rows=definition["rows"],
        columns=definition["columns"],
        measure=definition["measure"],
        filters={name: frozenset(accepted) for name, accepted in definition["filters"].items()},
        subject=definition["subject"],
        layers=definition["layers"],
        limits=AgeLimits(**definition["age_limits"]),
        code_map=code_maps.numbered(centre_ids, definition.get("code_map", 0)),
    )


def _labels(name: str | None, codes: Sequence[str], question: Question) -> list[str]:
    return DIMENSIONS[name].texts(codes, question.centre_ids) if name else []


def _counts(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _plain(cell: Any) -> Any:
    if isinstance(cell, Amounts):
        median = None if cell.median is None else [cell.median.numerator, cell.median.denominator]
        return {**asdict(cell), "median": median}
    return cell if isinstance(cell, int) else asdict(cell)


def _figure(plain: Plain, measure: str) -> Any:
    if measure in AMOUNTS:
        median = plain["median"]
        return Amounts(**{**plain, "median": None if median is None else Fraction(*median)})
    return Rate(**plain) if measure in RATES else Share(**plain)
