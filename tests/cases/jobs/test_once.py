"""One round of work for demos and schedulers: nothing that is due is left behind."""

import pytest

from cases import jobs
from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.worker import Worker
from cases.records.centre import SYSTEM


@pytest.mark.django_db(transaction=True)
def test_a_job_queued_by_a_periodic_task_is_done_before_the_worker_leaves(kind, monkeypatch):
    name = kind(lambda running: None)
    monkeypatch.setattr(registry, "periodic", {})
    registry.every(60, "tests.asks")(lambda: jobs.start(name, by=SYSTEM) and None)

    Worker().run_once()

    assert list(Job.objects.values_list("state", flat=True)) == [Job.State.DONE]
