"""What the commands of search share: a job run in this process, its progress on the error stream."""

from typing import IO, Any

from django.core.management.base import CommandError, OutputWrapper

from cases.jobs import Job, claim_and_run, start, worker_name
from cases.records.centre import SYSTEM


def say(stream: OutputWrapper | IO[str], done: int, total: int | None) -> None:
    """One line of progress; standard output holds data only."""
    stream.write(f"{done:,} / {total:,}" if total else f"{done:,}")


def run_here(kind: str, arguments: dict[str, Any], stream: OutputWrapper | IO[str]) -> Job:
    """Run a job to its end in this process. Raises CommandError where it failed or was cancelled."""
    job = start(kind, arguments, by=SYSTEM)

    def stopping() -> bool:
        """Asked between two steps of the work: the moment to say how far it is."""
        held = Job.objects.values_list("done", "total").get(pk=job.pk)
        say(stream, *held)
        return False

    claim_and_run(job.uid, worker=worker_name(), stopping=stopping)
    job.refresh_from_db()
    say(stream, job.done, job.total)
    if job.state != Job.State.DONE:
        raise CommandError(job.error or job.error_code or job.state)
    return job
