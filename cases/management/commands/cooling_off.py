"""`manage.py cooling_off`: JSON lines in, JSON lines out. Needs no database and no key."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jsonlines import USAGE, BadLine, line_of, read_lines, refuse_unknown
from cases.law import calendar, rights
from cases.law.rights import wire

_KEYS = frozenset(rights.INPUTS)


class Command(BaseCommand):
    """A thin door to `cases.law.rights.assess`."""

    help = "Answers until when a contract can be withdrawn from: facts as JSON lines in, answers as JSON lines out."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rules", action="store_true", help="print the table of rules as one JSON value instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input line by line; each answer is flushed before the next line is read."""
        if options["rules"]:
            table = {"rules": list(wire.rules()), "other_rights": list(wire.other_rules())}
            self.stdout.write(json.dumps(table, ensure_ascii=False, indent=1))
            return
        today = calendar.today()
        try:
            for line_no, line in read_lines():
                refuse_unknown(line_no, line, _KEYS)
                try:
                    facts = wire.read(line, as_of=today)
                except wire.FactsNotUnderstood as refused:
                    raise BadLine(line_no, str(refused)) from None
                sys.stdout.buffer.write(line_of(wire.write(rights.assess(facts))).encode() + b"\n")
                sys.stdout.buffer.flush()
        except BadLine as refused:
            raise CommandError(str(refused), returncode=USAGE) from None
