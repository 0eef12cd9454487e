"""`manage.py programme_report --centre CODE --fiscal-year 2023 --json`: one 年度 as JSON."""

import json
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.records.centre import Centre
from outreach.programme.report import report_of

USAGE: Final = 2


class Command(BaseCommand):
    help = "Prints the programme of a centre in one fiscal year: lines, totals, indicators."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centre", required=True, help="code of the centre")
        parser.add_argument(
            "--fiscal-year", required=True, type=int, help="such as 2023: April 2023 to March 2024"
        )
        parser.add_argument("--json", action="store_true", help="JSON, the only form there is")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is None:
            raise CommandError("--centre: expected the code of a centre", returncode=USAGE)
        year = options["fiscal_year"]
        if not 1900 <= year <= 2200:
            raise CommandError("--fiscal-year: expected a year such as 2023", returncode=USAGE)
        self.stdout.write(json.dumps(asdict(report_of(centre, year)), ensure_ascii=False))
