"""`manage.py search_rebuild`: put every case into the search engine again, now, in this process or by the worker."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.engine import REBUILD
from search.management.working import run_here


class Command(BaseCommand):
    """A thin door to the job `search.rebuild`; without the worker, it runs here."""

    help = "Makes the search index anew from the cases. Searching goes on meanwhile, but for --anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="throw the index away first")

    def handle(self, *args: Any, **options: Any) -> None:
        job = run_here(REBUILD, {"anew": options["anew"]}, self.stderr)
        self.stdout.write(json.dumps(job.result))
