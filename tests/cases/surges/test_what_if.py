"""How many cases fewer would have been no alarm: judged anew with them, the answer is the same."""

import numpy as np
import pytest

from cases.surges import rules, what_if
from cases.surges.panel import Cell, panel
from cases.surges.rules import Rules


@pytest.mark.parametrize("last", [9, 15, 60])
def test_with_so_many_fewer_the_alarm_ends_and_with_one_less_it_stays(last):
    rng = np.random.default_rng(5)
    counts = rng.poisson(2, (40, 300)).astype(float)
    counts[7, -1] = last
    cells, by = [Cell(f"S{n}") for n in range(40)], Rules()

    fewer = what_if.fewer_would_end(rules.judged(panel(cells, counts), by), 7, by)

    for less, is_alarm in ((fewer - 1, True), (fewer, False)):
        changed = counts.copy()
        changed[7, -1] -= less
        assert rules.judged(panel(cells, changed), by).is_alarm[7] == is_alarm


def test_an_alarm_of_the_weeks_before_is_ended_by_no_number_of_this_week():
    counts = np.ones((20, 300))
    counts[3, -4:] = [30, 30, 30, 1]
    by = Rules()

    judged = rules.judged(panel([Cell(f"S{n}") for n in range(20)], counts), by)

    assert judged.is_alarm[3]
    assert what_if.fewer_would_end(judged, 3, by) is None


def test_a_quiet_cell_has_no_alarm_to_end():
    judged = rules.judged(panel([Cell("A")], np.ones((1, 300))), Rules())

    assert what_if.fewer_would_end(judged, 0, Rules()) is None
