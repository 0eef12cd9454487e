"""あっせん: what both sides offer, how it ends, and where the case stands."""

import uuid
from dataclasses import replace

import pytest
from django.utils import timezone

from cases.law.states import Event, State
from cases.protection.audit import stored
from cases.protection.redacted import redacted_text
from cases.records.events import CaseEvent
from cases.services import events, followup, mediation
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry
from cases.services.mediation import Step, StepTaken
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return builders.account()


@pytest.fixture
def case(by):
    return builders.case(by=by, caller=builders.person())


def step(code, **more):
    return Step(uid=uuid.uuid4(), code=code, happened_at=timezone.now(), **more)


def test_the_offers_of_both_sides_stand_beside_each_other_and_the_end_proposes_the_outcome(case, by):
    for one in (
        step("MEDIATION_STARTED"),
        step("OFFER_BY_CONSUMER", text="全額の返金を求める。", yen=1_480_000),
        step("OFFER_BY_TRADER", text="半額なら返すという。", yen=740_000, minutes=20),
    ):
        mediation.record(case.uid, one, by=by)
    found = mediation.of(case)
    assert (found.gap_yen, found.is_under_way, events.state(case)) == (740_000, True, State.IN_MEDIATION)

    mediation.record(case.uid, step("AGREED", yen=1_000_000), by=by)

    found = mediation.of(case)
    assert (found.outcome, found.recovered_yen, found.is_under_way) == ("MEDIATED", 1_000_000, False)
    assert [row.minutes for row in case.follow_ups.all()] == [None, 20]


def test_the_words_of_an_offer_are_a_follow_up_with_the_persons_masked(case, by):
    row = mediation.record(case.uid, step("OFFER_BY_TRADER", text="山田花子さんに返すという。"), by=by)

    texts = redacted_text([case.uid], by=by, with_follow_ups=True)[case.uid].follow_ups
    assert "山田" not in texts[row.follow_up.uid]
    assert row.follow_up.kind == "FROM_TRADER"
    assert stored.is_as_recorded(case.uid)


def test_a_step_is_kept_once_however_often_it_is_sent(case, by):
    wanted = step("OFFER_BY_TRADER", text="半額なら返す。", yen=740_000)
    for _press in range(2):
        mediation.record(case.uid, wanted, by=by)

    assert CaseEvent.objects.count() == 1
    for other in (replace(wanted, yen=1), replace(wanted, text="返さない。"), replace(wanted, code="AGREED")):
        with pytest.raises(StepTaken):
            mediation.record(case.uid, other, by=by)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "OFFER_BY_TRADER", "text": "半額なら返す。"}, None),
        ({"code": "OFFER_BY_TRADER"}, "text"),
        ({"code": "AGREED", "yen": -1}, "yen"),
        ({"code": "CLOSED"}, "code"),
    ],
)
def test_what_is_no_step_of_a_mediation_is_refused(case, by, more, field):
    if field is None:
        assert mediation.record(case.uid, step(**more), by=by).pk
        return
    with pytest.raises(EntryRefused) as refused:
        mediation.record(case.uid, step(**more), by=by)
    assert set(refused.value.errors) == {field}


def test_a_mediation_without_a_record_can_be_written_down_after_the_closing(case, by):
    followup.close_case(case.uid, outcome="MEDIATED", closed_on=case.received_on, by=by)
    case.refresh_from_db()
    assert mediation.lacks_record(case)

    mediation.record(case.uid, step("MEDIATION_STARTED"), by=by)

    assert not mediation.lacks_record(case)
    assert events.state(case) is State.CLOSED


def test_events_tell_receiving_contact_closing_and_reopening(case, by):
    assert events.state(case) is State.RECEIVED
    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="TO_CALLER", text="伝えた。")
    followup.add_follow_up(case.uid, entry, by=by)
    assert events.state(case) is State.AT_WORK
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=by)
    case.refresh_from_db()
    assert events.state(case) is State.CLOSED
    followup.reopen_case(case.uid, by=by)
    case.refresh_from_db()

    assert [one.code for one in events.of(case)] == [
        Event.RECEIVED, Event.CONTACTED, Event.CLOSED, Event.REOPENED,
    ]  # fmt: skip
    assert events.state(case) is State.AT_WORK


def test_a_case_that_came_closed_is_closed(by):
    case = builders.case(by=by, outcome="ADVICE", closed_on=builders.RECEIVED_AT.date())

    assert events.state(case) is State.CLOSED


def test_other_rooms_bring_their_own_events(case, by, monkeypatch):
    monkeypatch.setattr(events, "_sources", {})
    events.register("approval", lambda _case: [events.Happened(Event.APPROVAL_ASKED, timezone.now())])

    assert events.state(case) is State.IN_APPROVAL
    with pytest.raises(ValueError, match="twice"):
        events.register("approval", lambda _case: [])
