"""Which weeks of the past are compared: by number, by calendar date, across 53-week years."""

from datetime import date, timedelta

import numpy as np
import pytest

from cases.surges.baseline import NoBaseline, Timeline, baseline

MONDAY = date(2014, 12, 29)


def weekly(length, first=MONDAY):
    return Timeline(length, 52, first.toordinal() + 7 * np.arange(length))


def test_by_number_a_year_has_52_points():
    assert Timeline(300, 52).references(290, 3) == [290, 238, 186, 134]


@pytest.mark.parametrize("today", [date(2020, 12, 28), date(2021, 1, 4), date(2020, 3, 2), date(2019, 7, 1)])
def test_by_date_the_nearest_same_weekday_is_compared(today):
    timeline = weekly(400)
    at = (today - MONDAY).days // 7

    for back, place in enumerate(timeline.references(at, 4)):
        found = MONDAY + timedelta(weeks=place)
        assert found.weekday() == 0
        assert abs((found - today.replace(year=today.year - back)).days) <= 3


def test_a_year_of_53_weeks_has_one_more_between():
    timeline = weekly(400)  # 2015 and 2020 have a week 53
    found = timeline.references((date(2020, 12, 28) - MONDAY).days // 7, 5)

    assert sorted(later - earlier for earlier, later in zip(found[1:], found, strict=False)) == [
        52,
        52,
        52,
        52,
        53,
    ]


def test_the_29th_of_february_is_the_1st_of_march_a_year_before():
    timeline = Timeline(800, 365, date(2019, 1, 1).toordinal() + np.arange(800))
    at = (date(2020, 2, 29) - date(2019, 1, 1)).days

    assert timeline.references(at, 1) == [at, (date(2019, 3, 1) - date(2019, 1, 1)).days]


def test_seasons_fill_the_year_and_todays_is_the_last():
    past = baseline(Timeline(200, 52), 160, years=2, half_window=3, periods=10, excluded=26)
    seasons = dict(zip(past.points.tolist(), past.seasons.tolist(), strict=True))

    assert [seasons[at] for at in range(160 - 52 - 3, 160 - 52 + 4)] == [10] * 7
    assert min(seasons) == 160 - 104 - 3
    assert max(seasons) == 160 - 27
    assert [sum(season == n for at, season in seasons.items() if 60 <= at < 105) for n in range(1, 10)] == [
        5
    ] * 9


def test_with_one_season_the_same_weeks_alone_are_compared():
    past = baseline(Timeline(200, 52), 160, years=2, half_window=1, periods=1, excluded=1)

    assert past.points.tolist() == [55, 56, 57, 107, 108, 109]


@pytest.mark.parametrize(
    ("at", "settings"),
    [
        (103, {"years": 2}),
        (199, {"periods": 60}),
        (199, {"half_window": 26, "periods": 2}),
    ],
)
def test_no_baseline_where_the_past_is_too_short_or_too_finely_parted(at, settings):
    given = {"years": 2, "half_window": 3, "periods": 5, "excluded": 26} | settings

    with pytest.raises(NoBaseline):
        baseline(Timeline(200, 52), at, **given)


def test_a_missing_date_has_no_reference():
    days = np.delete(weekly(200).days, 90)

    with pytest.raises(NoBaseline):
        Timeline(199, 52, days).references(90 + 52 - 1, 1)
