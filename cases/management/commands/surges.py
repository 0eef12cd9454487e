"""`manage.py surges`: one JSON list of series in, one JSON list of bounds out. Needs no database and no key."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jsonlines import USAGE
from cases.surges import wire


class Command(BaseCommand):
    """A thin door to `cases.surges.farrington`."""

    help = "Bounds, expectations, alarms and probabilities of series of counts: one JSON list in, one out."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--series", metavar="FILE", default="-", help="the list; - is standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is written before every item is understood. What was not evaluated is told on standard error."""
        try:
            answers = wire.answers(_read(options["series"]))
        except wire.NotUnderstood as refused:
            raise CommandError(str(refused), returncode=USAGE) from None
        for number, (_answer, left_out) in enumerate(answers, start=1):
            for reason, count in left_out.items():
                self.stderr.write(f"item {number}: {count} not evaluated ({reason})")
        self.stdout.write(json.dumps([answer for answer, _left_out in answers]))


def _read(name: str) -> list[Any]:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"--series: cannot be read: {error.strerror}", returncode=USAGE) from None
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise CommandError("--series: expected one JSON list in UTF-8", returncode=USAGE) from None
    if not isinstance(given, list):
        raise CommandError("--series: expected a JSON list", returncode=USAGE)
    return given
