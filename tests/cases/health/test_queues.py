"""The worker and what waits for it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import jobs
from cases.feed.models import FeedRow
from cases.figures import columns
from cases.health import Level, queues
from cases.jobs import registry, signs
from cases.jobs.lanes import EVERY, Lane
from cases.jobs.models import Job, TaskLease, WorkerSeen
from cases.jobs.tasks import run_if_due
from tests import builders
from tests.cases.health.conftest import levels, read

pytestmark = pytest.mark.django_db

A_LITTLE = timedelta(seconds=5)
KIND = "cases.import"


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize(
    ("age", "found"), [(None, True), (timedelta(seconds=60), False), (timedelta(seconds=95), True)]
)
def test_a_lane_in_which_nobody_is_seen_is_told_by_its_name_within_two_minutes(lane, age, found):
    signs.give(EVERY, "w")
    WorkerSeen.objects.filter(lane=lane).delete()
    if age is not None:
        WorkerSeen.objects.create(lane=lane, seen_at=timezone.now() - age)

    told = {name for name in levels() if name.startswith("worker")}

    assert told == ({f"worker.{lane}"} if found else set())


@pytest.mark.parametrize(("more", "found"), [(-A_LITTLE, False), (A_LITTLE, True)])
def test_the_oldest_case_that_waits_for_search_is_told(worker, more, found):
    since = timezone.now() - queues.WAITS - more
    FeedRow.objects.create(case_uid=uuid.uuid4(), consumer="search", revision=1, queued_at=since)
    FeedRow.objects.create(case_uid=uuid.uuid4(), consumer="search", revision=1)

    reading = read()["feed.search"]

    assert (reading.level is Level.WARNING) is found
    assert reading.numbers["waiting"] == 2
    assert reading.label == "検索に入るのを待つ相談"


@pytest.mark.parametrize(("more", "found"), [(-A_LITTLE, False), (A_LITTLE, True)])
def test_columns_that_fall_behind_are_told(worker, time_machine, more, found):
    time_machine.move_to(timezone.now(), tick=False)
    builders.case()
    columns.extend()
    builders.case()
    assert read()["figures.columns"].is_well

    time_machine.shift(queues.WAITS + more)

    assert ("figures.columns" in levels()) is found


def test_columns_that_never_were_are_behind_since_the_first_fact(worker, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    assert read()["figures.columns"].is_well
    builders.case()

    time_machine.shift(queues.WAITS + A_LITTLE)

    assert levels()["figures.columns"] is Level.WARNING


def job(**more):
    return Job.objects.create(kind="outreach.pdf", **more)


@pytest.mark.parametrize(("more", "found"), [(-A_LITTLE, False), (A_LITTLE, True)])
def test_a_job_that_waits_too_long_is_told_by_its_kind(worker, more, found):
    job(run_after=timezone.now() - queues.JOB_WAITS - more)

    assert ("jobs.waiting.outreach.pdf" in levels()) is found
    assert read()["jobs"].numbers["waiting"] == 1


def test_a_job_for_later_does_not_wait_yet(worker):
    job(run_after=timezone.now() + timedelta(days=1))

    assert read()["jobs"].numbers["waiting"] == 0


@pytest.mark.parametrize(("more", "found"), [(-A_LITTLE, False), (A_LITTLE, True)])
def test_a_job_that_nobody_goes_on_with_is_told(worker, more, found):
    job(state=Job.State.RUNNING, lease_until=timezone.now() - queues.STALLED - more)

    assert ("jobs.stalled.outreach.pdf" in levels()) is found


@pytest.mark.parametrize(
    ("age", "later_success", "found"),
    [
        (timedelta(hours=1), False, True),
        (timedelta(hours=1), True, False),
        (queues.FAILURES_TOLD + timedelta(hours=1), False, False),
    ],
)
def test_a_failure_is_told_for_a_week_or_until_one_of_its_kind_goes_well(worker, age, later_success, found):
    job(state=Job.State.FAILED, finished_at=timezone.now() - age)
    if later_success:
        job(state=Job.State.DONE, finished_at=timezone.now())

    assert ("jobs.failed.outreach.pdf" in levels()) is found


def test_a_failed_import_is_told_in_its_own_words_alone(worker):
    Job.objects.create(kind=KIND, state=Job.State.FAILED, finished_at=timezone.now())

    assert f"jobs.failed.{KIND}" not in levels()


@pytest.fixture
def task(monkeypatch):
    monkeypatch.setattr(registry, "periodic", {})
    ends_in: list[Exception | None] = []

    def run():
        if (error := ends_in.pop(0)) is not None:
            raise error

    jobs.every(0, "tests.task")(run)

    def once(error=None):
        TaskLease.objects.filter(name="tests.task").update(due_at=timezone.now())
        ends_in.append(error)
        run_if_due(registry.periodic["tests.task"], "w")

    return once


def test_a_task_that_fails_each_time_is_told_since_its_first_failure_until_it_goes_well(
    worker, task, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    began = timezone.now()
    task(OSError("山田 花子"))
    assert "tasks.failing.tests.task" not in levels()  # one failure is no news

    for _time in range(3):
        time_machine.shift(timedelta(minutes=1))
        task(OSError())
    reading = read()["tasks.failing.tests.task"]
    assert (reading.level, reading.since) == (Level.WARNING, began)
    assert "OSError" in reading.state
    assert "山田" not in reading.state

    task()
    assert "tasks.failing.tests.task" not in levels()
    assert TaskLease.objects.get(name="tests.task").fault == ""


def test_all_looks_cost_the_same_however_much_waits(worker, django_assert_num_queries):
    read()
    with django_assert_num_queries(5):
        for look in (queues.worker, queues.feeds, queues.jobs, queues.tasks):
            list(look())
    for _time in range(5):
        job()
        FeedRow.objects.create(case_uid=uuid.uuid4(), consumer="search", revision=1)

    with django_assert_num_queries(5):
        for look in (queues.worker, queues.feeds, queues.jobs, queues.tasks):
            list(look())
