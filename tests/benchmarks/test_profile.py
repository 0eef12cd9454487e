"""`python -m benchmarks.profile`: what it says of a centre, at a size that a test can wait for."""

import pytest

from benchmarks import profile
from benchmarks.profile import MOST_OFF, Found, Line

pytestmark = pytest.mark.django_db
# Four standard deviations of a share of a half among so many cases are below this.
SMALL, NEAR = 3000, 4.0


def test_a_small_centre_is_near_the_profile_and_65_is_counted_the_same_by_hand():
    found = profile.measured(SMALL)

    assert found.cases == SMALL
    assert found.by_hand == found.by_engine
    assert [
        line for line in found.lines if line.most == MOST_OFF and line.wanted != 100 and abs(line.off) > NEAR
    ] == []
    assert {line.name for line in found.lines} >= {"senior 65_OVER", "65_OVER of known age", "relation SELF"}


def test_a_line_that_is_further_off_than_half_a_point_is_a_fault():
    near, far = Line("a", 10.0, 10.0 + MOST_OFF), Line("b", 10.0, 9.4)

    assert Found(1, [near, far], (1, 1, 1), (1, 1, 1)).faults == ["b: -0.6"]
    assert Found(1, [near], (1, 1, 1), (1, 1, 2)).faults == ["65+: (1, 1, 1) (1, 1, 2)"]
    assert "| b | 10.0 | 9.4 | -0.6 |" in profile.as_text(Found(1, [far], (1, 1, 1), (1, 1, 1)))
