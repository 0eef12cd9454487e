"""A night of the worker, for whatever is to be forgotten."""

from typing import Any

from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from outreach.keeping import nightly


def forgotten_at_night() -> dict[str, Any]:
    """What the run of this night says that it did."""
    nightly.start_night_run()
    while claim_and_run(worker="night"):
        pass
    result: dict[str, Any] = Job.objects.filter(kind=nightly.JOB).latest("pk").result
    return result
