"""Calls before and after lectures: told only where a fall of three in ten could have been found."""

import pytest

from cases.figures.need.effect import Held, effect, student

MANY = [(200, 200), (150, 150), (180, 180), (220, 220), (160, 160)]


@pytest.mark.parametrize(
    ("after", "is_fall", "is_rise"), [(150, False, False), (70, True, False), (260, False, True)]
)
def test_a_change_is_claimed_only_beyond_the_interval(after: int, is_fall: bool, is_rise: bool) -> None:
    found = effect([Held(150, after, MANY)] * 3)

    assert found.can_tell
    assert (found.is_fall, found.is_rise) == (is_fall, is_rise)
    assert found.expected == pytest.approx(450)
    assert found.ratio == pytest.approx(after / 150)


def test_a_year_with_fewer_calls_everywhere_is_no_fall() -> None:
    found = effect([Held(150, 75, [(2 * n, n) for n in (100, 75, 90, 110, 80)])] * 3)

    assert found.ratio == pytest.approx(1)
    assert not found.is_fall


@pytest.mark.parametrize(
    "held",
    [
        [],
        [Held(3, 0, MANY)],
        [Held(4, 1, MANY)],
        [Held(60, 5, MANY)],
        [Held(150, 70, MANY[:2])],
        [Held(0, 9, MANY)],
        [Held(150, 70, [(300, 90), (40, 190), (180, 20), (220, 400), (160, 160)])] * 3,
    ],
    ids=[
        "nothing",
        "none after",
        "few calls",
        "few calls and far fewer after",
        "few districts",
        "none before",
        "districts that jump about",
    ],
)
def test_where_a_fall_could_not_be_found_nobody_can_tell(held: list[Held]) -> None:
    found = effect(held)

    assert not found.can_tell
    assert not found.is_fall
    assert not found.is_rise


@pytest.mark.parametrize(
    ("freedom", "point"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)]
)
def test_points_of_student_s_t_are_those_of_the_tables(freedom: int, point: float) -> None:
    assert student(freedom, 0.975) == pytest.approx(point, abs=0.005)
