"""How our closed cases of a 手口 ended, with every share's own denominator."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from cases.figures import outcomes
from cases.figures.outcomes import Outcomes, outcomes_of
from cases.law.calendar import TOKYO
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def wednesday(time_machine):
    time_machine.move_to("2026-11-25 10:00 +0900", tick=False)


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def closed(counsellor):
    def make(outcome="ADVICE", yen=None, day=TODAY, **more):
        at = builders.RECEIVED_AT.replace(year=day.year, month=day.month, day=day.day).astimezone(TOKYO)
        return builders.case(
            **{
                "by": counsellor,
                "received_at": at,
                "outcome": outcome,
                "closed_on": day,
                "recovered_yen": yen,
                **more,
            }
        )

    return make


def ask(counsellor, code="INSPECTION"):
    return outcomes_of(code, centre=counsellor.centre, today=TODAY)


def test_outcomes_shares_and_median_say_what_they_count(counsellor, closed, django_assert_num_queries):
    closed("MEDIATED", 100), closed("MEDIATED", 400), closed("MEDIATED", 0), closed("ADVICE")
    builders.case(by=counsellor)  # open: not counted

    with django_assert_num_queries(1):
        found = ask(counsellor)

    assert found == Outcomes(
        since=date(2024, 11, 26), until=date(2026, 11, 26), closed=4, by_outcome=(("MEDIATED", 3), ("ADVICE", 1)),
        asked=3, recovered=2, median_yen=250,
    )  # fmt: skip
    assert (found.recovered_share, found.recovered_percent) == (Fraction(2, 3), 67)


@pytest.mark.parametrize(
    ("amounts", "median"), [([], None), ([0], None), ([5], 5), ([1, 9, 9], 9), ([1, 2, 3, 4], 2), ([7, 7], 7)]
)
def test_the_median_is_of_the_amounts_that_came_back(counsellor, closed, amounts, median):
    for yen in amounts:
        closed("MEDIATED", yen)

    assert ask(counsellor).median_yen == median


def test_nothing_known_is_no_share_of_zero(counsellor, closed):
    closed("ADVICE")

    assert (ask(counsellor).recovered_share, ask(counsellor).recovered_percent) == (None, None)


@pytest.mark.parametrize(("day", "n"), [(date(2024, 11, 26), 1), (date(2024, 11, 25), 0)])
def test_the_24_months_end_today(counsellor, closed, day, n):
    closed(day=day)

    assert ask(counsellor).closed == n


@pytest.mark.parametrize(
    ("more", "n"),
    [({}, 1), ({"scam_main": "PHISHING"}, 0), ({"scam_main": "PHISHING", "scam_others": ("INSPECTION",)}, 0)],
)
def test_only_cases_whose_main_scam_type_it_is(counsellor, closed, more, n):
    closed(**more)

    assert ask(counsellor).closed == n


def test_cases_of_another_centre_do_not_count(counsellor, closed):
    closed(by=builders.account(at=builders.centre("kita")))

    assert ask(counsellor).closed == 0


def test_the_29th_of_february_has_24_months_too(counsellor):
    found = outcomes_of("INSPECTION", centre=counsellor.centre, today=date(2028, 2, 29))

    assert (found.since, found.until - timedelta(days=1)) == (date(2026, 3, 1), date(2028, 2, 29))


def test_beside_a_call_the_count_is_kept_for_ten_minutes(
    counsellor, closed, monkeypatch, django_assert_num_queries
):
    outcomes.forget()
    clock = [0.0]
    monkeypatch.setattr("cases.held.time.monotonic", lambda: clock[0])

    def count():
        return outcomes.lately("INSPECTION", centre=counsellor.centre, today=TODAY).closed

    assert count() == 0
    closed()
    with django_assert_num_queries(0):
        assert count() == 0
    clock[0] = 601
    assert count() == 1
    outcomes.forget()
