"""Two years month by month: months without a case are 0, months before the records are no data."""

from datetime import date

import pytest

from cases.figures.measures import Question
from cases.figures.months import course
from cases.models import CaseFact


@pytest.fixture
def asked(centre):
    def ask(until: date, **more):
        return Question(frozenset({centre.pk}), date(2026, 4, 1), until, "scam_main", **more)

    return ask


def test_a_month_without_a_case_is_zero_and_one_before_the_records_is_no_data(state, asked):
    state(received_on=date(2026, 6, 30))
    state("FAKE_SHOP", received_on=date(2026, 8, 1))
    state(received_on=date(2026, 8, 31))

    found = course(asked(date(2026, 9, 1)))

    assert found.months[0] == date(2024, 9, 1)
    assert found.months[-1] == date(2026, 8, 1)
    assert found.total == (*[None] * 21, 1, 0, 2)
    assert found.by_code["INSPECTION"][-3:] == (1, 0, 1)
    assert found.by_code["FAKE_SHOP"][-4:] == (None, 0, 0, 1)


@pytest.mark.parametrize(
    ("until", "is_unfinished", "counted"), [(date(2026, 9, 1), False, 1), (date(2026, 8, 31), True, 0)]
)
def test_the_last_month_says_whether_it_is_whole(until, is_unfinished, counted, state, asked):
    state(received_on=date(2026, 8, 31))

    found = course(asked(until))

    assert (found.is_unfinished, found.total[-1]) == (is_unfinished, counted)


def test_conditions_and_cuts_hold_for_every_month(state, asked):
    state(received_on=date(2026, 7, 1), party_sex="MALE")
    cut = CaseFact.objects.latest("seq").seq
    state(received_on=date(2026, 8, 1), party_sex="FEMALE")

    found = course(asked(date(2026, 9, 1), filters={"sex": ["MALE"]}))

    assert found.total[-2:] == (1, 0)
    assert course(asked(date(2026, 9, 1), as_of=cut)).total[-2:] == (1, 0)


def test_without_a_record_there_is_no_data_at_all(asked):
    assert set(course(asked(date(2026, 9, 1))).total) == {None}
