from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.figures import facts, trends
from cases.models import CaseFact

TODAY = date(2026, 11, 24)


@pytest.fixture
def history(make_case):
    """Cases of one 手口 and age: so many in each four-week period, the last one ending today."""

    def make(scam: str, age: int | None, *counts: int) -> None:
        facts.record(
            (
                make_case(
                    received_on=TODAY - timedelta(weeks=4) * ago - timedelta(days=n % 28), party_age=age
                ),
                scam,
                [],
            )
            for ago, count in enumerate(reversed(counts))
            for n in range(count)
        )

    return make


def found(centre, **other):
    return {(item.scam, item.group): item for item in trends.rising(frozenset({centre.pk}), TODAY, **other)}


def test_a_trick_that_rises_among_the_old_is_found_there_with_its_reason(history, centre):
    history("INSPECTION", 75, *[1] * 13, 12)
    history("INSPECTION", None, *[1] * 13, 1)
    history("SUPPORT_SCAM", 40, *[28] * 14)

    risen = found(centre)
    assert set(risen) == {("INSPECTION", "65_OVER"), ("INSPECTION", "ALL")}
    item = risen["INSPECTION", "65_OVER"]
    assert (item.now, item.expected, item.last_year) == (12, 1.0, 1)
    assert item.probability == pytest.approx(8.3e-10, rel=0.01)
    assert (item.share_65.of_known, item.share_65.of_all) == (Fraction(1), Fraction(12, 13))
    assert item.series == (*[0] * 10, *[1] * 13, 12)
    assert not item.has_short_history


def test_a_rise_says_how_many_times_and_how_sure_that_is(history, centre):
    history("INSPECTION", 75, *[1] * 13, 12)
    history("INSPECTION", None, *[1] * 13, 1)

    item = found(centre)["INSPECTION", "65_OVER"]
    assert (item.now, item.before, item.ratio.value) == (12, 12, 12.0)
    assert item.ratio.low == pytest.approx(4.96, abs=0.05)
    assert item.ratio.high == pytest.approx(29.0, abs=0.3)
    assert item.ratio.is_rise


@pytest.mark.parametrize(
    ("age", "group"), [(18, "UNDER_30"), (29, "UNDER_30"), (30, "30_64"), (64, "30_64"), (65, "65_OVER")]
)
def test_age_groups_begin_and_end_where_they_say(history, centre, age, group):
    history("INSPECTION", age, *[1] * 13, 9)
    assert set(found(centre)) == {("INSPECTION", "ALL"), ("INSPECTION", group)}


@pytest.mark.parametrize(("now", "is_found"), [(4, False), (5, True)])
def test_few_cases_are_never_a_rise(history, centre, now, is_found):
    history("SUPPORT_SCAM", 40, *[2] * 13, 2)
    history("INSPECTION", 75, *[0] * 13, now)
    risen = found(centre)
    assert (("INSPECTION", "ALL") in risen) == is_found
    assert all(item.probability > 0 for item in risen.values())


def test_the_strongest_evidence_comes_first_and_the_list_ends_at_its_limit(history, centre):
    history("INSPECTION", 75, *[1] * 13, 9)
    history("SUPPORT_SCAM", 75, *[1] * 13, 15)
    listed = trends.rising(frozenset({centre.pk}), TODAY, limit=2)
    assert [item.scam for item in listed] == ["SUPPORT_SCAM", "SUPPORT_SCAM"]


@pytest.mark.parametrize(
    ("periods", "is_short", "last_year"),
    [(2, True, None), (12, True, None), (13, False, None), (14, False, 1)],
)
def test_a_short_history_says_so(history, centre, periods, is_short, last_year):
    history("SUPPORT_SCAM", 40, *[28] * periods)  # one on every day since records began
    history("INSPECTION", 75, *[1] * (periods - 1), 20)

    item = next(item for (_, group), item in found(centre).items() if group == "65_OVER")
    assert (item.has_short_history, item.last_year) == (is_short, last_year)
    assert item.periods_before == min(12, periods - 1)


def test_without_any_complete_period_before_nothing_is_said(history, centre):
    history("INSPECTION", 75, 30)
    assert found(centre) == {}
    assert trends.rising(frozenset(), TODAY) == []


def test_a_cut_shows_what_was_known_then(history, centre):
    history("INSPECTION", 75, *[1] * 13, 2)
    cut = CaseFact.objects.latest("seq").seq
    history("INSPECTION", 75, 10)
    assert found(centre)
    assert not found(centre, as_of=cut)


def test_a_trick_never_met_before_is_weighed_as_half_a_case_in_all_the_time_before(history, centre):
    history("SUPPORT_SCAM", 40, *[28] * 14)
    history("INSPECTION", 75, 5)
    item = found(centre)["INSPECTION", "65_OVER"]
    assert item.expected == 0
    assert item.probability == pytest.approx(trends.poisson_tail(5, 0.5 / 12))


@given(count=st.integers(0, 60), mean=st.fractions(Fraction(1, 50), 50, max_denominator=50))
@settings(deadline=None)
def test_the_tail_is_the_exact_sum(count, mean):
    below, term = Fraction(0), Fraction(1)
    for k in range(count):
        below += term
        term = term * mean / (k + 1)
    rest = Fraction(0)
    for k in range(count, count + 400):
        rest += term
        term = term * mean / (k + 1)
    assert trends.poisson_tail(count, float(mean)) == pytest.approx(float(rest / (below + rest)), rel=1e-9)
