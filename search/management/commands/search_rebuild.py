"""`manage.py search_rebuild`: put every case into the search engine again, now, in this process or by the worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jobs import Job, claim_and_run, start, worker_name
from cases.records.centre import SYSTEM
from search.engine import REBUILD


class Command(BaseCommand):
    """A thin door to the job `search.rebuild`; without the worker, it runs here."""

    help = "Makes the search index anew from the cases. Searching goes on meanwhile, but for --anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="throw the index away first")

    def handle(self, *args: Any, **options: Any) -> None:
        job = start(REBUILD, {"anew": options["anew"]}, by=SYSTEM)
        claim_and_run(job.uid, worker=worker_name())
        job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise CommandError(job.error or job.error_code)
        self.stdout.write(f"{job.state} {job.result.get('cases', job.done)}")
