"""`manage.py search_judgements`: what counsellors said of similar cases, to measure a ranking by."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jsonlines import USAGE, line_of
from cases.records.centre import Centre
from search import judgements


class Command(BaseCommand):
    """A thin door to `search.judgements.all_of`. Stays inside the centre: uids lead to cases."""

    help = "JSON lines {about, hit, verdict} of every judgement, oldest first; no word of a case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centre", help="the code of a centre; all of them, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        pks = None
        if options["centre"] is not None:
            pks = list(Centre.objects.filter(code=options["centre"]).values_list("pk", flat=True))
            if not pks:
                raise CommandError("--centre: no such centre", returncode=USAGE)
        for about, hit, verdict in judgements.all_of(pks):
            self.stdout.write(line_of({"about": str(about), "hit": str(hit), "verdict": verdict}))
