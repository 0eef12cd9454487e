"""Slow work outside requests: `start` a job, write a `handler`, register `every` small periodic task."""

from cases.jobs.lanes import Lane
from cases.jobs.leases import worker_name
from cases.jobs.models import Job
from cases.jobs.plain import NotPlain
from cases.jobs.queue import JobFinished, JobNotStopped, cancel, resume, start
from cases.jobs.registry import every, handler, label_of, nudges
from cases.jobs.running import Running
from cases.jobs.signs import worker_is_seen
from cases.jobs.work import claim, claim_and_run

__all__ = [
    "Job",
    "JobFinished",
    "JobNotStopped",
    "Lane",
    "NotPlain",
    "Running",
    "cancel",
    "claim",
    "claim_and_run",
    "every",
    "handler",
    "label_of",
    "nudges",
    "resume",
    "start",
    "worker_is_seen",
    "worker_name",
]
