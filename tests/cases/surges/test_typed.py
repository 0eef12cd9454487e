"""What is expected of a 手口 shrinks by what is not coded yet; what is expected of the whole does not."""

import numpy as np
import pytest

from cases.surges import scales, typed
from cases.surges.panel import Cell, panel

WEEKS = 300
NAN = float("nan")
CELLS = [Cell(), Cell("A"), Cell("B"), Cell("A", "SENIOR")]


def counted(last_typed=1.0, usual=1.0, a_week=400):
    """A centre of `a_week` cases, three quarters of them A; of the last week only a part of what is usual is typed."""
    rng = np.random.default_rng(3)
    of_a, of_b = (rng.poisson(a_week * share * usual, WEEKS).astype(float) for share in (0.75, 0.25))
    whole = of_a + of_b + rng.poisson(a_week * (1 - usual), WEEKS)
    for row in (of_a, of_b):
        row[-1] = np.round(row[-1] * last_typed)
    return panel(CELLS, np.array([whole, of_a, of_b, np.round(of_a / 2)]))


@pytest.mark.parametrize("usual", [1.0, 0.8], ids=["all typed before", "some never typed"])
@pytest.mark.parametrize("last_typed", [1.0, 0.7, 0.2])
def test_the_part_is_told_against_what_is_usual(last_typed, usual):
    given = counted(last_typed, usual)

    assert typed.part(given, 1, NAN) == pytest.approx(last_typed, abs=0.08)
    assert typed.part(given, 4, NAN) == pytest.approx((3 + last_typed) / 4, abs=0.04)


def test_less_is_expected_of_every_code_and_as_much_of_the_whole():
    given = counted(0.5)
    before = scales.both(panel(CELLS[1:], given.counts[1:]))  # without the whole nobody knows what is missing

    found = scales.both(given)

    part = scales.part_typed(given)
    assert part == pytest.approx(0.5, abs=0.06)
    assert found.week.mean[1:] == pytest.approx(before.week.mean * part)
    assert found.week.size[1:] == pytest.approx(before.week.size)
    assert found.week.mean[0] > 350
    assert (found.week.upper[1:] < before.week.upper).all()
    assert (found.week.probability[1:] < before.week.probability).all()


def test_the_line_ends_with_what_the_card_says():
    given = counted(0.5)

    line = scales.week_by_week(given.only(np.arange(4) == 1), 10, scales.part_typed(given))

    assert line.mean[-1] == pytest.approx(scales.both(given).week.mean[1])
    assert line.upper[-1] == scales.both(given).week.upper[1]
    assert line.mean[-2] == pytest.approx(scales.both(given.until(WEEKS - 2)).week.mean[1])


def test_of_a_handful_of_cases_little_is_told():
    assert typed.part(counted(0.5, a_week=4), 1, NAN) > 0.85


@pytest.mark.parametrize("rows", [[0], [1, 2]], ids=["the whole alone", "no whole"])
def test_without_the_one_or_the_other_nothing_is_missing(rows):
    given = counted(0.2)

    assert scales.part_typed(given.only(np.isin(np.arange(4), rows))) == 1.0


@pytest.mark.parametrize("weeks", [1, 3, 5])
def test_a_beginning_has_no_usual_share(weeks):
    given = counted(0.2)

    assert 0 < typed.part(panel(CELLS, given.counts[:, -weeks:]), 1, NAN) <= 1


def test_a_flood_that_nobody_can_code_is_no_rise_of_every_code():
    given = counted()
    given.counts[0, -1] += 300

    assert typed.part(given, 1, 400.0) == pytest.approx(1.0, abs=0.03)
    assert typed.part(given, 1, NAN) < 0.7
    assert scales.part_typed(given) == pytest.approx(1.0, abs=0.05)
