"""A line of many weeks says of each what judging that week alone says."""

import numpy as np
import pytest

from cases.surges import scales
from cases.surges.panel import Cell, panel

WEEKS = 300


@pytest.mark.parametrize(
    ("mean", "length", "since"),
    [(3, WEEKS, 0), (0.005, WEEKS, 0), (2, 90, 0), (2, WEEKS, 230), (4, 170, 20)],
    ids=["years", "hardly ever", "a short history", "after a break", "some years"],
)
def test_a_line_is_what_each_week_alone_would_say(mean, length, since):
    rng = np.random.default_rng(8)
    open_days = np.full(length, 5.0)
    open_days[[3, length - 20, length - 8]] = [4, 0, 3]
    one = panel([Cell("A")], rng.poisson(mean, (1, length)), open_days, np.array([since]))

    line = scales.week_by_week(one, 40)

    alone = [scales.both(one.until(week)).week for week in range(length - 40, length)]
    for name in ("count", "mean", "upper", "probability"):
        expected = [getattr(week, name)[0] for week in alone]
        np.testing.assert_allclose(getattr(line, name), expected, rtol=1e-6)
