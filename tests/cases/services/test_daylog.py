"""日報・月報: the numbers of a period add up and agree with the cases."""

import uuid
from datetime import date, datetime, timedelta

import pytest

from cases.law.calendar import TOKYO
from cases.services import followup
from cases.services.daylog import Contacts, log_of
from cases.services.followup import FollowUpEntry
from tests import builders

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def evening(time_machine):
    time_machine.move_to("2026-11-20 18:00 +0900", tick=True)


def contact(case, by, *, kind="TO_CALLER", minutes=None, at=builders.RECEIVED_AT):
    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=at, kind=kind, text="話した。", minutes=minutes)
    followup.add_follow_up(case.uid, entry, by=by)


def test_a_day_counts_new_cases_contacts_minutes_and_closings():
    one, two = builders.account(), builders.account()
    earlier = builders.case(by=one, received_at=builders.RECEIVED_AT - timedelta(days=9))
    today = builders.case(by=two, channel="VISIT")
    builders.case(by=two, scam_main="UNCLASSIFIED", kind="INQUIRY")
    contact(earlier, two, minutes=15)
    contact(today, two, kind="TO_TRADER", minutes=30)
    contact(today, one)
    contact(today, one, at=builders.RECEIVED_AT - timedelta(days=1))
    followup.close_case(earlier.uid, outcome="ADVICE", closed_on=DAY, by=two)

    log = log_of(one.centre, DAY, DAY + timedelta(days=1))

    assert (log.total, log.by_channel, log.by_kind) == (
        2, {"PHONE": 1, "VISIT": 1}, {"COMPLAINT": 1, "INQUIRY": 1},
    )  # fmt: skip
    assert log.contacts == {"TO_CALLER": Contacts(2, 1, 15), "TO_TRADER": Contacts(1, 1, 30)}
    assert (log.all_contacts, log.going_on, log.closed) == (Contacts(3, 2, 45), 1, {"ADVICE": 1})
    people = {row.account_pk: (row.new, row.contacts, row.closed) for row in log.by_counsellor}
    assert people == {one.pk: (0, Contacts(1, 0, 0), 1), two.pk: (2, Contacts(2, 2, 45), 0)}


def test_a_day_ends_at_midnight_in_japan_and_another_centre_is_not_counted():
    by = builders.account()
    case = builders.case(by=by, received_at=datetime(2026, 11, 19, 23, 59, tzinfo=TOKYO))
    builders.case(by=builders.account(at=builders.centre("hikari")))
    contact(case, by, at=datetime(2026, 11, 20, 0, 0, tzinfo=TOKYO))

    log = log_of(by.centre, DAY, DAY + timedelta(days=1))

    assert (log.total, log.all_contacts.n) == (0, 1)
