import logging
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from cases import jobs
from cases.feed.models import FeedRow
from cases.jobs.models import Job
from cases.jobs.running import LeaseLost
from cases.records.centre import SYSTEM
from tests import builders
from tests.cases.jobs.kinds import do_step, step_uid

pytestmark = pytest.mark.django_db

State = Job.State


def stored(job):
    return Job.objects.get(pk=job.pk)


def run_out(job):
    """The lease of a worker that was killed."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_runs_to_its_end_with_progress_and_result(kind):
    seen = []

    def work(running):
        seen.append(running.arguments)
        running.advance(0, total=3, note="READING")
        seen.append((stored(job).total, stored(job).note))
        running.advance(2)
        running.result = {"made": 3}

    job = jobs.start(kind(work), {"limit": 3}, by=SYSTEM)

    assert jobs.claim_and_run(worker="w")
    assert not jobs.claim_and_run(worker="w")

    assert seen == [{"limit": 3}, (3, "READING")]
    row = stored(job)
    assert (row.state, row.done, row.total, row.percent, row.result) == (State.DONE, 3, 3, 100, {"made": 3})
    assert row.finished_at is not None
    assert row.lease_until is None


def test_a_job_waits_for_its_time_and_then_its_turn(kind):
    order = []
    name = kind(lambda running: order.append(running.arguments["n"]))
    now = timezone.now()
    jobs.start(name, {"n": 1}, by=SYSTEM, run_after=now + timedelta(hours=1))
    jobs.start(name, {"n": 2}, by=SYSTEM)
    jobs.start(name, {"n": 3}, by=SYSTEM, run_after=now - timedelta(hours=1))

    while jobs.claim_and_run(worker="w"):
        pass

    assert order == [3, 2]


def test_what_a_person_waits_for_comes_before_the_work_of_the_night(kind):
    order = []
    name = kind(lambda running: order.append(running.arguments["n"]))
    jobs.start(name, {"n": 1}, by=SYSTEM, run_after=timezone.now() - timedelta(hours=1))
    jobs.start(name, {"n": 2}, by=builders.account())

    while jobs.claim_and_run(worker="w"):
        pass

    assert order == [2, 1]


def test_a_named_job_runs_alone(kind):
    ran = []
    name = kind(lambda running: ran.append(running.uid))
    jobs.start(name, by=SYSTEM)
    named = jobs.start(name, by=SYSTEM)

    assert jobs.claim_and_run(named.uid, worker="w")
    assert not jobs.claim_and_run(named.uid, worker="w")

    assert ran == [named.uid]


def test_a_running_job_is_claimed_again_only_once_its_lease_ran_out(kind):
    job = jobs.start(kind(lambda running: None), by=SYSTEM)
    assert jobs.claim("first") == job
    assert jobs.claim("second") is None

    run_out(job)

    again = jobs.claim("second")
    assert again == job
    assert (again.worker, again.attempts) == ("second", 2)


def test_a_run_resumes_from_the_last_checkpoint(kind):
    begun_at = []

    def work(running):
        begun_at.append(running.cursor)
        for number in range(running.cursor or 0, 5):
            with transaction.atomic():
                do_step(step_uid(number))
                running.checkpoint(number + 1, done=number + 1)
                if number == 2 and len(begun_at) == 1:
                    raise OperationalError("the database went away")

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="killed")
    assert stored(job).state == State.RUNNING
    run_out(job)

    jobs.claim_and_run(worker="next")

    assert begun_at == [None, 2]
    assert stored(job).state == State.DONE
    assert FeedRow.objects.count() == 5


def test_a_job_that_kills_its_workers_is_given_up(kind):
    job = jobs.start(kind(lambda running: None), by=SYSTEM)
    for _attempt in range(Job.MAX_ATTEMPTS):
        assert jobs.claim("w") == job
        run_out(job)

    assert jobs.claim("w") is None

    row = stored(job)
    assert (row.state, row.error_code, row.attempts) == (State.FAILED, "gave_up", Job.MAX_ATTEMPTS)
    assert row.error


def test_a_cancelled_run_ends_before_its_next_step(kind):
    def work(running):
        for number in range(5):
            running.stop_if_cancelled()
            with transaction.atomic():
                do_step(step_uid(number))
                running.checkpoint(number + 1, done=number + 1)
            if number == 1:
                jobs.cancel(job, by=SYSTEM)

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="w")

    row = stored(job)
    assert (row.state, row.cursor, row.done) == (State.CANCELLED, 2, 2)
    assert FeedRow.objects.count() == 2


def test_a_job_cancelled_while_its_worker_lay_dead_does_not_run_again(kind):
    ran = []
    job = jobs.start(kind(ran.append), by=SYSTEM)
    jobs.claim("killed")
    jobs.cancel(job, by=SYSTEM)
    run_out(job)

    assert not jobs.claim_and_run(worker="next")

    assert (stored(job).state, ran) == (State.CANCELLED, [])


def test_a_worker_that_stops_gives_the_job_back_with_its_cursor(kind):
    stopping = []

    def work(running):
        for number in range(running.cursor or 0, 3):
            running.stop_if_cancelled()
            running.checkpoint(number + 1)
            stopping.append(True)

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="w", stopping=lambda: bool(stopping))

    row = stored(job)
    assert (row.state, row.cursor, row.attempts) == (State.QUEUED, 1, 0)


@pytest.mark.parametrize("write", ["checkpoint", "advance", "stop_if_cancelled"])
def test_a_run_that_lost_its_lease_writes_nothing_and_its_step_rolls_back(kind, write):
    def work(running):
        run_out(job)
        assert jobs.claim("second") is not None
        with transaction.atomic():
            do_step(step_uid(0))
            if write == "checkpoint":
                running.checkpoint(99)
            elif write == "advance":
                running.advance(99, note="LATE")
            else:
                running.stop_if_cancelled()
        pytest.fail("the run went on")

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="first")

    row = stored(job)
    assert (row.state, row.worker, row.cursor, row.done) == (State.RUNNING, "second", None, 0)
    assert not FeedRow.objects.exists()


def test_a_run_that_ends_without_its_lease_does_not_end_the_job(kind):
    def work(running):
        run_out(job)
        jobs.claim("second")

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="first")

    assert (stored(job).state, stored(job).worker) == (State.RUNNING, "second")


def test_nothing_that_survives_bad_rows_survives_an_interruption():
    assert not issubclass(LeaseLost, Exception)


def test_a_refusal_is_stored_with_its_code_and_message(kind):
    def work(running):
        raise jobs.JobFinished

    job = jobs.start(kind(work), by=SYSTEM)
    jobs.claim_and_run(worker="w")

    row = stored(job)
    assert (row.state, row.error_code, row.error) == (
        State.FAILED, "job_finished", "この処理はすでに終わっています。"
    )  # fmt: skip


def test_the_words_of_another_exception_are_neither_stored_nor_logged(kind, caplog):
    def work(running):
        raise ValueError("山田花子 03-1234-5678")

    job = jobs.start(kind(work), by=SYSTEM)
    with caplog.at_level(logging.DEBUG):
        jobs.claim_and_run(worker="w")

    row = stored(job)
    assert (row.state, row.error_code, row.error) == (State.FAILED, "unexpected", "")
    assert "ValueError" in caplog.text
    assert "test_work.py" in caplog.text
    assert "山田" not in caplog.text


def test_a_kind_this_worker_does_not_know_fails_and_can_be_resumed(kind):
    kind(lambda running: None)
    job = Job.objects.create(kind="tests.of_a_newer_release")

    assert jobs.claim_and_run(worker="w")

    assert stored(job).error_code == "unknown_kind"
    assert jobs.resume(job, by=SYSTEM).state == State.QUEUED


@pytest.mark.django_db(transaction=True)
def test_no_job_runs_twice_however_many_claim_at_once(kind):
    ran = []
    name = kind(lambda running: ran.append(running.uid))
    started = {jobs.start(name, by=SYSTEM).uid for _number in range(20)}
    together = threading.Barrier(4)

    def worker(number):
        try:
            together.wait()
            while jobs.claim_and_run(worker=f"w{number}") or Job.objects.unfinished().exists():
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(ran), set(ran)) == (20, started)
    assert set(Job.objects.values_list("state", "attempts")) == {(State.DONE, 1)}
