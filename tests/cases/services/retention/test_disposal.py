"""廃棄: proposed by one, looked through, approved by another, erased by the worker, and all of it on record."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases import jobs
from cases.jobs.models import Job
from cases.models import AuditEntry, Disposal, DisposalItem, LaterReview, LegalHold, Tombstone
from cases.records.case import Case
from cases.services import followup
from cases.services.oversight import SecondPersonNeeded
from cases.services.retention import disposal, due, erasure, holds
from cases.services.retention.rules import RecordClass
from tests import builders

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 31)
State = Disposal.State


def run_worker():
    while jobs.claim_and_run(worker="w"):
        pass


def approved(proposer, approver) -> Any:
    made = disposal.propose_due(proposer.centre, by=proposer)
    disposal.approve(made.uid, by=approver)
    return made


def numbers():
    return sorted(Case.objects.values_list("number", flat=True))


def test_what_is_due_is_proposed_without_held_and_open_cases(closed, manager):
    case, held = closed(DUE), closed(DUE)
    closed(date(2027, 4, 1))
    closed(DUE, kind="INQUIRY")
    holds.place(held.uid, ground=LegalHold.Ground.AUDIT, by=manager)

    made = disposal.propose_due(manager.centre, by=manager)

    assert made.state == State.PROPOSED
    found = list(made.items.order_by("case__number").values_list("record_class", "due_on", "case__number"))
    assert found == [
        ("CONSULTATION", date(2032, 4, 1), case.number),
        ("INFORMATION", date(2030, 4, 1), "2026-000003"),
    ]
    with pytest.raises(disposal.NothingDue):
        disposal.propose_due(manager.centre, by=manager)


def test_a_withdrawn_proposal_can_be_made_again(closed, manager):
    closed(DUE)
    made = disposal.propose_due(manager.centre, by=manager)

    disposal.withdraw(made.uid, by=manager)

    assert disposal.propose_due(manager.centre, by=manager).items.count() == 1
    with pytest.raises(disposal.DisposalDecided):
        disposal.approve(made.uid, by=manager)


def test_a_batch_takes_so_many_and_says_so(closed, manager, monkeypatch):
    monkeypatch.setattr(disposal, "MOST_AT_ONCE", 2)
    for day in (DUE, date(2027, 3, 30), date(2027, 3, 29)):
        closed(day)

    made = disposal.propose_due(manager.centre, by=manager)

    assert made.is_cut
    assert set(made.items.values_list("case__closed_on", flat=True)) == {date(2027, 3, 29), date(2027, 3, 30)}


@pytest.mark.parametrize("is_second", [True, False])
def test_another_person_approves(closed, manager, second, is_second):
    closed(DUE)
    made = disposal.propose_due(manager.centre, by=manager)

    if is_second:
        disposal.approve(made.uid, by=second)
    else:
        with pytest.raises(SecondPersonNeeded):
            disposal.approve(made.uid, by=manager)

    made.refresh_from_db()
    assert made.state == (State.APPROVED if is_second else State.PROPOSED)
    assert Job.objects.filter(kind=disposal.KIND).exists() == is_second


@pytest.mark.parametrize(("ground", "kind"), [("DUE", "DISPOSAL"), ("REQUEST", "ERASURE")])
def test_who_is_alone_approves_and_it_is_listed_for_later(closed, manager, ground, kind):
    case = closed(DUE)
    type(manager).objects.exclude(pk=manager.pk).update(is_active=False)
    made = (
        disposal.propose_due(manager.centre, by=manager)
        if ground == "DUE"
        else disposal.propose_one(case.uid, ground=Disposal.Ground(ground), by=manager)
    )

    disposal.approve(made.uid, by=manager)

    assert (LaterReview.objects.get().kind, LaterReview.objects.get().subject_uid) == (kind, made.uid)


def test_the_worker_erases_what_was_approved_and_keeps_what_was_held_back(closed, manager, second):
    cases = [closed(DUE) for _number in range(3)]
    made = disposal.propose_due(manager.centre, by=manager)
    shown = frozenset(case.uid for case in cases)
    assert disposal.keep_back(made.uid, frozenset({cases[0].uid, cases[1].uid}), shown, by=second) == 2
    assert disposal.keep_back(made.uid, frozenset({cases[1].uid}), shown, by=second) == 1
    disposal.approve(made.uid, by=second)

    run_worker()

    made.refresh_from_db()
    assert (made.state, made.job.state) == (State.DONE, Job.State.DONE)
    assert made.job.result == {"erased": 2, "skipped": 0}
    assert numbers() == [cases[1].number]
    assert set(made.tombstones.values_list("number", "ground")) == {
        (cases[0].number, "DUE"),
        (cases[2].number, "DUE"),
    }
    actions = AuditEntry.objects.filter(
        action__in=["DISPOSAL_PROPOSED", "DISPOSAL_REVIEWED", "DISPOSAL_APPROVED"]
    )
    assert sorted(actions.values_list("action", "actor_uid", "count")) == sorted(
        [
            ("DISPOSAL_PROPOSED", manager.uid, 3),
            ("DISPOSAL_REVIEWED", second.uid, 2),
            ("DISPOSAL_REVIEWED", second.uid, 1),
            ("DISPOSAL_APPROVED", second.uid, 1),
        ]
    )


def hold_it(case, by):
    holds.place(case.uid, ground=LegalHold.Ground.LITIGATION, by=by)


def reopen(case, _by):
    followup.reopen_case(case.uid, by=builders.account())


def keep_longer(case, by):
    due.set_class(case, RecordClass.LITIGATION, by=by)


@pytest.mark.parametrize(
    ("change", "skipped"), [(hold_it, "HELD"), (reopen, "REOPENED"), (keep_longer, "NOT_DUE")]
)
def test_what_changed_after_the_approval_is_passed_over(closed, manager, second, change, skipped):
    case, other = closed(DUE), closed(DUE)
    made = approved(manager, second)
    change(case, manager)

    run_worker()

    made.refresh_from_db()
    assert numbers() == [case.number]
    assert made.tombstones.get().number == other.number
    assert (made.items.get().skipped, made.job.result) == (skipped, {"erased": 1, "skipped": 1})


class Killed(BaseException):
    pass


def test_a_worker_killed_in_the_middle_leaves_whole_cases_and_is_gone_on_from(
    closed, manager, second, monkeypatch
):
    for _number in range(4):
        closed(DUE)
    made = approved(manager, second)
    real, calls = erasure.figures.forget, []

    def killing(uid):
        calls.append(uid)
        if len(calls) == 3:
            raise Killed
        return real(uid)

    with monkeypatch.context() as patch:
        patch.setattr(erasure.figures, "forget", killing)
        with pytest.raises(Killed):
            run_worker()
    assert (Case.objects.count(), Tombstone.objects.count()) == (2, 2)
    Job.objects.update(lease_until=made.proposed_at - timedelta(minutes=1))

    run_worker()

    made.refresh_from_db()
    assert (Case.objects.count(), Tombstone.objects.count(), made.state) == (0, 4, State.DONE)
    assert (made.job.done, made.job.total) == (4, 4)


def test_a_cancelled_batch_stops_and_can_be_resumed(closed, manager, second, monkeypatch):
    for _number in range(3):
        closed(DUE)
    made = approved(manager, second)
    real = erasure.erase_case

    def cancelling(*given, **more):
        jobs.cancel(Job.objects.get(kind=disposal.KIND), second)
        return real(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(disposal.erasure, "erase_case", cancelling)
        run_worker()
    job = Job.objects.get(kind=disposal.KIND)
    assert (job.state, Case.objects.count()) == (Job.State.CANCELLED, 2)

    jobs.resume(job, second)
    run_worker()

    made.refresh_from_db()
    assert (made.state, Case.objects.count()) == (State.DONE, 0)


def test_one_case_is_erased_before_its_time_by_two_persons(manager, second):
    case = builders.case()
    made = disposal.propose_one(case.uid, ground=Disposal.Ground.REQUEST, by=manager, reference="収受 第3号")
    disposal.approve(made.uid, by=second)

    run_worker()

    assert not Case.objects.exists()
    stone = Tombstone.objects.get()
    assert (stone.ground, stone.disposal.reference) == ("REQUEST", "収受 第3号")


def test_a_held_case_is_not_even_proposed_alone(manager):
    case = builders.case()
    holds.place(case.uid, ground=LegalHold.Ground.DISCLOSURE, by=manager)

    with pytest.raises(holds.CaseOnHold):
        disposal.propose_one(case.uid, ground=Disposal.Ground.REQUEST, by=manager)
    assert not DisposalItem.objects.exists()


def test_batches_of_another_centre_do_not_exist(closed, manager):
    closed(DUE)
    made = disposal.propose_due(manager.centre, by=manager)
    elsewhere = builders.account("MANAGER", at=builders.centre("kita"))

    for act in (disposal.approve, disposal.withdraw):
        with pytest.raises(Disposal.DoesNotExist):
            act(made.uid, by=elsewhere)
