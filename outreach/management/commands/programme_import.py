"""`manage.py programme_import FILE --centre CODE`: a programme or KPI file into the database."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.errors import CasesError
from cases.records.centre import SYSTEM, Centre
from outreach.programme.files import import_file

USAGE: Final = 2


class Command(BaseCommand):
    help = "Imports a programme or KPI file (.csv, .xlsx) for a centre; prints what changed as JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--centre", required=True, help="code of the centre; an unknown one is created")

    def handle(self, *args: Any, **options: Any) -> None:
        path, code = options["file"], options["centre"].strip()
        if not code or len(code) > 32:
            raise CommandError("--centre: expected a code of 1 to 32 characters", returncode=USAGE)
        try:
            data = path.read_bytes()
        except OSError as failure:
            raise CommandError(f"{path}: cannot be read", returncode=USAGE) from failure
        centre, is_new = Centre.objects.get_or_create(code=code, defaults={"name": code})
        try:
            imported = import_file(path.name, data, centre=centre, by=SYSTEM)
        except CasesError as refusal:
            if is_new:
                centre.delete()
            raise CommandError(str(refusal), returncode=USAGE) from refusal
        self.stdout.write(json.dumps({"centre": code, **asdict(imported)}, ensure_ascii=False))
