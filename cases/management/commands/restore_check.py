"""`manage.py restore_check [FILE | --latest]`: open a backup as a restore would, beside the data, and try it.

Exit codes: 0 it would come back, 1 it would not, 2 usage, 3 looked at in part (no right to make a database).
Standard output holds the finding as one JSON line.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.backup import checking, schedule
from cases.backup.checking import Finding
from cases.backup.models import Backup
from cases.backup.scratch import BackupUnderWay
from cases.backup.telling import Tell
from cases.backup.terminal import bar
from cases.records.centre import SYSTEM

USAGE: Final = 2
PARTLY: Final = 3


class Command(BaseCommand):
    help = _("控えから戻せるかを、今のデータに触れずに確かめます。")

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("file", type=Path, nargs="?", help=_("控えのファイル"))
        what.add_argument("--latest", action="store_true", help=_("いちばん新しい控え(指定がないときも)"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with bar() as tell:
                found = _look(options["file"], tell)
        except BackupUnderWay as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as failure:
            reason = _("ファイルを読めません: %(reason)s") % {"reason": failure.strerror}
            raise CommandError(reason, returncode=USAGE) from None
        self.stdout.write(json.dumps(asdict(found), ensure_ascii=False))
        if found.fault:
            sys.exit(1)
        if found.is_partial:
            sys.exit(PARTLY)


def _look(file: Path | None, tell: Tell) -> Finding:
    """A file of the ledger is looked at as such, so that the finding is written down."""
    row = schedule.newest() if file is None else Backup.objects.filter(file_name=file.name).first()
    if row is not None and (file is None or file.resolve() == (Path(row.folder) / row.file_name).resolve()):
        return checking.check(row, by=SYSTEM, tell=tell)
    if file is None:
        raise CommandError(_("控えがまだ一つもありません。"), returncode=USAGE)
    return checking.check_file(file, tell=tell)
