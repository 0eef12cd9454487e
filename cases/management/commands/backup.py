"""`manage.py backup [--to DIR]`: take a backup now, while people work.

Exit codes: 0 taken, 1 fault, 2 usage. Standard output holds the path of the file alone.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.backup import places, taking
from cases.backup.terminal import bar
from cases.errors import CasesError
from cases.records.centre import SYSTEM


class Command(BaseCommand):
    help = _("控えを取ります。窓口を止める必要はありません。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help=_("控えを置くフォルダ(ふだんは BACKUP_DIR)"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder = (options["to"] or places.backup_folder()).absolute()
        if places.is_same_disk(folder):
            self.stderr.write(
                _("注意: %(folder)s はデータと同じディスクです。ディスクが壊れると控えも失われます。")
                % {"folder": folder}
            )
        try:
            with bar() as tell:
                row = taking.take(by=SYSTEM, folder=folder, tell=tell)
        except CasesError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(str(folder / row.file_name))
