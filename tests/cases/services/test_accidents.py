"""重大事故等: decided and told with a time, red until told; rows that the log does not vouch for count for nothing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.law.accidents import BY_NAME, Duty
from cases.protection.models import AuditEntry
from cases.records.accidents import AccidentDecision
from cases.records.case import Case
from cases.services import accidents
from cases.services.accidents import AlreadyNotified, NotTheNewest
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(BY_NAME, "no") | {"consumer_use": "yes"}


@pytest.fixture
def manager():
    return builders.account("MANAGER")


@pytest.fixture
def case(manager):
    return builders.case(by=builders.account(at=manager.centre), harm="HARM", harm_degree="MONTH_OVER")


def decide(case: Case, by, **more):
    return accidents.decide(
        case.uid, uid=uuid.uuid4(), answers={**NOTHING, **more}, items={"summary": "発火した"}, by=by
    )


def note(row, by, **more):
    given = {"notified_at": timezone.now(), "notified_to": "AGENCY", "number": "第12号", **more}
    return accidents.note_notice(row.uid, by=by, **given)


def duties(by):
    return [(state.case.pk, state.duty) for state in accidents.unfinished(by)]


def test_a_card_with_harm_waits_for_a_decision_and_one_without_does_not(manager, case):
    builders.case(by=manager)

    assert duties(manager) == [(case.pk, Duty.ASK_FIRST)]


def test_a_grave_one_stands_first_until_it_is_told(manager, case):
    other = builders.case(by=manager, harm="DANGER")
    row = decide(case, manager, treatment_30="yes")

    assert duties(manager) == [(case.pk, Duty.AT_ONCE), (other.pk, Duty.ASK_FIRST)]
    told = note(row, manager)
    assert duties(manager) == [(other.pk, Duty.ASK_FIRST)]
    assert accidents.state_of(case).is_notified
    assert told.noted_at is not None
    assert (told.notified_by_id, told.number) == (manager.pk, "第12号")


def test_a_decision_is_made_once_per_uid(manager, case):
    uid = uuid.uuid4()
    rows = [
        accidents.decide(case.uid, uid=uid, answers={"fire": "yes"}, items={}, by=manager) for _ in range(2)
    ]

    assert rows[0].pk == rows[1].pk
    assert AuditEntry.objects.filter(action="ACCIDENT_DECIDED").count() == 1
    with pytest.raises(NotTheNewest):
        accidents.decide(builders.case(by=manager).uid, uid=uid, answers={}, items={}, by=manager)


def test_new_facts_make_a_new_decision_that_is_told_anew(manager, case):
    first = decide(case, manager, harmed="yes", may_spread="yes")
    note(first, manager)
    second = decide(case, manager, treatment_30="yes")

    assert duties(manager) == [(case.pk, Duty.AT_ONCE)]
    with pytest.raises(NotTheNewest):
        note(first, manager)
    note(second, manager)
    assert duties(manager) == []
    with pytest.raises(AlreadyNotified):
        note(second, manager)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (lambda: {"notified_at": timezone.now() + timedelta(days=400)}, "notified_at"),
        ({"notified_to": "NEIGHBOUR"}, "notified_to"),
        ({"number": "1" * 41}, "number"),
    ],
)
def test_a_notice_that_cannot_be_noted_says_why(manager, case, more, field):
    row = decide(case, manager, fire="yes")

    with pytest.raises(EntryRefused) as refusal:
        note(row, manager, **builders.given(more))
    assert set(refusal.value.errors) == {field}


def test_a_notice_from_before_the_call_is_refused(manager, case):
    row = decide(case, manager, fire="yes")

    with pytest.raises(EntryRefused):
        note(row, manager, notified_at=case.received_at - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("written", "is_open"),
    [
        ({}, True),
        ({"verdict": "NOT_AN_ACCIDENT"}, True),
        ({"answers": NOTHING}, True),
        (lambda: {"notified_at": timezone.now(), "noted_at": timezone.now(), "notified_to": "AGENCY"}, True),
    ],
)
def test_what_somebody_writes_into_the_table_tells_nobody(manager, case, written, is_open):
    row = decide(case, manager, death="yes")
    AccidentDecision.objects.filter(pk=row.pk).update(**builders.given(written))

    assert accidents.state_of(case).is_open is is_open
    assert [pk for pk, _duty in duties(manager)] == [case.pk]


def test_a_decision_that_somebody_slipped_in_does_not_count(manager, case):
    AccidentDecision.objects.create(
        uid=uuid.uuid4(), case=case, answers=NOTHING, verdict="NOT_AN_ACCIDENT", decided_at=timezone.now()
    )

    assert duties(manager) == [(case.pk, Duty.ASK_FIRST)]


def test_taking_the_grave_decision_away_does_not_bring_the_harmless_one_back(manager, case):
    decide(case, manager)
    assert duties(manager) == []
    decide(case, manager, death="yes").delete()

    assert duties(manager) == [(case.pk, Duty.ASK_FIRST)]


def test_taking_away_the_only_decision_of_a_card_without_harm_leaves_the_case_on_the_list(manager):
    case = builders.case(by=manager, harm="NONE")
    decide(case, manager, death="yes").delete()

    assert duties(manager) == [(case.pk, Duty.ASK_FIRST)]


def test_the_items_are_sealed_and_opened_through_the_log(manager, case):
    row = decide(case, manager, fire="yes")
    counsellor = builders.account(at=manager.centre)

    assert "発火" not in str(row.items)
    assert accidents.items_of(accidents.find(row.uid, by=counsellor), by=counsellor)["summary"] == "発火した"
    assert AuditEntry.objects.filter(action="ACCIDENT_OPENED", case_uid=case.uid).count() == 1


def test_the_list_asks_the_database_a_fixed_number_of_times(manager, case, django_assert_num_queries):
    decide(case, manager, death="yes")
    with django_assert_num_queries(9) as few:
        accidents.unfinished(manager)
    for _ in range(3):
        decide(builders.case(by=manager, harm="HARM"), manager, death="yes")
    with django_assert_num_queries(len(few)):
        accidents.unfinished(manager)


def test_those_that_are_done_push_none_out_however_many_there_are(manager, monkeypatch):
    monkeypatch.setattr(accidents, "SHOWN", 2)
    monkeypatch.setattr(accidents, "BATCH", 2)
    for _number in range(3):
        decide(builders.case(by=manager, harm="DANGER"), manager, consumer_use="no")
    waiting = builders.case(by=manager, harm="HARM")

    assert duties(manager) == [(waiting.pk, Duty.ASK_FIRST)]
