import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cases import jobs
from cases.jobs import registry
from cases.jobs.models import TaskLease
from cases.jobs.running import Stopped
from cases.jobs.tasks import Timetable, run_if_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(monkeypatch):
    """Registers a task of this test alone."""
    monkeypatch.setattr(registry, "periodic", {})

    def register(run, *, seconds=60, wanted=None, name="tests.task"):
        jobs.every(seconds, name, wanted=wanted)(run)
        return registry.periodic[name]

    return register


def make_due(task):
    TaskLease.objects.filter(name=task.name).update(due_at=timezone.now())


def test_a_task_runs_again_only_when_its_time_has_come(task):
    ran = []
    tidy = task(lambda: ran.append(1))

    run_if_due(tidy, "w")
    run_if_due(tidy, "w")
    assert len(ran) == 1

    make_due(tidy)
    run_if_due(tidy, "other")
    assert len(ran) == 2


def test_a_task_with_more_to_do_is_due_at_once(task):
    left = [True, True, False]
    task(lambda: left.pop(0))
    timetable = Timetable()

    rounds = [timetable.run_due("w") for _round in range(4)]

    assert rounds == [True, True, False, False]
    assert left == []


def test_an_unwanted_task_costs_no_write(task):
    ran = []
    wanted = []
    tidy = task(lambda: ran.append(1), wanted=lambda: bool(wanted))

    run_if_due(tidy, "w")
    assert not TaskLease.objects.exists()

    wanted.append(True)
    run_if_due(tidy, "w")
    assert ran == [1]


def test_a_failing_task_neither_ends_the_worker_nor_tells_values(task, caplog):
    ran = []

    def broken():
        raise ValueError("山田花子")

    task(broken, seconds=0)
    task(lambda: ran.append(1), name="tests.sound")

    Timetable().run_due("w")

    assert ran == [1]
    assert "tests.task failed with ValueError" in caplog.text
    assert "山田" not in caplog.text
    lease = TaskLease.objects.get(name="tests.task")
    assert lease.lease_until is None
    assert lease.due_at > timezone.now()


def test_a_task_broken_off_by_a_stopping_worker_is_due_for_the_next_one(task):
    ran = []

    def run():
        ran.append(1)
        if len(ran) == 1:
            raise Stopped

    tidy = task(run)
    with pytest.raises(Stopped):
        run_if_due(tidy, "w")

    run_if_due(tidy, "next")

    assert ran == [1, 1]


def test_the_task_of_a_killed_worker_is_taken_over_after_its_lease(task):
    ran = []
    tidy = task(lambda: ran.append(1))
    lease = TaskLease.objects.create(
        name=tidy.name, worker="killed", lease_until=timezone.now() + timedelta(minutes=5)
    )

    run_if_due(tidy, "w")
    assert ran == []

    TaskLease.objects.filter(pk=lease.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    run_if_due(tidy, "w")
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_are_never_at_one_task_together(task):
    inside, most = [], []
    all_here = threading.Barrier(3)
    others_came = threading.Semaphore(0)

    def run():
        inside.append(1)
        most.append(len(inside))
        for _other in range(2):
            others_came.acquire(timeout=30)
        inside.pop()

    tidy = task(run)

    def worker(number):
        try:
            all_here.wait()
            run_if_due(tidy, f"w{number}")
        finally:
            others_came.release()
            connection.close()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]


@pytest.mark.parametrize(("column", "ahead", "runs"), [
    ("due_at", timedelta(seconds=50), False), ("due_at", timedelta(days=9000), True),
    ("lease_until", timedelta(minutes=4), False), ("lease_until", timedelta(days=9000), True),
])  # fmt: skip
def test_a_row_of_a_far_year_does_not_end_a_task_for_good(task, column, ahead, runs):
    ran = []
    tidy = task(lambda: ran.append(1))
    now = timezone.now()
    TaskLease.objects.create(name=tidy.name, **{"due_at": now, column: now + ahead})

    run_if_due(tidy, "w")

    assert bool(ran) == runs
