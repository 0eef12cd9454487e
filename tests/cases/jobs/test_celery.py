"""A real broker and a real Celery worker: `wake` only makes sooner what the polling worker would do anyway."""

import importlib
import json
import socket
import sys

import pytest

from cases import jobs
from cases.jobs import registry
from cases.jobs.models import Job
from cases.records.centre import SYSTEM
from tests.cases.jobs.conftest import wait_until
from tests.cases.jobs.kinds import step_uid

State = Job.State
START = """
import django; django.setup()
from cases import jobs
from cases.records.centre import SYSTEM
from config import celery
jobs.start("tests.count", {"steps": 3}, by=SYSTEM)
# On a slow machine the message leaves after the save: unlike a web server, this process would end with it.
assert celery._sending.acquire(timeout=60)
"""
CELERY = ("-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "WARNING")


@pytest.fixture
def broker(redis_url):
    """The Redis of this process, empty."""
    import redis

    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture
def nudge_through(monkeypatch, settings):
    """`config.celery` as a process with this broker would import it, with its nudge in place."""

    def configure(url):
        settings.CELERY_BROKER_URL = url
        monkeypatch.delitem(sys.modules, "config.celery", raising=False)
        module = importlib.import_module("config.celery")
        monkeypatch.setattr(registry, "nudges", [module.nudge])
        return module

    yield configure
    sys.modules.pop("config.celery", None)


@pytest.mark.redis
def test_a_celery_worker_does_the_job_that_it_is_woken_for(spawn, redis_url, broker):
    worker = spawn(*CELERY, CELERY_BROKER_URL=redis_url)

    assert spawn("-c", START, CELERY_BROKER_URL=redis_url).wait(60) == 0

    wait_until(lambda: Job.objects.get().state == State.DONE, while_runs=worker)
    assert Job.objects.get().result == {"steps": 3}


@pytest.mark.redis
def test_the_message_carries_the_uid_alone(spawn, redis_url, broker):
    assert spawn("-c", START, CELERY_BROKER_URL=redis_url).wait(60) == 0

    (message,) = [json.loads(raw) for raw in broker.lrange("jobs", 0, -1)]
    headers = message["headers"]
    assert (headers["task"], headers["argsrepr"], headers["kwargsrepr"]) == ("madoguchi.wake", "", "")
    assert headers["ignore_result"] is True


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_each_lane_has_a_queue_of_its_own(kind, nudge_through, redis_url, broker):
    module = nudge_through(redis_url)
    assert set(module.QUEUES) == set(jobs.Lane)
    for lane in jobs.Lane:
        jobs.start(kind(lambda running: None, f"tests.{lane}", lane), by=SYSTEM)
        assert module._sending.acquire(timeout=30)
        module._sending.release()

    assert {lane: broker.llen(str(lane)) for lane in jobs.Lane} == {"feed": 1, "jobs": 1}


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_doubled_or_late_message_runs_nothing_twice(kind, nudge_through, redis_url):
    ran = []
    module = nudge_through(redis_url)
    job = jobs.start(kind(lambda running: ran.append(running.uid)), by=SYSTEM)

    for _message in range(2):
        module.wake(str(job.uid))
    module.wake(str(step_uid(404)))

    assert ran == [job.uid]


def test_without_a_broker_celery_is_not_imported(spawn):
    code = "import django, sys; django.setup(); sys.exit('celery' in sys.modules)"

    assert spawn("-c", code, CELERY_BROKER_URL="").wait(60) == 0
    assert spawn("-c", code, CELERY_BROKER_URL="redis://127.0.0.1:1/0").wait(60) == 1


@pytest.mark.django_db(transaction=True)
def test_a_save_does_not_notice_a_broker_that_is_down(kind, nudge_through, caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken, but nobody listens
        nudge_through(f"redis://:secret@127.0.0.1:{unused.getsockname()[1]}/0")

        job = jobs.start(kind(lambda running: None), by=SYSTEM)

    assert Job.objects.get() == job
    assert "The broker does not answer (OperationalError)" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_save_does_not_wait_for_a_broker_that_hangs(kind, nudge_through, caplog):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes connections and never answers
        module = nudge_through(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        name = kind(lambda running: None)

        for _job in range(2):
            jobs.start(name, by=SYSTEM)

        # The sender still waits, the savers do not; the second found it busy.
        assert module._sending.locked()
        assert caplog.text.count("The broker is slow") == 2

    assert module._sending.acquire(timeout=30)
    assert Job.objects.count() == 2
