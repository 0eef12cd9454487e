"""All open cases of somebody who leaves change hands in one go, each with its own entry."""

import pytest

from cases import jobs
from cases.jobs.models import Job
from cases.protection.audit import stored
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.services import custody, followup, glass, leavers
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver():
    return builders.account()


@pytest.fixture
def heir(leaver):
    return builders.account(at=leaver.centre)


@pytest.fixture
def manager(leaver):
    return builders.account("MANAGER", at=leaver.centre)


def held(account):
    return Case.objects.open().in_hands_of(account.pk).count()


def test_open_cases_go_at_once_and_closed_ones_stay(leaver, heir, manager):
    cases = [builders.case(by=leaver) for _n in range(3)]
    followup.close_case(cases[0].uid, outcome="ADVICE", closed_on=cases[0].received_on, by=leaver)

    done = leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager)

    assert (done.moved, held(leaver), held(heir)) == (2, 0, 2)
    assert AuditEntry.objects.filter(action="HAND_OVER_ORDERED").count() == 2
    assert all(stored.is_as_recorded(case.uid) for case in cases)
    assert leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager).moved == 0


def test_a_protected_case_passes_with_an_emergency_look_alone(leaver, heir, manager):
    case = builders.case(by=leaver)
    custody.guard(case.uid, is_guarded=True, by=leaver)
    assert leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager).guarded == [case.number]
    assert held(heir) == 0

    glass.break_glass(case.uid, reason="担当が退職し、引継ぎが要る", by=manager, told=[])

    assert leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager).moved == 1


def test_a_case_changed_by_hand_stays_and_is_named(leaver, heir, manager):
    case = builders.case(by=leaver)
    Case.objects.filter(pk=case.pk).update(paid_yen=1)

    assert leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager).refused == [case.number]


@pytest.mark.parametrize("who", ["leaver", "elsewhere", "stopped"])
def test_only_a_working_colleague_of_the_centre_can_get_them(leaver, heir, manager, who):
    to = {"leaver": leaver, "elsewhere": builders.account(at=builders.centre("hikari")), "stopped": heir}[who]
    heir.is_active = who != "stopped"
    heir.save()

    with pytest.raises(EntryRefused):
        leavers.order_all(leaver.uid, to_uid=to.uid, by=manager)


def test_many_cases_are_a_job_that_says_how_far_it_is(leaver, heir, manager, monkeypatch):
    monkeypatch.setattr(leavers, "AT_ONCE", 2)
    for _n in range(3):
        builders.case(by=leaver)

    job = leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager)
    jobs.claim_and_run(job.uid, worker="test")

    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.total, done.result["moved"], held(heir)) == (Job.State.DONE, 3, 3, 3)


def test_a_job_that_somebody_put_into_the_queue_hands_nothing_over(leaver, heir, manager, monkeypatch):
    monkeypatch.setattr(leavers, "AT_ONCE", 0)
    builders.case(by=leaver)
    genuine = leavers.order_all(leaver.uid, to_uid=heir.uid, by=manager)
    other = builders.account(at=leaver.centre)
    slipped = [
        Job.objects.create(kind=leavers.JOB, arguments=arguments, created_by=manager, centre=leaver.centre)
        for arguments in (genuine.arguments, {**genuine.arguments, "to": str(other.uid)})
    ]

    for job in slipped:
        jobs.claim_and_run(job.uid, worker="test")
    assert (held(leaver), held(heir), held(other)) == (1, 0, 0)

    jobs.claim_and_run(genuine.uid, worker="test")
    assert held(heir) == 1


def test_everything_that_is_offered_is_taken_in_one_go(leaver, heir):
    cases = [builders.case(by=leaver) for _n in range(3)]
    for case in cases:
        custody.hand_over(case.uid, to_uid=heir.uid, note="", by=leaver)
    Case.objects.filter(pk=cases[0].pk).update(paid_yen=1)

    assert custody.take_all(by=heir) == (2, [cases[0].number])
    assert held(heir) == 2


def test_a_case_that_is_closed_or_in_other_hands_meanwhile_stays_where_it_is(leaver, heir, manager):
    mine, closed = builders.case(by=heir), builders.case(by=leaver)
    followup.close_case(closed.uid, outcome="ADVICE", closed_on=closed.received_on, by=leaver)

    ordered = [
        custody.order(c.uid, from_pk=leaver.pk, to_uid=manager.uid, by=manager) for c in (mine, closed)
    ]

    assert ordered == [False, False]
    assert Case.objects.filter(in_charge=None).count() == 2
