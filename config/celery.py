"""Celery, imported only where a broker is configured. It carries nothing but "wake up for this job", in two queues.

Queue and lane have one name: `celery -A config worker -Q feed` takes short work alone, without `-Q` it takes both.

The Job rows stay the truth: a lost or doubled message changes nothing, since the polling worker finds the row
and a claimed job is not claimed again.
"""

import logging
import os
import threading
from typing import Final
from uuid import UUID

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

log = logging.getLogger(__name__)

# A save waits no longer than this for a broker that does not answer.
PATIENCE_SECONDS: Final = 0.8

# The lanes (`cases.jobs.lanes`) by name: Celery imports this before the apps are ready.
QUEUES: Final = ("feed", "jobs")

app = Celery("madoguchi", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_queues={name: {} for name in QUEUES},
    task_default_queue="jobs",
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=PATIENCE_SECONDS,
    broker_transport_options={
        "socket_connect_timeout": PATIENCE_SECONDS,
        "max_retries": 0,
    },
    timezone=settings.TIME_ZONE,
)


@app.task(name="madoguchi.wake", ignore_result=True)
def wake(job_uid: str) -> None:
    """Run the job if it is due and nobody has it."""
    from cases import jobs

    jobs.claim_and_run(UUID(job_uid), worker=jobs.worker_name())


def nudge(job_uid: UUID, lane: str) -> None:
    """Send `wake` to the queue of this lane. Never raises, never waits longer than PATIENCE_SECONDS.

    In a thread of its own: neither a name server nor a half-open connection keeps to the time limits. One at a
    time: while a broker hangs, threads must not pile up.
    """
    if not _sending.acquire(timeout=PATIENCE_SECONDS / 2):
        log.warning("The broker is slow; the polling worker will find the job")
        return
    sender = threading.Thread(target=_send, args=(str(job_uid), lane), daemon=True)
    sender.start()
    sender.join(PATIENCE_SECONDS / 2)
    if sender.is_alive():
        log.warning("The broker is slow; the polling worker will find the job")


_sending = threading.Lock()


def _send(job_uid: str, queue: str) -> None:
    try:
        wake.apply_async((job_uid,), queue=queue, argsrepr="", kwargsrepr="", retry=False)
    except Exception as failure:
        # Whatever the client library raises: its text may hold the broker's password.
        failed = type(failure).__name__
        log.warning("The broker does not answer (%s); the polling worker will find the job", failed)
    finally:
        _sending.release()
