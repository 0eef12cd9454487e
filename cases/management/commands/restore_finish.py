"""`manage.py restore_finish`: the child of `restore` and `restore_check`, on the database of its own DATABASE_URL.

Not for the terminal. Standard output holds what was found as one JSON line.
"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.backup import opened


class Command(BaseCommand):
    help = "restore と restore_check が内部で使います。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="append", default=[])
        parser.add_argument("--restore", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = opened.finish(lists=options["list"], is_restore=options["restore"])
        self.stdout.write(json.dumps(asdict(found)))
