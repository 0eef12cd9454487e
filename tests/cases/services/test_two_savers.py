"""Two savers of one uid at the same moment: one case or 経過, and a refusal that says so, whatever they wait at."""

import dataclasses
import uuid
from datetime import datetime
from functools import partial

import pytest

from cases.law.calendar import TOKYO
from cases.records import codes
from cases.records.case import Case
from cases.records.follow_up import FollowUp
from cases.services.followup import FollowUpEntry, add_follow_up
from cases.services.intake import record_case
from tests import builders, threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _codes() -> None:
    codes.load_shipped()


at_once = partial(threads.at_once, done="saved")


def test_the_same_uid_in_two_fiscal_years_is_one_case() -> None:
    by = builders.account()
    entry = builders.entry()
    last_year = dataclasses.replace(entry, received_at=datetime(2026, 3, 31, 23, 59, tzinfo=TOKYO))

    for _attempt in range(5):
        new = uuid.uuid4()
        entries = [dataclasses.replace(one, uid=new) for one in (entry, last_year, entry, last_year)]
        outcomes = at_once(*[partial(record_case, one, centre=by.centre, by=by) for one in entries])

        assert outcomes == ["already_recorded", "already_recorded", "saved", "saved"]
        assert Case.objects.filter(uid=new).count() == 1


def test_the_same_uid_at_two_centres_is_one_case() -> None:
    here, there = builders.account(), builders.account(at=builders.centre("kita"))

    for _attempt in range(5):
        entry = builders.entry()
        outcomes = at_once(*[partial(record_case, entry, centre=by.centre, by=by) for by in (here, there)])

        assert outcomes == ["already_recorded", "saved"]


def test_the_same_follow_up_under_two_cases_is_kept_under_one() -> None:
    by = builders.account()
    cases = [builders.case(by=by), builders.case(by=by)]

    for _attempt in range(5):
        entry = FollowUpEntry(
            uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text="助言した"
        )
        outcomes = at_once(*[partial(add_follow_up, case.uid, entry, by=by) for case in cases])

        assert outcomes == ["follow_up_taken", "saved"]
        assert FollowUp.objects.filter(uid=entry.uid).count() == 1
