"""Probabilities of counts against sums of sixty digits, and at sizes where nobody can sum."""

from decimal import Decimal, localcontext
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.surges import tails


def summed(count, mean, size):
    """P(Y ≥ count), term by term."""
    with localcontext(prec=60):
        if size == inf:
            term = (-Decimal(mean)).exp()
        else:
            x = Decimal(mean) / (Decimal(mean) + Decimal(size))
            term = (Decimal(size) * (1 - x).ln()).exp()
        below = Decimal(0)
        for k in range(count):
            below += term
            term *= Decimal(mean) / (k + 1) if size == inf else (k + Decimal(size)) / (k + 1) * x
        return float(1 - below)


def at_least(count, mean, size):
    return float(
        tails.at_least(np.array([float(count)]), np.array([float(mean)]), np.array([float(size)]))[0]
    )


def upper_bound(alpha, mean, size):
    return float(tails.upper_bound(alpha, np.array([float(mean)]), np.array([float(size)]))[0])


@pytest.mark.parametrize("dispersion", [1, 1 + 1e-9, 1.0002, 1.6, 40])
@pytest.mark.parametrize("mean", [1e-6, 0.03, 0.9, 4.4, 131, 417, 1100])
def test_the_tail_is_that_of_the_sum(mean, dispersion):
    size = inf if dispersion == 1 else mean / (dispersion - 1)
    deviation = (mean * dispersion) ** 0.5

    for width in (-3, -0.5, 0, 0.5, 3, 6):
        count = max(1, round(mean + width * deviation))
        assert at_least(count, mean, size) == pytest.approx(summed(count, mean, size), abs=1e-10)


@given(
    st.floats(1e-9, 1e7), st.floats(1e-6, 1e9) | st.just(inf), st.sampled_from([0.2, 0.05, 0.01, 1e-4, 1e-7])
)
def test_the_bound_is_the_smallest_count_that_is_rarely_exceeded(mean, size, alpha):
    bound = upper_bound(alpha, mean, size)

    assert at_least(bound + 1, mean, size) <= alpha * (1 + 1e-9) + 1e-10
    assert bound == 0 or at_least(bound, mean, size) > alpha


@pytest.mark.parametrize(
    ("mean", "size"), [(1e150, 1e-3), (1e20, 1e-15), (1e300, 0.5), (1e7, inf), (1e-300, 1e-300)]
)
def test_what_makes_other_libraries_hang_only_ends(mean, size):
    bound = upper_bound(0.01, mean, size)

    assert np.isnan(bound) == np.isnan(at_least(5, mean, size)) == (mean > 1e8)


def test_none_at_all_is_certain_and_an_unknown_count_unknown():
    assert at_least(0, 3, inf) == 1
    assert np.isnan(at_least(np.nan, 3, inf))
    assert at_least(1, 0, 1) == 0


@pytest.mark.parametrize(
    ("t", "freedom", "p"),
    [(2.228139, 10, 0.05), (-2.228139, 10, 0.05), (12.7062, 1, 0.05), (1.959966, 1e6, 0.05), (0, 5, 1)],
)
def test_students_t(t, freedom, p):
    found = tails.student_two_sided(np.array([float(t)]), np.array([float(freedom)]))

    assert found[0] == pytest.approx(p, abs=2e-6)


def test_students_t_needs_something_free():
    found = tails.student_two_sided(np.array([1.0, np.nan, np.inf]), np.array([0.0, 4.0, 4.0]))

    assert np.isnan(found[:2]).all()
    assert found[2] == 0


def test_the_normal_tail_and_its_quantile():
    z = tails.normal_quantile(0.99)

    assert tails.normal_above(np.array([z, 0.0])) == pytest.approx([0.01, 0.5])


def test_a_place_asked_alone_is_answered_as_among_many():
    rng = np.random.default_rng(5)
    mean, size = 10 ** rng.uniform(-3, 7, 200), 10 ** rng.uniform(-4, 3, 200)
    count = np.floor(mean * 10 ** rng.uniform(-1, 1, 200))

    together = tails.at_least(count, mean, size)

    alone = [tails.at_least(count[[n]], mean[[n]], size[[n]])[0] for n in range(200)]
    assert together.tolist() == pytest.approx(alone, rel=1e-12, abs=1e-300)
