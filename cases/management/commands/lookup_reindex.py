"""`manage.py lookup_reindex`: make the look-up tags of a centre anew, with progress; the worker does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import jobs
from cases.jobs.models import Job
from cases.protection import lookup, reindex
from cases.records.centre import SYSTEM, Centre


class Command(BaseCommand):
    """Queues the job that the worker would queue on growth, and runs it here unless a worker has it already."""

    help = (
        "Makes the look-up tags (phone, kana) anew. Safe while people write; may be stopped and called again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centre", metavar="CODE", help="one centre; all that need it where left out")
        parser.add_argument("--all", action="store_true", help="every centre, whether it needs it or not")

    def handle(self, *args: Any, **options: Any) -> None:
        centres = _centres(options["centre"], everyone=options["all"])
        if not centres:
            self.stderr.write("No index has outgrown its tags.")
        for centre in centres:
            job = reindex.start(centre, by=SYSTEM)
            self.stderr.write(f"{centre.code}: job {job.uid}")
            jobs.claim_and_run(job.uid, worker=jobs.worker_name())
            job.refresh_from_db()
            self.stderr.write(f"{centre.code}: {job.state} {job.done}/{job.total or 0}")
            if job.state not in (Job.State.DONE, Job.State.RUNNING):
                raise CommandError(job.error or job.error_code or job.state, returncode=1)
            if job.state == Job.State.DONE:
                bits = ", ".join(
                    f"{field} {length} bits" for field, length in sorted(job.result["bits"].items())
                )
                self.stdout.write(f"{centre.code}: {job.result['cases']} cases, {bits}")


def _centres(code: str | None, *, everyone: bool) -> list[Centre]:
    if code is not None:
        found = list(Centre.objects.filter(code=code))
        if not found:
            raise CommandError(f"no centre has the code {code}", returncode=2)
        return found
    return list(Centre.objects.all()) if everyone else lookup.outgrown()
