"""Ratios against sums in whole fractions: the interval is exact, covers, and grows narrow with the number of cases."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.figures.intervals import incomplete_beta, ratio

counts = st.integers(0, 60)


def at_least(count: int, trials: int, p: Fraction) -> Fraction:
    return sum(
        (comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(count, trials + 1)), Fraction(0)
    )


@given(count=st.integers(1, 40), others=st.integers(0, 40), p=st.fractions(0, 1, max_denominator=64))
@settings(deadline=None)
def test_the_tail_of_the_binomial_is_the_exact_sum(count, others, p):
    trials = count + others
    exact = float(at_least(count, trials, p))

    assert incomplete_beta(count, others + 1, float(p)) == pytest.approx(exact, rel=1e-9, abs=1e-12)


@given(now=counts, before=counts, periods=st.integers(1, 12))
@settings(deadline=None)
def test_the_ends_leave_two_and_a_half_percent_outside(now, before, periods):
    found = ratio(now, before, periods)
    trials = now + before

    if now:
        share = Fraction(found.low / (found.low + periods)).limit_denominator(10**9)
        assert float(at_least(now, trials, share)) == pytest.approx(0.025, abs=1e-5)
    if found.high is not None:
        share = Fraction(found.high / (found.high + periods)).limit_denominator(10**9)
        assert float(1 - at_least(now + 1, trials, share)) == pytest.approx(0.025, abs=1e-5)


@given(now=counts, before=counts, periods=st.integers(1, 12))
def test_the_ratio_lies_within_its_interval(now, before, periods):
    found = ratio(now, before, periods)

    assert (found.value is None) == (found.high is None) == (before == 0)
    if found.value is not None and found.high is not None:
        assert found.low <= found.value <= found.high
        assert found.low > 0 or now == 0


@given(trials=st.integers(1, 40), true=st.fractions(Fraction(1, 20), 20, max_denominator=20))
@settings(deadline=None, max_examples=40)
def test_the_true_ratio_is_covered_in_at_least_95_of_100(trials, true):
    p = true / (true + 1)
    covered = sum(
        comb(trials, now) * p**now * (1 - p) ** (trials - now)
        for now in range(trials + 1)
        if (found := ratio(now, trials - now, 1)).low <= true and (found.high is None or true <= found.high)
    )

    assert covered >= Fraction(95, 100)


@given(now=st.integers(1, 30), before=st.integers(1, 30), more=st.integers(2, 5))
def test_more_cases_of_the_same_ratio_leave_less_open(now, before, more):
    few, many = ratio(now, before, 12), ratio(now * more, before * more, 12)

    assert many.value == pytest.approx(few.value)
    assert many.low >= few.low
    assert many.high is not None
    assert few.high is not None
    assert many.high <= few.high


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    # 10 against 10 and 5 against none: the exact binomial intervals of 10/20 and 5/5 as printed in tables.
    [(10, 10, 0.272 / 0.728, 0.728 / 0.272), (5, 0, 0.478 / 0.522, None)],
)
def test_known_intervals(now, before, low, high):
    found = ratio(now, before, 1)

    assert found.low == pytest.approx(low, rel=0.005)
    assert found.high == (None if high is None else pytest.approx(high, rel=0.005))


def test_large_counts_are_no_trouble():
    found = ratio(40_000, 400_000, 12)

    assert found.low == pytest.approx(1.188, abs=0.002)
    assert found.high == pytest.approx(1.212, abs=0.002)


def test_a_rise_is_one_whose_lower_end_is_above_one():
    assert ratio(12, 12, 12).is_rise
    assert not ratio(2, 12, 12).is_rise
