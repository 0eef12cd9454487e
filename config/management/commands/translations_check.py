"""`manage.py translations_check`: does every catalogue say everything that the source says?"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

PARTS: Final = ("config", "consult", "outreach", "search", "cases")
_LOCALE: Final = Path("config/locale")


class Command(BaseCommand):
    help = _("原文にあって翻訳がない、または確かめられていない語句を一覧にします。あれば終了コード 1。")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        source = settings.LANGUAGE_CODE
        languages = [code for code, _name in settings.LANGUAGES if code != source]
        with tempfile.TemporaryDirectory(prefix="madoguchi-translations-") as folder:
            _copy(root, Path(folder))
            _collect(Path(folder), languages)
            found = {code: sorted(_problems(_catalogue(Path(folder), code))) for code in languages}
        for code, problems in found.items():
            for problem in problems:
                self.stdout.write(f"{code}: {problem}")
        count = sum(map(len, found.values()))
        if count:
            raise CommandError(_("翻訳が揃っていない語句: %(count)d") % {"count": count})
        self.stderr.write(_("翻訳は揃っています。"))


def _copy(root: Path, folder: Path) -> None:
    """The source without its catalogues, and the catalogues beside it, where makemessages looks without settings."""
    left_out = shutil.ignore_patterns("__pycache__", "locale")
    for part in PARTS:
        shutil.copytree(root / part, folder / part, ignore=left_out)
    if (root / _LOCALE).is_dir():
        shutil.copytree(root / _LOCALE, folder / "locale")
    else:
        (folder / "locale").mkdir()


def _collect(folder: Path, languages: list[str]) -> None:
    """Merge what the source says into the copied catalogues, by GNU gettext."""
    locales = [part for code in languages for part in ("--locale", code)]
    command = [sys.executable, "-m", "django", "makemessages", *locales, "--no-location", "--no-obsolete"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(done.stderr)


def _catalogue(folder: Path, code: str) -> Catalog:
    with (folder / "locale" / code / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def _problems(catalogue: Catalog) -> Iterator[str]:
    if catalogue.fuzzy:  # its header is: the whole catalogue would be left out
        yield _("カタログの見出しが fuzzy のままです。")
    for message in catalogue:
        if message.id:
            yield from _problems_of(message, catalogue)


def _problems_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    strings = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
    if not all(strings):
        yield _("翻訳がない: %(text)s") % {"text": text}
    elif message.fuzzy:
        yield _("確かめられていない: %(text)s") % {"text": text}
    else:
        for error in message.check(catalogue):
            yield _("差し込みが合わない: %(text)s") % {"text": f"{text} ({error})"}
