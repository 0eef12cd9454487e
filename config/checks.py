"""System checks in words: what cannot work, or would not be safe, on this machine."""

import sqlite3
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_jp
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils.translation import gettext as _

from cases.protection import keys
from cases.protection.models import DataKey
from config import backup_checks

OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# What BIZ UD and Noto, the fonts of letters, are called by Debian, Ubuntu, Fedora and by hand.
FONT_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)
FONT_NAMES: Final = ("BIZUD*", "Noto*CJK*", "Noto*JP*")


def register_all() -> None:
    register(keys_lie_apart, Tags.security)
    register(keys_are_private, Tags.security)
    register(search_is_built_in, "search")
    register(japanese_can_be_printed, "paper")
    register(sealed_rows_have_keys, Tags.database)
    backup_checks.register_all()


def of_this_machine() -> list[CheckMessage]:
    """What a start must know, without Django's own checks: those load every page (and their memory)."""
    found = [*keys_lie_apart(), *keys_are_private(), *search_is_built_in(), *japanese_can_be_printed()]
    return [*found, *backup_checks.of_this_machine(), *sealed_rows_have_keys(databases=["default"])]


def keys_lie_apart(**_options: object) -> list[CheckMessage]:
    """A copy of the data folder must not carry the keys that open it."""
    data, key_folder = Path(settings.DATA_DIR).resolve(), Path(settings.KEY_DIR).resolve()
    if not key_folder.is_relative_to(data):
        return []
    problem = _("鍵フォルダ(KEY_DIR)がデータフォルダ(DATA_DIR)の中にあります: %(path)s") % {
        "path": key_folder
    }
    hint = _("データの複製に鍵が入らないように、KEY_DIR を DATA_DIR の外に移してください。")
    return [Error(problem, hint=hint, id="madoguchi.E001")]


def keys_are_private(**_options: object) -> list[CheckMessage]:
    """Nobody but the account that runs the product may read the key folder or a file in it."""
    hint = _("chmod -R go= で、実行するアカウントだけが読めるようにしてください。")
    return [
        Error(_("鍵を他の利用者が読めます: %(path)s") % {"path": path}, hint=hint, id="madoguchi.E002")
        for path in _key_paths()
        if path.stat().st_mode & OPEN_TO_OTHERS
    ]


def _key_paths() -> Iterator[Path]:
    folder = Path(settings.KEY_DIR)
    if folder.is_dir():
        yield folder
        yield from sorted(folder.rglob("*"))


def search_is_built_in(**_options: object) -> list[CheckMessage]:
    """The embedded search is SQLite's FTS5, whatever the main database."""
    try:
        with sqlite3.connect(":memory:") as probe:
            probe.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError:
        problem = _("この Python の SQLite には全文検索(FTS5)がありません。")
        hint = _("FTS5 を含む SQLite で作られた Python 3.11 以降を使ってください。")
        return [Error(problem, hint=hint, id="madoguchi.E003")]
    finally:
        probe.close()
    return []


def japanese_can_be_printed(**_options: object) -> list[CheckMessage]:
    """Letters and bulletins need a Japanese font: the system's, else the one that is installed with us."""
    if pylopdf_fonts_jp.sans_path().is_file() or any(_system_fonts()):
        return []
    problem = _("日本語フォントが見つかりません。通知文や注意喚起のPDFを作れません。")
    hint = _("fonts-morisawa-bizud-gothic か fonts-noto-cjk を入れてください。")
    return [Warning(problem, hint=hint, id="madoguchi.W001")]


def _system_fonts() -> Iterator[Path]:
    for folder in FONT_FOLDERS:
        for name in FONT_NAMES:
            yield from folder.rglob(name)


def sealed_rows_have_keys(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Sealed rows without any key of their domain: the folder is the wrong one, or lost."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        missing = sorted(_domains_without_keys(alias))
        if missing:
            problem = _("封をした記録がありますが、その鍵がありません: %(folders)s") % {
                "folders": ", ".join(str(Path(settings.KEY_DIR) / domain) for domain in missing)
            }
            hint = _(
                "このデータの鍵フォルダを KEY_DIR に指定するか、控えから戻してください。鍵は作り直せません。"
            )
            problems.append(Error(problem, hint=hint, id="madoguchi.E004"))
    return problems


def _domains_without_keys(alias: str) -> set[str]:
    connection = connections[alias]
    if DataKey._meta.db_table not in connection.introspection.table_names():
        return set()
    kinds = DataKey.objects.using(alias).order_by().values_list("owner_kind", flat=True).distinct()
    needed = {keys.domain_of(kind) for kind in kinds}
    if needed:
        needed |= {"index", "audit"}
    return {domain for domain in needed if not any((Path(settings.KEY_DIR) / domain).glob("*.key"))}
