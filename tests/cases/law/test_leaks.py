"""漏えい等の報告: situations and the duty that each brings, and the days until it is due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law import leaks
from cases.law.leaks import Answer, Assessment, Duty, Exemption, Ground, Situation, assess

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def situation(**known) -> Situation:
    """Three persons, and every fact answered with no unless told otherwise."""
    given_facts = {
        "persons": 3,
        "sensitive": NO,
        "property_damage": NO,
        "wrongful_intent": NO,
        "encrypted": NO,
        **known,
    }
    return Situation(**given_facts)


@pytest.mark.parametrize(
    ("known", "duty", "grounds", "missing"),
    [
        ({}, Duty.NONE, (), ()),
        ({"sensitive": YES}, Duty.REPORT, (Ground.SENSITIVE,), ()),
        ({"property_damage": YES}, Duty.REPORT, (Ground.PROPERTY,), ()),
        ({"wrongful_intent": YES}, Duty.REPORT, (Ground.WRONGFUL,), ()),
        ({"persons": 100}, Duty.NONE, (), ()),
        ({"persons": 101}, Duty.REPORT, (Ground.MANY,), ()),
        ({"persons": 100, "persons_at_least": True}, Duty.UNCLEAR, (), ("persons",)),
        ({"persons": 101, "persons_at_least": True}, Duty.REPORT, (Ground.MANY,), ()),
        ({"persons": None}, Duty.UNCLEAR, (), ("persons",)),
        ({"sensitive": UNKNOWN}, Duty.UNCLEAR, (), ("sensitive",)),
        ({"sensitive": YES, "wrongful_intent": UNKNOWN}, Duty.REPORT, (Ground.SENSITIVE,), ("wrongful_intent",)),
        ({"sensitive": YES, "encrypted": UNKNOWN}, Duty.UNCLEAR, (Ground.SENSITIVE,), ("encrypted",)),
        ({"encrypted": UNKNOWN}, Duty.NONE, (), ()),
    ],
)  # fmt: skip
def test_the_duty_in_a_situation(known, duty, grounds, missing):
    found = assess(situation(**known))

    assert (found.duty, found.grounds, found.missing) == (duty, grounds, missing)


@pytest.mark.parametrize(
    ("known", "exemption"),
    [
        ({"encrypted": YES}, Exemption.ENCRYPTED),
        ({"recovered_unseen": YES}, Exemption.RECOVERED),
        ({"persons": 0}, Exemption.NOBODY),
    ],
)
def test_what_takes_the_duty_away_although_everything_else_calls_for_it(known, exemption):
    worst = {"persons": 5000, "sensitive": YES, "property_damage": YES, "wrongful_intent": YES}

    assert assess(situation(**worst)).duty == Duty.REPORT
    assert assess(situation(**{**worst, **known})) == Assessment(Duty.NONE, exemption=exemption)


def test_nobody_counted_so_far_is_not_nobody():
    assert assess(situation(persons=0, persons_at_least=True)).duty == Duty.UNCLEAR


ANSWERS = st.sampled_from(list(Answer))


@given(
    st.none() | st.integers(0, 300),
    ANSWERS,
    ANSWERS,
    ANSWERS,
    ANSWERS,
    st.booleans(),
    st.sampled_from([YES, NO]),
)
def test_no_duty_is_said_only_where_every_way_of_filling_the_gaps_says_so(
    persons, sensitive, property_damage, wrongful, encrypted, at_least, recovered
):
    found = assess(Situation(persons, sensitive, property_damage, wrongful, encrypted, at_least, recovered))
    worst = Situation(
        500 if persons is None or at_least else persons,
        *(YES if answer == UNKNOWN else answer for answer in (sensitive, property_damage, wrongful)),
        NO if encrypted == UNKNOWN else encrypted,
        False,
        recovered,
    )

    if found.duty == Duty.NONE:
        assert assess(worst).duty == Duty.NONE


FOUND_ON = date(2026, 12, 28)  # 年末年始 lie within: they count like other days


@pytest.mark.parametrize(
    ("grounds", "final"), [((Ground.SENSITIVE,), date(2027, 1, 26)), ((Ground.WRONGFUL,), date(2027, 2, 25))]
)
def test_the_clocks_count_every_day_from_the_day_of_knowing(grounds, final):
    clocks = leaks.clocks(FOUND_ON, Assessment(Duty.REPORT, grounds))

    assert (clocks.preliminary_wanted, clocks.preliminary) == (date(2026, 12, 30), date(2027, 1, 1))
    assert clocks.final == final
    assert (clocks.final - FOUND_ON).days + 1 == clocks.final_days


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 12, 28), 4), (date(2026, 12, 31), 1), (date(2027, 1, 1), 0), (date(2027, 1, 2), -1)],
)
def test_the_last_day_is_still_in_time(today, left):
    due = leaks.clocks(FOUND_ON, Assessment(Duty.REPORT)).preliminary

    assert leaks.days_left(due, today) == left


def test_an_intent_that_is_only_feared_leaves_the_shorter_time():
    assert assess(situation(sensitive=YES, wrongful_intent=UNKNOWN)).final_days == 30


def test_both_reports_have_the_nine_items_of_the_rule():
    assert len({item.name for item in leaks.ITEMS}) == 9
