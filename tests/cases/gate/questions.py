"""Questions to `manage.py suppress`, as its callers write them."""

from typing import Any

from cases.gate import wire
from cases.gate.hiding import Hidden, hide

EXAMPLE = {
    "leaf_shape": [2, 3],
    "groups": [[[0, 1]], [[0, 1, 2]]],
    "threshold": 3,
    "leaf_counts": [5, 1, 7, 4, 8, 6],
}


def table(shape: list[int], counts: list[int], threshold: int = 3, **others: Any) -> dict[str, Any]:
    """A table with a total along each dimension, and what else a caller says."""
    question = {"leaf_shape": shape, "leaf_counts": counts, "threshold": threshold}
    return {**question, "groups": [[list(range(n))] for n in shape], **others}


def hidden(question: dict[str, Any]) -> Hidden:
    """What is hidden of a table of which something can be printed."""
    answer = hide(wire.read(question))
    assert isinstance(answer, Hidden)
    return answer


def as_answer(found: Hidden) -> dict[str, Any]:
    """As the command writes it."""
    return {
        "suppressed": [list(cell) for cell in found.cells],
        "intervals": [list(ends) for ends in found.intervals],
        "cost": found.cost,
    }
