"""The last look: it believes tables that prove something, and no others."""

from fractions import Fraction

import pytest

from cases.gate.checker import exposed
from tests.cases.gate.questions import EXAMPLE

RECTANGLE = [(0, 0), (0, 1), (1, 0), (1, 1)]
PROOF = {0: Fraction(-2), 1: Fraction(2), 3: Fraction(2), 4: Fraction(-2)}
HALF = {leaf: by / 2 for leaf, by in PROOF.items()}


@pytest.mark.parametrize(
    ("suppressed", "tables", "found"),
    [
        pytest.param(RECTANGLE, [PROOF], [], id="the small count may be 3"),
        pytest.param(RECTANGLE, [], [(0, 1)], id="nothing is proved"),
        pytest.param(RECTANGLE, [HALF], [(0, 1)], id="2 is not enough"),
        pytest.param(RECTANGLE[:3], [PROOF], [(0, 1)], id="a printed number differs"),
        pytest.param(
            [cell for cell in RECTANGLE if cell != (0, 1)], [PROOF], [(0, 1)], id="it is printed itself"
        ),
        pytest.param(RECTANGLE, [{1: Fraction(2)}], [(0, 1)], id="totals differ"),
        pytest.param(
            RECTANGLE,
            [{leaf: by * 5 for leaf, by in PROOF.items()}],
            [(0, 1)],
            id="a count would be negative",
        ),
    ],
)
def test_small_counts_that_are_not_proved_safe_are_named(suppressed, tables, found):
    assert exposed(EXAMPLE, suppressed, {(0, 1): tables}) == found


def test_a_count_above_one_needs_a_table_in_which_it_is_one_or_none():
    question = EXAMPLE | {"leaf_counts": [5, 2, 7, 4, 8, 6]}
    up = {0: Fraction(-1), 1: Fraction(1), 3: Fraction(1), 4: Fraction(-1)}
    down = {leaf: -by for leaf, by in up.items()}

    assert exposed(question, RECTANGLE, {(0, 1): [up]}) == [(0, 1)]
    assert exposed(question, RECTANGLE, {(0, 1): [up, down]}) == []
