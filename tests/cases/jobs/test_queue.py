from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import jobs
from cases.jobs import registry
from cases.jobs.models import Job
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM

pytestmark = pytest.mark.django_db

State = Job.State


def nothing(running):
    pass


def put(job, state, **more):
    """The job in a state that others brought about."""
    times = {
        "lease_until": timezone.now() + timedelta(minutes=1) if state == State.RUNNING else None,
        "finished_at": None if state in Job.UNFINISHED else timezone.now(),
    }
    Job.objects.filter(pk=job.pk).update(state=state, **times, **more)


def test_a_kind_nobody_registered_is_not_started(kind):
    with pytest.raises(LookupError):
        jobs.start("tests.unknown", by=SYSTEM)

    assert jobs.start(kind(nothing), by=SYSTEM).state == State.QUEUED


def test_two_handlers_of_one_kind_are_a_mistake(kind):
    kind(nothing)

    with pytest.raises(ValueError, match="twice"):
        kind(nothing)


def test_a_job_is_seen_by_its_starter_and_their_centre_alone(kind, centre, account, colleague, stranger):
    name = kind(nothing)
    own = jobs.start(name, by=account)
    shared = jobs.start(name, by=account, centre=centre)

    def seen(by):
        return set(Job.objects.visible_to(by))

    assert seen(account) == {own, shared}
    assert seen(colleague) == {shared}
    assert seen(stranger) == set()


@pytest.mark.parametrize(
    ("state", "after", "asked"),
    [(State.QUEUED, State.CANCELLED, True), (State.RUNNING, State.RUNNING, True), (State.DONE, None, False)],
)
def test_cancelling(kind, account, state, after, asked):
    job = jobs.start(kind(nothing), by=account)
    put(job, state)

    if after is None:
        with pytest.raises(jobs.JobFinished):
            jobs.cancel(job, by=account)
    else:
        assert jobs.cancel(job, by=account).state == after

    job.refresh_from_db()
    assert job.cancel_requested == asked
    assert AuditEntry.objects.filter(action="JOB_CANCELLED", actor=account).exists() == asked


@pytest.mark.parametrize(
    ("state", "resumed"),
    [(State.FAILED, True), (State.CANCELLED, True), (State.RUNNING, False), (State.DONE, False)],
)
def test_resuming(kind, account, state, resumed):
    seen = []
    job = jobs.start(kind(lambda running: seen.append(running.cursor)), by=account)
    put(job, state, cursor=7, attempts=5, cancel_requested=True, error_code="gave_up")

    if resumed:
        jobs.resume(job, by=account)
    else:
        with pytest.raises(jobs.JobNotStopped):
            jobs.resume(job, by=account)

    assert jobs.claim_and_run(worker="w") == resumed
    assert seen == ([7] if resumed else [])
    assert AuditEntry.objects.filter(action="JOB_RESUMED").exists() == resumed


@pytest.mark.parametrize(("verb", "state"), [(jobs.cancel, State.QUEUED), (jobs.resume, State.FAILED)])
def test_nobody_touches_a_job_of_another_centre(kind, account, stranger, centre, verb, state):
    job = jobs.start(kind(nothing), by=account, centre=centre)
    put(job, state)

    with pytest.raises(Job.DoesNotExist):
        verb(job, by=stranger)

    verb(job, by=account)


def test_a_nudge_comes_after_the_commit_and_its_failure_is_nobodys_business(
    kind, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    nudged = []

    def broken(uid, lane):
        nudged.append((uid, lane))
        raise ConnectionError("no broker")

    monkeypatch.setattr(registry, "nudges", [broken])
    name = kind(nothing)

    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(name, by=SYSTEM)
        assert nudged == []

    assert nudged == [(job.uid, jobs.Lane.JOBS)]
    assert Job.objects.filter(pk=job.pk).exists()


@pytest.mark.parametrize(
    "unfit",
    [
        {"state": State.RUNNING, "lease_until": None},
        {"state": State.QUEUED, "lease_until": "2026-04-01T00:00Z"},
        {"state": State.DONE, "finished_at": None},
        {"state": State.QUEUED, "finished_at": "2026-04-01T00:00Z"},
    ],
)
def test_the_database_refuses_a_job_that_contradicts_itself(unfit):
    Job.objects.create(kind="tests.kind")

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="tests.kind", **unfit)
