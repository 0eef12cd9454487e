"""A killed worker's work is taken over at once on its own machine, and never from a living one."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.jobs.leases import release_dead, worker_name
from cases.jobs.models import Job, TaskLease

pytestmark = pytest.mark.django_db
MACHINE = socket.gethostname()[:60]


def gone() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("holder", "released"),
    [
        pytest.param(lambda: f"{MACHINE}:{gone()}:aaaa", True, id="killed"),
        pytest.param(lambda: f"{MACHINE}:{os.getppid()}:aaaa", False, id="living"),
        pytest.param(lambda: f"elsewhere:{gone()}:aaaa", False, id="another machine"),
        pytest.param(lambda: f"{MACHINE}:{os.getpid()}:aaaa", True, id="same number before a restart"),
        pytest.param(lambda: "nonsense", False, id="no worker's name"),
    ],
)
def test_leases_of_dead_workers_of_this_machine_end(holder: object, released: bool) -> None:
    name, until = holder(), timezone.now() + timedelta(minutes=5)  # type: ignore[operator]
    job = Job.objects.create(kind="k", state=Job.State.RUNNING, worker=name, lease_until=until)
    task = TaskLease.objects.create(name="t", worker=name, lease_until=until, due_at=timezone.now())

    assert release_dead(worker_name()) == (2 if released else 0)

    for row in (job, task):
        row.refresh_from_db()
        assert (row.lease_until < timezone.now()) is released


def test_a_worker_keeps_its_own_leases() -> None:
    me, until = worker_name(), timezone.now() + timedelta(minutes=5)
    TaskLease.objects.create(name="t", worker=me, lease_until=until, due_at=timezone.now())

    assert release_dead(me) == 0
