"""What is known at once: the how many-th call today's is, and the alarm of the day for what never came before."""

from datetime import timedelta

import pytest

from cases.figures import columns
from cases.figures.surge_log import live, reading
from cases.models import SurgeEvaluation, SurgeWave
from cases.surges.panel import Cell
from tests.cases.figures.surge_log.conftest import TODAY

NOON = f"{TODAY} 12:00 +0900"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOON)


def test_the_fifth_of_its_kind_today_is_counted_from_facts(
    history, state, centre, django_assert_max_num_queries
):
    history("INSPECTION", [2] * 60)
    history("SUPPORT_SCAM", [7] * 60)
    columns.extend()
    for _n in range(4):
        state("INSPECTION", received_on=TODAY)
    state("INSPECTION", received_on=TODAY + timedelta(days=1))

    with django_assert_max_num_queries(3):  # facts, their log, code sets after two seconds
        found = live.today(centre, "INSPECTION")

    assert (found.count, found.week) == (5, 6)
    assert found.usual_week == 2
    assert found.usual == pytest.approx(2 / 5, rel=0.1)


@pytest.mark.parametrize(("weeks", "usual"), [(1, None), (3, 2.0)])
def test_a_centre_without_a_week_behind_it_has_nothing_usual(history, centre, weeks, usual):
    history("INSPECTION", [2] * weeks)

    assert live.today(centre, "INSPECTION").usual_week == usual


def test_nothing_was_ever_recorded(centre):
    assert live.today(centre, "INSPECTION") == live.Today(0, 0, None, None)


@pytest.mark.parametrize(
    ("count", "weeks_before", "code", "is_alarm"),
    [
        (5, 40, "OWN_NEW", True),
        (4, 40, "OWN_NEW", False),
        (5, 20, "OWN_NEW", False),  # everything is new in the first half year
        (5, 40, "SUPPORT_SCAM", False),  # known before
        (5, 40, "UNCLASSIFIED", False),
    ],
)
def test_a_code_never_seen_with_five_cases_alarms_the_same_day(
    history, state, centre, count, weeks_before, code, is_alarm
):
    history("SUPPORT_SCAM", [3] * weeks_before)
    for _n in range(count):
        state(code, received_on=TODAY)

    assert live.is_wanted()
    live.look()

    found = [(one.wave.cell, one.card.basis) for one in reading.open_waves(centre, TODAY)]
    assert found == ([(Cell(code), "NEW_CODE")] if is_alarm else [])
    assert [row.trigger for row in SurgeEvaluation.objects.all()] == (["LIVE"] if is_alarm else [])


def test_a_wave_of_the_day_is_found_once(history, state, centre):
    history("SUPPORT_SCAM", [3] * 40)
    for _n in range(5):
        state("OWN_NEW", received_on=TODAY)
    live.look()
    assert not live.is_wanted()

    state("OWN_NEW", received_on=TODAY)
    assert live.is_wanted()
    live.look()

    assert SurgeEvaluation.objects.count() == SurgeWave.objects.count() == 1
