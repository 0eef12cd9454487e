"""`manage.py restore FILE [--into DATA_DIR] [--keys KEY_DIR]`: a backup onto an empty machine.

Exit codes: 0 restored, 1 refused (nothing is in place), 2 usage, 3 restored, but something asks for a look.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup import restoring
from cases.backup.restoring import Restored
from cases.backup.terminal import bar
from cases.errors import CasesError

USAGE: Final = 2
PARTLY: Final = 3


class Command(BaseCommand):
    help = _("控えから、空のフォルダ(または空のデータベース)に戻します。上書きはしません。")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help=_("控えのファイル"))
        add("--into", type=Path, help=_("戻す先のデータフォルダ(指定がなければ DATA_DIR)"))
        add("--keys", type=Path, help=_("鍵のフォルダ(指定がなければ KEY_DIR)"))

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        _with_folders(options["file"], options["into"], options["keys"])
        try:
            with bar() as tell:
                done = restoring.restore(options["file"].absolute(), tell=tell)
        except CasesError as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as failure:
            reason = _("ファイルを読めません: %(reason)s") % {"reason": failure.strerror}
            raise CommandError(reason, returncode=USAGE) from None
        self._say(done)
        if done.found.broken or not done.found.lists_are_whole:
            sys.exit(PARTLY)

    def _say(self, done: Restored) -> None:
        at = timezone.localtime(done.taken_at)
        self.stdout.write(_("%(at)s の控えから戻しました。") % {"at": f"{at:%Y-%m-%d %H:%M}"})
        self.stdout.write(_("行数: %(n)s(控えたときと同じ)") % {"n": f"{done.rows:,}"})
        self.stdout.write(_("試しに開いた値: %(n)s") % {"n": f"{done.found.opened:,}"})
        if done.found.without_key:
            self.stdout.write(
                _("鍵がなくて開けない相談が、試した中に%(n)d件あります(鍵を廃棄した年度のものなら正常です)。")
                % {"n": done.found.without_key}
            )
        if done.found.erased_again:
            self.stdout.write(
                _("控えた後に消去された%(n)d件を、もう一度消去しました。") % {"n": done.found.erased_again}
            )
        if done.found.broken:
            self.stderr.write(_("開けない値が%(n)d件ありました。") % {"n": done.found.broken})
        if not done.found.lists_are_whole:
            self.stderr.write(
                _(
                    "消去の一覧(erased.jsonl)が書き換えられているか壊れています。消去された相談が戻っていないか確かめてください。"
                )
            )
        self.stdout.write(_("続けて make run で窓口を開けます。検索と集計は自動で作り直します。"))


def _with_folders(file: Path, into: Path | None, keys: Path | None) -> None:
    """The settings are read once per process: other folders mean this command again, with them."""
    data = (into or Path(settings.DATA_DIR)).absolute()
    # Beside the data, as by default; unless this machine says otherwise.
    known = os.environ.get("KEY_DIR", f"{data}.keys")
    key_folder = (keys or Path(known)).absolute()
    if (data, key_folder) == (Path(settings.DATA_DIR), Path(settings.KEY_DIR)):
        return
    given = {**os.environ, "DATA_DIR": str(data), "KEY_DIR": str(key_folder)}
    manage = str(settings.BASE_DIR / "manage.py")
    os.execve(sys.executable, [sys.executable, manage, "restore", str(file.absolute())], given)  # noqa: S606 - ourselves
