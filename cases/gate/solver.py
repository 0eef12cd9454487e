"""Linear and whole-number programmes, as far as this room needs them: a typed door to HiGHS."""

import math
from collections.abc import Sequence
from enum import Enum
from time import monotonic
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
INFINITE: Final = float(highspy.kHighsInf)
SHORTEST: Final = 0.01  # seconds for a question, however late it is
DUAL: Final = 1
PRIMAL: Final = 4  # other costs leave the last answer possible, so the primal simplex begins at it


class Outcome(Enum):
    """How a question to the solver ended."""

    SOLVED = 1
    UNBOUNDED = 2
    TIME_UP = 3
    FAILED = 4


class _Silent(highspy.Highs):
    """Says nothing on standard output, where answers go; not even its name and licence, as it does when it begins."""

    def enableCallbacks(self) -> None:
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Model:
    """One programme that is kept between questions, so that each begins where the last one ended.

    Minimises. Rows are (columns, coefficients) with a lower and an upper bound.
    """

    def __init__(
        self, lower: Numbers, upper: Numbers, rows: Sequence[tuple[Sequence[int], Sequence[float]]] = ()
    ) -> None:
        # Any: what the package says of its types lacks a part of what it has.
        self._highs: Any = _Silent()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("presolve", "off")
        self._highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
        self._highs.setOptionValue("dual_feasibility_tolerance", 1e-9)
        self.until = math.inf  # of the clock `monotonic`: no question takes longer
        self.columns = len(lower)
        self.rows = 0
        self._every_column = np.arange(self.columns, dtype=np.int32)
        self._highs.addVars(self.columns, lower, upper)
        for columns, coefficients in rows:
            self.add_row(columns, coefficients, 0.0, 0.0)
        self._every_row = np.arange(self.rows, dtype=np.int32)

    def add_row(
        self, columns: Sequence[int], coefficients: Sequence[float], lower: float, upper: float
    ) -> None:
        """One more condition."""
        self._highs.addRow(
            lower,
            upper,
            len(columns),
            np.asarray(columns, dtype=np.int32),
            np.asarray(coefficients, dtype=float),
        )
        self.rows += 1

    def bound(self, lower: Numbers, upper: Numbers, row_lower: Numbers, row_upper: Numbers) -> None:
        """New bounds of all columns and of the rows that the model began with."""
        self.bound_columns(lower, upper)
        if len(self._every_row):
            self._highs.changeRowsBounds(len(self._every_row), self._every_row, row_lower, row_upper)

    def bound_columns(self, lower: Numbers, upper: Numbers) -> None:
        """New bounds of all columns."""
        self._highs.changeColsBounds(self.columns, self._every_column, lower, upper)

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        """New bounds of one column."""
        self._highs.changeColBounds(column, lower, upper)

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """New bounds of one row."""
        self._highs.changeRowBounds(row, lower, upper)

    def price(self, costs: Numbers) -> None:
        """What each column costs."""
        self._highs.changeColsCost(self.columns, self._every_column, costs)

    def ask_often(self) -> None:
        """Be quick where one question follows another about the same values, with other costs."""
        self._highs.setOptionValue("simplex_strategy", PRIMAL)

    def whole(self) -> None:
        """From now on every column takes whole numbers only."""
        kinds = np.array([highspy.HighsVarType.kInteger] * self.columns)
        self._highs.changeColsIntegrality(self.columns, self._every_column, kinds)
        self._highs.setOptionValue("presolve", "choose")
        self._highs.setOptionValue("mip_improving_solution_save", True)
        self._highs.setOptionValue("mip_abs_gap", 0.999)

    def cheaper_than(self, cost: float) -> None:
        """Look for nothing that costs so much."""
        self._highs.setOptionValue("objective_bound", cost)

    def solve(self, seconds: float | None = None, gap: float = 0.0) -> Outcome:
        """Look for the cheapest values, for at most so long; whole numbers up to this share above the cheapest."""
        self._highs.setOptionValue("mip_rel_gap", gap)
        left = min(math.inf if seconds is None else seconds, self.until - monotonic())
        # The solver counts its time over all questions.
        limit = self._highs.getRunTime() + max(left, SHORTEST) if left < math.inf else math.inf
        self._highs.setOptionValue("time_limit", limit)
        self._highs.run()
        status = self._highs.getModelStatus()
        known = {
            highspy.HighsModelStatus.kOptimal: Outcome.SOLVED,
            highspy.HighsModelStatus.kModelEmpty: Outcome.SOLVED,  # tables that count nothing
            highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
            highspy.HighsModelStatus.kUnboundedOrInfeasible: Outcome.UNBOUNDED,
            highspy.HighsModelStatus.kTimeLimit: Outcome.TIME_UP,
        }
        return known.get(status, Outcome.FAILED)

    def solve_anew(self) -> Outcome:
        """Begin from nothing, not where the last answer ended, and by the other way of the two."""
        self._highs.clearSolver()
        self._highs.setOptionValue("simplex_strategy", DUAL)
        outcome = self.solve()
        self._highs.setOptionValue("simplex_strategy", PRIMAL)
        return outcome

    @property
    def cost(self) -> float:
        """The cost of the values found."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def cost_at_least(self) -> float:
        """No values of whole numbers cost less than this."""
        return float(self._highs.getInfo().mip_dual_bound)

    def found(self) -> tuple[Numbers, Numbers]:
        """The values of columns and rows."""
        solution = self._highs.getSolution()
        return np.array(solution.col_value), np.array(solution.row_value)

    def all_found(self) -> list[Numbers]:
        """Values of columns in whole numbers, each found cheaper than the one before."""
        return [np.array(one.col_value) for one in self._highs.getSavedMipSolutions()]

    def duals(self) -> tuple[Numbers, Numbers]:
        """The duals of columns and rows."""
        solution = self._highs.getSolution()
        return np.array(solution.col_dual), np.array(solution.row_dual)
