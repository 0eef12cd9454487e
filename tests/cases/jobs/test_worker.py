"""Real `manage.py worker` processes on the real database, in one lane or in both."""

import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import feed, jobs
from cases.feed.models import FeedRow
from cases.jobs import registry, signs
from cases.jobs import worker as worker_module
from cases.jobs.lanes import EVERY, Lane
from cases.jobs.models import Job, TaskLease, WorkerSeen
from cases.jobs.signs import UNSEEN_AFTER
from cases.jobs.worker import Worker
from cases.records.centre import SYSTEM
from tests import builders
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
    assert signs.seen_at() == {}
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


def last_signed(*lanes, worker="w"):
    """A worker that went round in these lanes long ago."""
    signs.give(lanes, worker)
    WorkerSeen.objects.filter(lane__in=lanes).update(seen_at=timezone.now() - 2 * UNSEEN_AFTER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        pytest.param([Lane.JOBS], {Lane.JOBS}, id="of its lane alone"),
        pytest.param([Lane.JOBS, Lane.FEED], set(EVERY), id="of both, where it is the only one"),
    ],
)
def test_a_worker_busy_with_one_long_job_is_not_called_stopped(signed, seen):
    last_signed(*EVERY, worker="other")
    last_signed(*signed)
    assert not jobs.worker_is_seen()

    Job.objects.create(kind="tests.kind")
    assert jobs.claim("w") is not None

    assert {lane for lane in Lane if jobs.worker_is_seen(lane)} == seen
    assert jobs.worker_is_seen() is (seen == EVERY)


# --- Lanes ----------------------------------------------------------------------------------------------------------
FEED = (*WORKER, "--lane", "feed")
JOBS = (*WORKER, "--lane", "jobs")


@pytest.mark.faults
def test_changed_cases_come_through_while_a_long_job_hangs(started, spawn):
    """Both lanes at work; the job never ends, and what is saved meanwhile is taken in all the same."""
    job = started("tests.hang")
    long, short = spawn(*JOBS), spawn(*FEED)
    wait_until(lambda: now(job).note == "STUCK", while_runs=long)

    builders.case()

    wait_until(lambda: not feed.lag("search").waiting, while_runs=short)
    assert (now(job).state, now(job).attempts) == (State.RUNNING, 1)


@pytest.mark.faults
def test_a_lane_does_nothing_of_the_other(started, spawn):
    builders.case()
    job = started("tests.count", steps=3)

    assert spawn(*JOBS, "--once").wait(60) == 0
    assert (now(job).state, feed.lag("search").waiting) == (State.DONE, 1)
    assert not TaskLease.objects.filter(name="feed.search").exists()

    later = Job.objects.create(kind="tests.count", arguments={"steps": 3})
    assert spawn(*FEED, "--once").wait(60) == 0
    assert (now(later).state, feed.lag("search").waiting) == (State.QUEUED, 0)
    assert not TaskLease.objects.filter(name="retention.settle").exists()


@pytest.mark.django_db(transaction=True)
def test_a_short_job_that_is_not_short_goes_over_to_the_other_lane(kind, monkeypatch):
    """It keeps what it has done, and nothing of it counts as a failure."""
    begun_at = []

    def work(running):
        begun_at.append(running.cursor)
        running.checkpoint("half", done=1)
        if len(begun_at) == 1:
            time.sleep(600)

    monkeypatch.setattr(worker_module, "SHORT_SECONDS", 0.3)
    monkeypatch.setattr(registry, "periodic", {})
    job = jobs.start(kind(work, lane=Lane.FEED), by=SYSTEM)
    short, long = (Worker(frozenset({lane})) for lane in (Lane.FEED, Lane.JOBS))
    before = signal.signal(signal.SIGALRM, short.break_off)
    try:
        short.round(is_timed=True)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (now(job).state, now(job).lane, now(job).attempts) == (State.QUEUED, Lane.JOBS, 0)
    assert not short.round(is_timed=True)

    long.round()

    assert (now(job).state, begun_at) == (State.DONE, [None, "half"])
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
