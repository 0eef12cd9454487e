"""次の連絡: planned once, done once, and whoever has the case has to do it."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from cases.records.callbacks import Callback
from cases.records.case import Case
from cases.records.closed_days import ClosedDay
from cases.services import callbacks, custody
from cases.services.callbacks import CallbackEnded, CallbackEntry, CallbackTaken
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(time_machine):
    time_machine.move_to("2026-11-20 10:00 +0900", tick=False)


@pytest.fixture
def holder():
    return builders.account()


@pytest.fixture
def case(holder):
    return builders.case(by=holder)


def wanted(**more):
    given = {"uid": uuid.uuid4(), "kind": "CALL_BACK", "whom": "CALLER",
             "due_at": datetime(2026, 11, 24, 14, tzinfo=TOKYO), **more}  # fmt: skip
    return CallbackEntry(**given)


def test_a_contact_is_planned_once_however_often_it_is_sent(case, holder):
    entry = wanted(until_at=datetime(2026, 11, 24, 16, tzinfo=TOKYO), note="夫のいない時間に。")
    rows = {callbacks.plan(case.uid, entry, by=holder).pk for _press in range(2)}

    assert len(rows) == 1
    assert case.follow_ups.count() == 1
    assert AuditEntry.objects.filter(action="CALLBACK_PLANNED").count() == 1
    with pytest.raises(CallbackTaken):
        callbacks.plan(case.uid, replace(entry, whom="TRADER"), by=holder)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"due_at": datetime(2026, 11, 20, 9, tzinfo=TOKYO)}, None),  # earlier today is late, not wrong
        ({"due_at": datetime(2026, 11, 19, 23, tzinfo=TOKYO)}, "due_on"),
        ({"due_at": datetime(2032, 1, 1, tzinfo=TOKYO)}, "due_on"),
        ({"until_at": datetime(2026, 11, 24, 14, tzinfo=TOKYO)}, "band"),
        ({"kind": "GREETING"}, "kind"),
        ({"whom": ""}, "whom"),
        ({"for_uid": uuid.uuid4()}, "for_account"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_field(case, holder, more, field):
    if field is None:
        assert callbacks.plan(case.uid, wanted(**more), by=holder).pk
        return
    with pytest.raises(EntryRefused) as refused:
        callbacks.plan(case.uid, wanted(**more), by=holder)
    assert set(refused.value.errors) == {field}


def test_a_case_of_another_centre_does_not_exist(case):
    stranger = builders.account(at=builders.centre("hikari"))

    with pytest.raises(Case.DoesNotExist):
        callbacks.plan(case.uid, wanted(), by=stranger)


def test_a_contact_is_done_once_and_the_second_person_is_told(case, holder):
    row = callbacks.plan(case.uid, wanted(), by=holder)
    with pytest.raises(EntryRefused):
        callbacks.finish(row.uid, result="PERHAPS", by=holder)
    for _press in range(2):
        callbacks.finish(row.uid, result="REACHED", by=holder)

    with pytest.raises(CallbackEnded):
        callbacks.finish(row.uid, result="DROPPED", by=holder)
    assert callbacks.waiting_of(case) == []
    assert AuditEntry.objects.filter(action="CALLBACK_ENDED").count() == 1


@pytest.mark.parametrize("by_name", [False, True])
def test_whoever_takes_the_case_over_has_to_call(case, holder, by_name):
    taker = builders.account(at=holder.centre)
    callbacks.plan(case.uid, wanted(for_uid=holder.uid if by_name else None), by=holder)
    custody.hand_over(case.uid, to_uid=taker.uid, note="", by=holder)
    assert [Callback.objects.of(one).count() for one in (holder, taker)] == [1, 0]

    custody.take_over(case.uid, by=taker)

    assert [Callback.objects.of(one).count() for one in (holder, taker)] == [0, 1]


def test_a_look_after_the_closing_falls_on_a_day_on_which_the_centre_works(case):
    assert calendar.today() == date(2026, 11, 20)
    ClosedDay.objects.create(centre=case.centre, day=date(2026, 12, 4))

    due = callbacks.aftercare(case, 2, uid=uuid.uuid4()).due_at

    assert due == datetime(2026, 12, 7, 10, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "more",
    [lambda: {"until_at": timezone.now() - timedelta(days=99)}, {"result": "REACHED"}],
    ids=["hours", "result"],
)
def test_the_database_refuses_what_makes_no_sense(case, holder, more):
    row = callbacks.plan(case.uid, wanted(), by=holder)

    with pytest.raises(IntegrityError), transaction.atomic():
        Callback.objects.filter(pk=row.pk).update(**builders.given(more))
