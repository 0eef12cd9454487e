"""A table whose cells are more than counts: amounts, rates, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Cell = TypeVar("Cell")


@dataclass(frozen=True)
class Answers(Generic[Cell]):
    """`cells[i][j]` answers for `row_codes[i]` × `column_codes[j]`; totals answer for the row, column and whole.

    A mean or a share of parts does not add up to that of the whole: each total is worked out of all its cases.
    """

    definition: Mapping[str, Any]
    row_codes: tuple[str, ...]
    column_codes: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell

    @property
    def as_of(self) -> int:
        """The last `seq` counted: asked again as of it, the answer is the same."""
        return int(self.definition["as_of"]["seq"])
