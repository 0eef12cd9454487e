"""Unusual numbers of looks: told once, to the person and to managers; nothing is ever refused."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases.law.calendar import TOKYO
from cases.protection import audit, watch
from cases.protection.models import AuditEntry
from cases.protection.reveal import reveal
from cases.records.unusual import UnusualLooks
from tests import builders

NOON = datetime(2026, 11, 23, 12, 30, tzinfo=TOKYO)
REVEALS, NAMES = watch.Kind.REVEALS, watch.Kind.NAMES


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def by(db):
    return builders.account()


@pytest.fixture
def looked(time_machine):
    """So many looks in the log at one moment."""

    def look(by, at, times, action="REVEALED"):
        time_machine.move_to(at, tick=False)
        audit.record_all([audit.entry(action, by=by, centre=by.centre) for _look in range(times)])
        time_machine.move_to(NOON, tick=False)

    return look


def reports(by):
    rows = UnusualLooks.objects.filter(account=by).order_by("span")
    return [(row.span, row.count) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_five_hundred_looks_in_a_row_all_succeed_and_are_reported_once_an_hour(time_machine, looked):
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())
    looked(by, NOON, 440)
    for _look in range(59):
        assert reveal(case.uid, ["caller.name"], by=by) == {"caller.name": "山田 花子"}
    time_machine.shift(timedelta(hours=1))
    reveal(case.uid, ["caller.name"], by=by)

    assert reports(by) == [("DAY", 500), ("HOUR", 499)]
    assert AuditEntry.objects.filter(action="UNUSUAL_LOOKS").count() == 2


@pytest.mark.parametrize(("times", "told"), [(40, []), (41, [("HOUR", 41)])])
def test_without_a_habit_the_setting_is_the_limit(by, looked, times, told):
    looked(by, NOON, times)

    watch.note(REVEALS, by=by, centre=by.centre)

    assert reports(by) == told


@pytest.mark.parametrize(
    ("usual", "limit"), [(1, 20), (10, 30), (500, 80)], ids=["quiet", "in between", "busy"]
)
def test_the_limit_follows_ones_own_median_between_half_and_double_the_setting(by, looked, usual, limit):
    for day in range(1, 6):
        looked(by, NOON - timedelta(days=day), usual)

    assert watch.limit_for(by.uid, REVEALS, watch.Span.HOUR, NOON) == limit


def test_looks_of_five_weeks_ago_are_no_habit(by, looked):
    for day in range(1, 6):
        looked(by, NOON - timedelta(weeks=4, days=day), 1)

    assert watch.limit_for(by.uid, REVEALS, watch.Span.HOUR, NOON) == 40


def test_the_looks_of_others_and_of_other_kinds_do_not_count(by, looked):
    looked(builders.account(), NOON, 41)
    looked(by, NOON, 41, action="CASE_VIEWED")

    watch.note(REVEALS, by=by, centre=by.centre)

    assert not UnusualLooks.objects.exists()


@pytest.mark.parametrize(("minutes", "told"), [(5, 1), (35, 1), (95, 0)], ids=["now", "last hour", "earlier"])
def test_look_ups_are_swept_up_by_the_worker_also_just_after_the_hour(by, looked, minutes, told):
    looked(by, NOON - timedelta(minutes=minutes), 21, action="NAME_LOOKED_UP")

    for _round in range(2):
        watch.sweep()

    assert UnusualLooks.objects.filter(account=by, kind=NAMES).count() == told


def test_a_report_is_told_to_the_person_while_it_is_new_and_to_the_centre(by, looked, time_machine):
    looked(by, NOON, 41)
    watch.note(REVEALS, by=by, centre=by.centre)

    assert [row.count for row in watch.current(by)] == [41]
    assert [row.account for row in watch.unusual(by.centre, NOON - timedelta(days=7))] == [by]
    assert watch.unusual(builders.centre("kita"), NOON - timedelta(days=7)) == []
    time_machine.shift(timedelta(hours=1))
    assert watch.current(by) == []


@pytest.mark.django_db(transaction=True)
def test_a_look_succeeds_where_counting_fails():
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())

    with mock.patch.object(watch, "_count", side_effect=DatabaseError("locked")):
        assert reveal(case.uid, ["caller.name"], by=by)


def test_the_database_keeps_one_report_an_hour(by, looked):
    looked(by, NOON, 41)
    watch.note(REVEALS, by=by, centre=by.centre)
    row = UnusualLooks.objects.get()
    row.pk, row.uid = None, builders.account().uid

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_counting_one_more_look_takes_a_fixed_number_of_queries(by, looked, django_assert_num_queries):
    looked(by, NOON, 15)
    with django_assert_num_queries(1):
        watch.note(REVEALS, by=by, centre=by.centre)
