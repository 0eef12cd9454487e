"""The worker takes a backup and tries it, by itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cases import jobs
from cases.backup import schedule, work
from cases.backup.models import Backup
from cases.jobs.models import Job
from cases.jobs.tasks import run_if_due
from cases.records.centre import SYSTEM


def ran(kind):
    return Job.objects.get(kind=kind)


def test_on_a_machine_in_use_the_first_look_of_the_worker_takes_a_backup_and_tries_it(desk, backups):
    MigrationRecorder(connection).Migration.objects.update(applied=timezone.now() - timedelta(hours=2))
    periodic = jobs.registry.periodic

    run_if_due(periodic["backup.take"], "a worker")
    assert jobs.claim_and_run(worker="a worker")
    run_if_due(periodic["backup.check"], "a worker")
    assert jobs.claim_and_run(worker="a worker")

    row = Backup.objects.get()
    assert row.is_checked
    assert (backups / row.file_name).exists()
    assert ran(schedule.TAKE).result == {"backup": str(row.uid), "bytes": row.size}
    assert ran(schedule.CHECK).result["is_good"] is True
    assert not schedule.is_take_due()
    assert not schedule.is_check_due()


def test_a_cancelled_backup_leaves_nothing(desk, backups, monkeypatch):
    monkeypatch.setattr(work, "_ASK_SECONDS", 0.0)
    job = work.start_take(by=SYSTEM)
    advance = work.Running.advance

    def advance_and_cancel(self, *given, **more):
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        advance(self, *given, **more)

    monkeypatch.setattr(work.Running, "advance", advance_and_cancel)

    jobs.claim_and_run(worker="a worker")

    assert ran(schedule.TAKE).state == Job.State.CANCELLED
    assert list(backups.glob("*.backup")) == []
    assert Backup.objects.count() == 0


@pytest.mark.parametrize(("is_away", "state"), [(False, Job.State.DONE), (True, Job.State.FAILED)])
def test_a_disk_that_is_away_is_a_failure_in_words(is_away, state, desk, backups):
    work.start_take(by=SYSTEM)
    jobs.claim_and_run(worker="a worker")
    if is_away:
        backups.rename(backups.with_name("away"))
    job = work.start_take(by=SYSTEM)

    jobs.claim_and_run(worker="a worker")

    job.refresh_from_db()
    assert job.state == state
    assert ("つながっているか" in job.error) is is_away
