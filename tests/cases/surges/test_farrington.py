"""The bare method: R's own numbers, a second way to the same regression, and series that nobody expects."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.surges import wire
from cases.surges.baseline import Timeline, baseline
from cases.surges.farrington import Method, Reason, Settings, of_many_series, of_one_series
from tests.cases.surges.plain import expectation

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))
PLUGIN = Settings(
    periods=10, excluded=26, trend_probability=1, method=Method.NB_PLUGIN, alpha=0.01, fewest=(0, 4)
)
LENGTH = 330
TIMELINE = Timeline(LENGTH, 52)


def made_up(mean, seed=1, length=LENGTH):
    return np.random.default_rng(seed).poisson(mean, length).astype(float)


def at_the_end(series, **changes):
    chosen = replace(PLUGIN, **changes)
    return of_one_series(np.asarray(series, dtype=float), TIMELINE, chosen, LENGTH - 1, LENGTH - 1)


@pytest.mark.parametrize("case", REFERENCE["items"], ids=lambda case: f"{case['series']}-{case['setting']}")
def test_the_published_method_is_recomputed(case):
    given = case["given"] | {"observed": REFERENCE["series"][case["series"]]}
    [(found, _left_out)] = wire.answers([given])
    is_whole = given["control"]["thresholdMethod"] != "delta"

    assert found["alarm"] == case["expected"]["alarm"]
    assert _numbers(found["upper"]) == pytest.approx(
        _numbers(case["expected"]["upper"]), rel=0 if is_whole else 1e-8, abs=0, nan_ok=True
    )
    assert _numbers(found["expected"]) == pytest.approx(
        _numbers(case["expected"]["expected"]), rel=1e-8, nan_ok=True
    )
    assert _numbers(found["pvalue"]) == pytest.approx(
        _numbers(case["expected"]["pvalue"]), abs=1e-9, nan_ok=True
    )


def _numbers(values):
    return np.array([np.nan if value is None else value for value in values])


@pytest.mark.parametrize("with_trend", [True, False])
@pytest.mark.parametrize("gaps", [0, 40])
@pytest.mark.parametrize("periods", [1, 5])
def test_weighted_means_are_the_dense_regression(with_trend, gaps, periods):
    rng = np.random.default_rng(7)
    open_days = rng.integers(2, 6, LENGTH).astype(float)
    series = rng.poisson(open_days * np.linspace(0.5, 0.9, LENGTH)).astype(float)
    series[[80, 200]] = 30
    series[rng.choice(LENGTH - 10, gaps, replace=False)] = np.nan
    chosen = replace(PLUGIN, periods=periods, with_trend=with_trend, method=Method.DELTA)
    past = baseline(TIMELINE, LENGTH - 1, years=5, half_window=3, periods=periods, excluded=26)
    known = np.isfinite(series[past.points])
    points = past.points[known]

    found = of_one_series(series, TIMELINE, chosen, LENGTH - 1, LENGTH - 1, open_days)
    mean, _error, dispersion = expectation(
        series[points], points + 1.0, past.seasons[known], np.log(open_days[points]),
        (LENGTH, np.log(open_days[-1])), with_trend=with_trend,
    )  # fmt: skip

    assert found.reason == [Reason.EVALUATED]
    assert found.has_trend == [with_trend]
    assert found.mean == pytest.approx([mean], rel=1e-7)
    assert found.dispersion == pytest.approx([dispersion], rel=1e-7)


def test_the_error_of_the_mean_is_that_of_the_dense_regression():
    series = made_up(3)
    past = baseline(TIMELINE, LENGTH - 1, years=5, half_window=3, periods=10, excluded=26)
    mean, error, _ = expectation(
        series[past.points], past.points + 1.0, past.seasons, np.zeros(len(past.points)), (LENGTH, 0)
    )

    found = at_the_end(series, method=Method.MUAN)  # its mean lies 2.33 errors above

    assert found.mean == pytest.approx([mean * np.exp(2.3263478740408408 * error)], rel=1e-7)


def test_many_at_once_are_as_each_alone():
    series = np.array([made_up(mean, seed) for seed, mean in enumerate([0.1, 0.4, 1, 3, 9, 40] * 5)])
    series[4, 50:70] = np.nan
    series[7] = 0
    together = of_many_series(series, TIMELINE, PLUGIN, LENGTH - 1)

    for place, one in enumerate(series):
        alone = at_the_end(one)
        assert together.reason[place] == alone.reason[0]
        for name in ("upper", "expected", "probability", "dispersion", "alarm"):
            assert getattr(together, name)[place] == pytest.approx(
                getattr(alone, name)[0], rel=1e-9, nan_ok=True
            )


def test_weeks_by_number_and_by_date_agree_while_no_year_has_53():
    series = made_up(2, length=120)
    by_date = Timeline(120, 52, 735_000 + 7 * np.arange(120))
    chosen = replace(PLUGIN, years=1, periods=3)

    first, second = (of_one_series(series, line, chosen, 110, 119) for line in (Timeline(120, 52), by_date))

    assert first.upper == pytest.approx(second.upper)
    assert first.probability == pytest.approx(second.probability)


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        (np.zeros(LENGTH), Reason.NO_CONVERGENCE),
        (made_up(1e9), Reason.TOO_LARGE),
        (np.full(LENGTH, np.nan), Reason.NO_HISTORY),
        (np.append(made_up(2)[:-1], np.nan), Reason.NO_COUNT),
        (made_up(2), Reason.EVALUATED),
    ],
)
def test_what_cannot_be_evaluated_says_why(series, reason):
    found = at_the_end(series)

    assert found.reason == [reason]
    assert np.isnan(found.upper[0]) == (reason != Reason.EVALUATED)


def test_points_without_enough_past_are_left_out_and_the_others_evaluated():
    found = of_one_series(made_up(2), TIMELINE, PLUGIN, 0, LENGTH - 1)

    assert set(found.reason[:260].tolist()) == {Reason.NO_HISTORY}
    assert set(found.reason[263:].tolist()) == {Reason.EVALUATED}


def test_a_trend_of_two_years_is_never_believed():
    series = made_up(np.linspace(2, 40, LENGTH))
    series[-1] = 1000

    assert at_the_end(series, years=5).has_trend == [True]
    assert at_the_end(series, years=2).has_trend == [False]


def test_a_forecast_above_all_that_ever_came_is_not_believed():
    assert at_the_end(np.round(np.exp(np.arange(LENGTH) / 30))).has_trend == [False]


@pytest.mark.parametrize(("recent", "is_bounded"), [(2, True), (1, False)])
def test_without_enough_cases_lately_there_is_no_bound_and_no_alarm(recent, is_bounded):
    series = np.append(made_up(0.3)[:-4], [0, 0, 2, recent])

    found = at_the_end(series, fewest=(4, 4))

    assert np.isfinite(found.upper[0]) == is_bounded
    assert np.isfinite(found.probability[0])
    assert found.alarm[0] in ((0, 1) if is_bounded else (0,))


ODD = {
    "nothing": np.zeros(LENGTH),
    "one spike": np.where(np.arange(LENGTH) == 100, 1e6, 0.0),
    "one spike now": np.where(np.arange(LENGTH) == LENGTH - 1, 1e6, 0.0),
    "always the same": np.full(LENGTH, 7.0),
    "a thousand million": np.full(LENGTH, 1e9),
    "growing": np.arange(LENGTH, dtype=float) ** 2,
    "exploding": np.floor(np.exp(np.minimum(np.arange(LENGTH) / 10, 34))),
    "vanishing": np.floor(np.exp(np.maximum(30 - np.arange(LENGTH) / 10, -1))),
    "every other week unknown": np.where(np.arange(LENGTH) % 2, np.nan, 3.0),
    "one week a year": np.where(np.arange(LENGTH) % 52 == 10, 50.0, 0.0),
    "the same week a year": np.where((LENGTH - 1 - np.arange(LENGTH)) % 52 == 0, 1e5, 0.0),
}


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("periods", [1, 10])
def test_odd_series_are_all_answered(method, periods):
    found = of_many_series(
        np.array([*ODD.values()]), TIMELINE, replace(PLUGIN, method=method, periods=periods), LENGTH - 1
    )

    told = found.reason == Reason.EVALUATED
    assert np.isfinite(found.upper[told]).all()
    assert not np.isfinite(found.upper[~told]).any()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 2, 9, 400, 10**7, 10**12]) | st.none(), min_size=1, max_size=200),
    st.sampled_from([*Method]),
    st.integers(1, 3),
    st.integers(0, 5),
    st.integers(1, 9),
    st.booleans(),
)
def test_no_series_raises(values, method, years, half_window, periods, by_date):
    series = np.array([np.nan if value is None else value for value in values], dtype=float)
    days = 730_000 + 7 * np.arange(len(series)) if by_date and len(series) > 1 else None
    chosen = replace(PLUGIN, method=method, years=years, half_window=half_window, periods=periods)

    found = of_one_series(series, Timeline(len(series), 52, days), chosen, 0, len(series) - 1)

    assert len(found.upper) == len(series)
    assert np.isnan(found.upper[found.reason != Reason.EVALUATED]).all()
