"""Real `manage.py worker` processes on the real database."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import jobs
from cases.feed.models import FeedRow
from cases.jobs.models import Job, WorkerSeen
from cases.jobs.worker import UNSEEN_AFTER
from cases.records.centre import SYSTEM
from tests.cases.jobs.conftest import wait_until
from tests.cases.jobs.kinds import DONE_BY_STEPS

State = Job.State
WORKER = ("manage.py", "worker")


@pytest.fixture
def started(kind, transactional_db):
    """Starts a job of a kind that the worker processes know (`tests.cases.jobs.kinds`)."""

    def start(name, **arguments):
        return jobs.start(kind(lambda running: None, name), arguments, by=SYSTEM)

    return start


def now(job):
    return Job.objects.get(pk=job.pk)


def steps_done():
    return FeedRow.objects.filter(consumer=DONE_BY_STEPS).count()


def test_a_worker_does_what_is_due_and_shows_that_it_lives(started, spawn):
    job = started("tests.count", steps=3)
    assert jobs.worker_seen_at() is None
    assert not jobs.worker_is_seen()

    assert spawn(*WORKER, "--once").wait(60) == 0

    assert (now(job).state, now(job).result, steps_done()) == (State.DONE, {"steps": 3}, 3)
    assert jobs.worker_is_seen()


@pytest.mark.faults
def test_a_job_survives_the_kill_of_its_worker_and_no_step_is_done_twice(started, spawn):
    job = started("tests.count", steps=40)
    worker = spawn(*WORKER)
    wait_until(lambda: now(job).done >= 3, while_runs=worker)

    worker.kill()
    worker.wait()
    left = now(job)
    assert left.state == State.RUNNING
    assert 3 <= left.cursor == steps_done() < 40
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    assert spawn(*WORKER, "--once").wait(60) == 0
    assert (now(job).state, now(job).attempts, steps_done()) == (State.DONE, 2, 40)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_end_gives_its_job_back(started, spawn, number):
    job = started("tests.count", steps=10_000)
    worker = spawn(*WORKER)
    wait_until(lambda: now(job).done >= 2, while_runs=worker)

    worker.send_signal(number)

    assert worker.wait(30) == 0
    left = now(job)
    assert (left.state, left.attempts, left.lease_until) == (State.QUEUED, 0, None)
    assert left.cursor == steps_done() >= 2


def test_an_idle_worker_ends_when_told(started, spawn):
    worker = spawn(*WORKER)
    wait_until(WorkerSeen.objects.exists, while_runs=worker)

    worker.terminate()

    assert worker.wait(30) == 0


def test_a_step_that_does_not_end_is_broken_off_and_rolled_back(started, spawn):
    job = started("tests.stick")
    worker = spawn(*WORKER)
    wait_until(lambda: now(job).note == "STUCK", while_runs=worker)

    worker.terminate()

    assert worker.wait(30) == 0
    assert (now(job).state, steps_done()) == (State.QUEUED, 0)


def test_a_running_worker_takes_a_job_started_later_and_a_cancel_reaches_it(started, spawn):
    worker = spawn(*WORKER)
    wait_until(WorkerSeen.objects.exists, while_runs=worker)

    job = started("tests.count", steps=10_000)
    wait_until(lambda: now(job).done >= 1, while_runs=worker)
    jobs.cancel(job, by=SYSTEM)

    wait_until(lambda: now(job).state == State.CANCELLED, while_runs=worker)
    assert now(job).cursor == steps_done()


@pytest.mark.django_db
def test_a_worker_busy_with_one_long_job_is_not_called_stopped():
    WorkerSeen.objects.create(pk=WorkerSeen.ROW, seen_at=timezone.now() - 2 * UNSEEN_AFTER)
    assert not jobs.worker_is_seen()

    Job.objects.create(kind="tests.kind")
    assert jobs.claim("w") is not None

    assert jobs.worker_is_seen()
