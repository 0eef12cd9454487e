"""What lies on the desks: every case in one class, everybody's work is theirs, durations are those of the clock."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law.calendar import TOKYO
from cases.services import followup, workload
from cases.services.followup import FollowUpEntry
from cases.services.pionet import registering
from cases.services.workload import spread
from tests import builders

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def evening(time_machine):
    time_machine.move_to("2026-11-20 18:00 +0900", tick=True)


def contact(case, by, *, kind="TO_CALLER", minutes=None, at=NOON):
    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=at, kind=kind, text="話した。", minutes=minutes)
    followup.add_follow_up(case.uid, entry, by=by)


@pytest.mark.django_db
def test_every_open_case_stands_in_the_class_of_its_days():
    by = builders.account()
    for days in (0, 7, 8, 30, 31, 90, 91, 180, 181, 400):
        builders.case(by=by, received_at=NOON - timedelta(days=days))
    builders.case(by=by, received_at=NOON - timedelta(days=50), outcome="ADVICE", closed_on=TODAY)
    builders.case(by=builders.account(at=builders.centre("hikari")))

    found = workload.open_cases(by.centre_ids, TODAY)

    assert (found.counts, found.total, found.oldest) == ((2, 2, 2, 2, 2), 10, 400)


@pytest.mark.django_db
def test_what_is_closed_waits_for_pionet_until_it_is_registered():
    by = builders.account()
    waiting, done = (
        builders.case(
            by=by,
            received_at=NOON - timedelta(days=100),
            outcome="ADVICE",
            closed_on=TODAY - timedelta(days=days),
        )
        for days in (40, 3)
    )
    builders.case(by=by)
    registering.register(
        done.uid, uid=uuid.uuid4(), number="P-1", registered_on=TODAY, revision=done.revision, by=by
    )

    found = workload.unregistered_cases(by, TODAY)

    assert (found.counts, found.oldest) == ((0, 0, 1, 0, 0), 40)
    assert registering.waiting_by_day(by) == [(waiting.closed_on, 1)]


@pytest.mark.django_db
def test_open_cases_and_contacts_belong_to_whoever_has_them():
    one, two = builders.account(), builders.account()
    first = builders.case(by=one, received_at=NOON - timedelta(days=60))
    builders.case(by=one)
    closed = builders.case(by=two, outcome="ADVICE", closed_on=TODAY)
    contact(first, two, minutes=20)
    contact(closed, two)
    contact(first, two, at=NOON - timedelta(days=28))  # before the four weeks

    found = workload.workload(one.centre_ids, TODAY)

    assert (found.open, found.in_nobodys_hands, found.contacts, found.minutes) == (2, 0, 2, 20)
    assert [(person.account_pk, person.open, person.contacts) for person in found.people] == [
        (one.pk, 2, 0),
        (two.pk, 0, 2),
    ]
    assert found.open_per_person == 2


@pytest.mark.django_db
def test_a_case_of_a_ledger_that_nobody_has_is_counted_apart():
    by = builders.account()
    case = builders.case(by=by)
    type(case).objects.filter(pk=case.pk).update(counsellor=None)

    found = workload.workload(by.centre_ids, TODAY)

    assert (found.open, found.in_nobodys_hands, found.people, found.open_per_person) == (1, 1, (), None)


@pytest.mark.django_db
def test_the_first_contact_is_the_earliest_that_is_no_note():
    by = builders.account()
    answered = builders.case(by=by, received_at=NOON - timedelta(days=2))
    contact(answered, by, kind="NOTE", at=NOON - timedelta(days=2))
    contact(answered, by, kind="TO_TRADER", at=NOON - timedelta(days=1, hours=12))
    contact(answered, by, at=NOON)
    builders.case(by=by, received_at=NOON - timedelta(days=3), outcome="ADVICE", closed_on=TODAY)
    builders.case(by=by, received_at=NOON - timedelta(days=9))  # before the period

    found = workload.responses(by.centre_ids, date(2026, 11, 17), date(2026, 11, 21))

    assert (found.first_contact.n, found.first_contact.without, found.first_contact.median) == (1, 1, 12.0)
    assert (found.of, found.is_cut) == (2, False)


@pytest.mark.django_db
def test_only_the_newest_cases_are_looked_at_and_that_is_said(monkeypatch):
    monkeypatch.setattr(workload, "MOST_CASES", 2)
    by = builders.account()
    for days in (1, 2, 3):
        contact(builders.case(by=by, received_at=NOON - timedelta(days=days)), by, at=NOON)

    found = workload.responses(by.centre_ids, date(2026, 11, 1), date(2026, 11, 21))

    assert (found.of, found.is_cut, found.first_contact.n, found.first_contact.median) == (2, True, 2, 36.0)


@pytest.mark.django_db
def test_what_is_held_is_not_asked_for_again(django_assert_num_queries):
    by = builders.account()
    builders.case(by=by)
    asked = (by.centre_ids, date(2026, 4, 1), date(2026, 11, 21))
    for look, queries in (
        (lambda: workload.open_cases(by.centre_ids, TODAY), 1),
        (lambda: workload.workload(by.centre_ids, TODAY), 2),
        (lambda: workload.responses(*asked), 2),
    ):
        with django_assert_num_queries(queries):
            look()
        with django_assert_num_queries(0):
            look()


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_the_ninth_tenth_holds_nine_of_ten_and_no_smaller_value_does(durations):
    found = spread(durations)

    assert sum(value <= found.ninth for value in durations) >= 0.9 * len(durations)
    assert sum(value < found.ninth for value in durations) < 0.9 * len(durations)
    assert sum(value <= found.median for value in durations) >= len(durations) / 2
    assert sum(value >= found.median for value in durations) >= len(durations) / 2


def test_of_nothing_there_is_no_median():
    assert (spread([], 3).n, spread([], 3).without, spread([], 3).median, spread([], 3).ninth) == (
        0,
        3,
        None,
        None,
    )
