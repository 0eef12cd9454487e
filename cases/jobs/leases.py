"""Leases of workers that were killed: given up at once where this machine can see that the process is gone.

A lease that runs out is the rule for every machine; waiting for it is minutes in which nothing is indexed.
"""

import os
import secrets
import socket
from datetime import timedelta

from django.utils import timezone

from cases.jobs.models import Job, TaskLease


def worker_name() -> str:
    """A name that no other process has, now or after a restart: machine, process, chance."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def _machine() -> str:
    return socket.gethostname()[:60]


def release_dead(own_name: str) -> int:
    """End the leases of workers of this machine whose process is gone; returns how many were ended.

    A number that another process has got since counts as alive: that lease runs out by itself.
    """
    now = timezone.now()
    jobs = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now)
    tasks = TaskLease.objects.filter(lease_until__gt=now)
    names = {*jobs.values_list("worker", flat=True), *tasks.values_list("worker", flat=True)}
    dead = [name for name in names if name != own_name and _is_dead(name)]
    if not dead:
        return 0
    ended = {"lease_until": now - timedelta(seconds=1)}
    return jobs.filter(worker__in=dead).update(**ended) + tasks.filter(worker__in=dead).update(**ended)


def _is_dead(name: str) -> bool:
    machine, _, rest = name.rpartition(":")[0].rpartition(":")
    if machine != _machine() or not rest.isdigit():
        return False
    number = int(rest)
    if number == os.getpid():
        return True  # the first process of a restarted container has the number of the one before
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
