"""A page held still: one moment for all of it, and nothing asked twice."""

from datetime import date

import pytest

from cases.figures import columns, measures
from cases.figures.measures import Question
from cases.figures.still import still


@pytest.fixture
def question(centre):
    return Question(frozenset({centre.pk}), date(2026, 4, 1), date(2027, 4, 1), "scam_main", "area")


@pytest.mark.parametrize("is_copied", [True, False])
def test_what_is_saved_meanwhile_is_not_on_the_page(question, state, is_copied):
    state()
    if is_copied:
        columns.extend()
    with still():
        before = measures.breakdown(question).total
        state()
        within = measures.breakdown(question).total

    assert (before, within, measures.breakdown(question).total) == (1, 1, 2)


def test_a_cut_at_that_moment_is_that_moment(question, state):
    state()
    columns.extend()
    with still():
        now = columns.read()
        state()
        assert columns.read(now.as_of) is now


def test_a_page_asks_once_what_a_page_of_two_answers_needs(question, state, django_assert_num_queries):
    state()
    columns.extend()
    measures.breakdown(question)
    with still():
        # Facts, log, code sets, centre, limits of age, districts.
        with django_assert_num_queries(6):
            measures.breakdown(question)
        with django_assert_num_queries(0):
            measures.compare(question)


def test_a_page_within_a_page_is_of_the_same_moment_and_the_next_page_is_not(question, state):
    state()
    with still():
        with still():
            first = columns.read()
        state()
        assert columns.read() is first
    with still():
        assert columns.read().as_of > first.as_of


def test_a_page_that_fails_is_over(state):
    state()
    held = []

    def fail():
        with still():
            held.append(columns.read())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    state()
    assert columns.read().as_of > held[0].as_of
