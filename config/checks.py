"""System checks in words: what cannot work, or would not be safe, on this machine."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_jp
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections, models
from django.utils.translation import gettext as _

from cases.protection import keys
from cases.protection.keys import files, providers, recovery
from cases.protection.keys.files import SIGNING
from cases.protection.keys.models import KeyVersion
from cases.protection.models import DataKey
from config import backup_checks, mail_checks, search_checks

MOST_NAMED: Final = 5  # missing keys in one message
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
    register(keys_are_whole, Tags.security)
    register(keys_can_be_recovered, Tags.database)
    register(search_is_built_in, "search")
    register(search_checks.elasticsearch_can_be_used, "search")
    register(search_checks.boosts_can_be_read, "search")
    register(japanese_can_be_printed, "paper")
    register(mail_checks.mail_can_be_sent, "mail")
    register(sealed_rows_have_keys, Tags.database)
    backup_checks.register_all()


def of_this_machine() -> list[CheckMessage]:
    """What a start must know, without Django's own checks: those load every page (and their memory)."""
    found = [*keys_lie_apart(), *keys_are_private(), *keys_are_whole()]
    found += [*search_is_built_in(), *search_checks.elasticsearch_can_be_used(), *japanese_can_be_printed()]
    found += search_checks.boosts_can_be_read()
    found += mail_checks.mail_can_be_sent()
    found += [*backup_checks.of_this_machine(), *keys_can_be_recovered(databases=["default"])]
    return [*found, *sealed_rows_have_keys(databases=["default"])]


def refuse_bad_keys() -> None:
    """For the web process, which runs no checks of its own. Raises ImproperlyConfigured with every fault in words.

    A database that is away for a moment is no fault of the keys: pages say so themselves.
    """
    found = [*keys_lie_apart(), *keys_are_private(), *keys_are_whole()]
    with suppress(OperationalError):
        found += sealed_rows_have_keys(databases=["default"])
    if found:
        raise ImproperlyConfigured("\n".join(f"{error.msg}\n{error.hint}" for error in found))


def keys_lie_apart(**_options: object) -> list[CheckMessage]:
    """A copy of the data folder must not carry the keys that open it, nor their sealed copies."""
    data = Path(settings.DATA_DIR).resolve()
    found: list[CheckMessage] = []
    hint = _("データの複製に鍵が入らないように、KEY_DIR を DATA_DIR の外に移してください。")
    inside = _("鍵フォルダ(KEY_DIR)がデータフォルダ(DATA_DIR)の中にあります: %(path)s")
    key_folder, copies = Path(settings.KEY_DIR).resolve(), Path(settings.KEY_ESCROW_DIR).resolve()
    if key_folder.is_relative_to(data):
        found.append(Error(inside % {"path": key_folder}, hint=hint, id="madoguchi.E001"))
    if copies.is_relative_to(data) or copies.is_relative_to(key_folder):
        problem = _("封をした鍵の控え(KEY_ESCROW_DIR)が、データか鍵と同じフォルダにあります: %(path)s")
        away = _("控えは、データとも鍵とも別の場所に置いてください。")
        found.append(Error(problem % {"path": copies}, hint=away, id="madoguchi.E001"))
    for path in _keys_among(data):
        problem = _("データフォルダの中に鍵があります: %(path)s")
        remove = _("このファイルを消してください。データの複製があれば、その中からも消してください。")
        found.append(Error(problem % {"path": path}, hint=remove, id="madoguchi.E001"))
    return found


def _keys_among(data: Path) -> Iterator[Path]:
    """Copies of key files in the data folder, whatever they are called, and links from there to the key folder."""
    key_folder = Path(settings.KEY_DIR).resolve()
    if key_folder.is_relative_to(data):
        return
    known = {path.read_bytes() for path in key_folder.rglob("*.key") if os.access(path, os.R_OK)}
    sizes = {len(content) for content in known}
    for path in sorted(data.rglob("*")):
        if path.is_symlink():
            target = path.resolve()
            if target.is_relative_to(key_folder) or key_folder.is_relative_to(target):
                yield path
        elif path.is_file() and path.stat().st_size in sizes and path.read_bytes() in known:
            yield path


def keys_are_private(**_options: object) -> list[CheckMessage]:
    """Nobody but the account that runs the product may read the key folder or a file in it."""
    hint = _("chmod -R go= で、実行するアカウントだけが読めるようにしてください。")
    return [
        Error(_("鍵を他の利用者が読めます: %(path)s") % {"path": path}, hint=hint, id="madoguchi.E002")
        for path in _key_paths()
        if path.stat().st_mode & OPEN_TO_OTHERS
    ]


def _key_paths() -> Iterator[Path]:
    for folder in (Path(settings.KEY_DIR), Path(settings.KEY_ESCROW_DIR)):
        if folder.is_dir():
            yield folder
            yield from sorted(folder.rglob("*"))


def keys_are_whole(**_options: object) -> list[CheckMessage]:
    """A key file has 32 bytes; one that was cut, emptied or edited is no key."""
    hint = _("控えから戻してください(keys_recovery --restore)。作り直した鍵では古い記録を開けません。")
    return [
        Error(_("鍵のファイルが壊れています: %(path)s") % {"path": path}, hint=hint, id="madoguchi.E005")
        for path in sorted(Path(settings.KEY_DIR).rglob("*.key"))
        if not _is_whole(path)
    ]


def _is_whole(path: Path) -> bool:
    size = path.stat().st_size if path.is_file() else 0
    return size > 0 if path.stem == SIGNING else size == keys.KEY_BYTES


def keys_can_be_recovered(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Where this machine burns down, is there a way back? A warning, once there is something to lose."""
    if settings.KEY_COMMAND or recovery.public_key() is not None:
        return []
    if not any(_keys_in_use(alias) for alias in databases or () if _has_table(alias, DataKey)):
        return []
    problem = _("鍵の控えがありません。この機械が壊れると、すべての記録が二度と開けなくなります。")
    hint = _("keys_recovery --split で復旧の鍵を作り、三人に分けて渡してください(docs/keys.md)。")
    return [Warning(problem, hint=hint, id="madoguchi.W002")]


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
    """Each key that wraps a sealed row is here, by its name: else the folder is the wrong one, or damaged, or lost."""
    hint = _("このデータの鍵フォルダを KEY_DIR に指定するか、控えから戻してください。鍵は作り直せません。")
    problem = _("封をした記録がありますが、その鍵がありません: %(folders)s")
    return [
        Error(problem % {"folders": ", ".join(missing)}, hint=hint, id="madoguchi.E004")
        for alias in databases or ()
        if (missing := _missing_keys(alias))
    ]


def _missing_keys(alias: str) -> list[str]:
    """What is missing, a few names at most; a destroyed key is not missing."""
    if not _has_table(alias, DataKey):
        return []
    needed = _keys_in_use(alias)
    if needed and _has_table(alias, KeyVersion):
        destroyed = KeyVersion.objects.using(alias).filter(state=KeyVersion.State.DESTROYED)
        needed -= {row.kek for row in destroyed}
    missing = [str(kek) for kek in sorted(needed) if not providers.holding(kek).exists(kek)]
    if needed:
        single = (files.path_of(domain, "v1") for domain in ("index", "audit"))
        missing += [str(path) for path in single if not path.is_file()]
    return [*missing[:MOST_NAMED], "…"] if len(missing) > MOST_NAMED else missing


def _keys_in_use(alias: str) -> set[keys.Kek]:
    """Every KEK that a row names. One walk over the index: part of a second for a million rows."""
    columns = ("owner_kind", "centre_uid", "cohort", "kek_version")
    rows = DataKey.objects.using(alias).order_by().values_list(*columns).distinct()
    return {keys.Kek(keys.domain_of(kind), *rest) for kind, *rest in rows}


def _has_table(alias: str, model: type[models.Model]) -> bool:
    return model._meta.db_table in connections[alias].introspection.table_names()
