"""A backup comes back onto an empty machine whole, or nothing is in place."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cases.backup import checking, restoring, taking
from cases.backup.container import BackupDamaged, BackupTooNew, NoBackup
from cases.backup.models import Backup
from cases.backup.restoring import NotEmpty
from cases.backup.telling import TRYING
from cases.backup.trying import OtherDatabase
from cases.protection import keys
from cases.protection.audit import append_only
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services.retention.erasure import erase_case
from cases.services.retention.models import Disposal
from tests import builders
from tests.cases.jobs.conftest import database_url


@pytest.fixture
def file(desk, backups) -> Path:
    """A backup of a desk with three cases."""
    for _number in range(3):
        builders.case(by=desk)
    return backups / taking.take(by=SYSTEM).file_name


@pytest.fixture
def empty_machine(tmp_path):
    """The environment of a machine that has nothing but the key folder; and a question to its database."""
    data = tmp_path / "new machine"
    env = {
        **os.environ,
        "DATA_DIR": str(data),
        "KEY_DIR": str(django_settings.KEY_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if connection.vendor == "sqlite":
        env.pop("DATABASE_URL", None)

        def ask(question):
            with closing(sqlite3.connect(data / "madoguchi.sqlite3")) as database:
                return database.execute(question).fetchall()

        yield env, ask
        return
    name = f"new_{uuid.uuid4().hex[:8]}"
    here = database_url()
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    env["DATABASE_URL"] = here.rpartition("/")[0] + f"/{name}"

    def ask(question):
        with psycopg.connect(env["DATABASE_URL"]) as server:
            return server.execute(question).fetchall()

    yield env, ask
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(env, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=django_settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
    )


def test_a_backup_comes_back_and_is_never_put_over_data(file, empty_machine):
    env, ask = empty_machine

    done = manage(env, "restore", file)

    assert done.returncode == 0, done.stderr
    assert ask("SELECT count(*) FROM cases_case") == [(3,)]
    assert ask("SELECT count(*) FROM cases_auditentry WHERE action = 'RESTORED'") == [(1,)]
    left = {path.name for path in Path(env["DATA_DIR"]).iterdir()}
    assert left - {".restore.lock"} == ({"madoguchi.sqlite3"} if connection.vendor == "sqlite" else set())

    again = manage(env, "restore", file)

    assert again.returncode == 1
    assert "上書きはしません" in again.stderr
    assert ask("SELECT count(*) FROM cases_auditentry WHERE action = 'RESTORED'") == [(1,)]


def test_who_was_erased_after_the_backup_is_erased_again(file, desk, empty_machine):
    gone = Case.objects.order_by("pk").first()
    erase_case(gone.uid, reason=Disposal.Ground.REQUEST, by=desk)
    env, ask = empty_machine

    done = manage(env, "restore", file)

    assert done.returncode == 0, done.stderr
    assert "控えた後に消去された1件を、もう一度消去しました" in done.stdout
    assert ask("SELECT count(*) FROM cases_case") == [(2,)]
    assert ask("SELECT count(*) FROM cases_tombstone") == [(1,)]
    assert ask("SELECT count(*) FROM cases_datakey WHERE owner_kind = 'case'") == [(2,)]


@pytest.fixture
def nowhere(settings, tmp_path):
    """This process as an empty machine, for what is refused before any database is touched."""
    settings.DATA_DIR = tmp_path / "new"
    return settings.DATA_DIR


def damaged(file: Path) -> Path:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    other = file.with_name("damaged.backup")
    other.write_bytes(data)
    return other


def torn(file: Path) -> Path:
    other = file.with_name("torn.backup")
    other.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return other


def foreign(file: Path) -> Path:
    other = file.with_name("foreign.backup")
    other.write_bytes(b"a letter")
    return other


@pytest.mark.parametrize(
    ("change", "error"), [(damaged, BackupDamaged), (torn, BackupDamaged), (foreign, NoBackup)]
)
def test_what_is_not_whole_puts_nothing_in_place(change, error, file, nowhere):
    with pytest.raises(error):
        restoring.restore(change(file))

    assert [path.name for path in nowhere.iterdir()] == [".restore.lock"]


def test_without_the_keys_nothing_is_made_that_looks_like_keys(file, nowhere, settings, tmp_path):
    settings.KEY_DIR = tmp_path / "no keys"
    keys.forget()
    try:
        with pytest.raises(keys.KeyMissing):
            restoring.restore(file)
    finally:
        keys.forget()

    assert not settings.KEY_DIR.exists()


def test_a_backup_of_a_newer_release_is_refused(desk, backups, settings, tmp_path):
    MigrationRecorder(connection).record_applied("cases", "9999_of_the_future")
    try:
        file = backups / taking.take(by=SYSTEM).file_name
    finally:
        MigrationRecorder(connection).record_unapplied("cases", "9999_of_the_future")
    settings.DATA_DIR = tmp_path / "new"

    with pytest.raises(BackupTooNew):
        restoring.restore(file)


def test_a_backup_of_the_other_kind_of_database_is_refused(file, nowhere, monkeypatch):
    monkeypatch.setattr("cases.backup.trying.connection", type("Other", (), {"vendor": "another"}))

    with pytest.raises(OtherDatabase):
        restoring.restore(file)


def test_a_folder_with_anything_in_it_is_not_empty(file, nowhere):
    nowhere.mkdir()
    (nowhere / "search.sqlite3").touch()

    with pytest.raises(NotEmpty):
        restoring.restore(file)


@pytest.mark.sqlite  # into PostgreSQL the rows come in one transaction, and a mark keeps all from starting on them
def test_a_restore_that_is_broken_off_leaves_nothing_in_place(file, nowhere):
    def enough(step, _done, _total):
        if step == TRYING:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restoring.restore(file, tell=enough)

    assert [path.name for path in nowhere.iterdir()] == [".restore.lock"]


# --- the restore check -------------------------------------------------------------------------------------------


def test_the_restore_check_opens_everything_and_writes_it_down(file):
    row = Backup.objects.get()

    found = checking.check(row, by=SYSTEM)

    assert (found.fault, found.is_partial) == ("", False)
    assert found.opened >= 3
    row.refresh_from_db()
    assert row.is_checked
    assert AuditEntry.objects.filter(action="BACKUP_CHECKED").count() == 1


@pytest.mark.parametrize("change", [damaged, torn])
def test_a_damaged_backup_is_found_and_named(change, file):
    row = Backup.objects.get()
    shutil.copy(change(file), file)

    found = checking.check(row, by=SYSTEM)

    assert "壊れている" in found.fault
    row.refresh_from_db()
    assert (row.is_checked, row.check_fault) == (False, found.fault)


def test_a_backup_whose_rows_are_fewer_than_it_says_is_found(desk, backups, monkeypatch):
    """The database was changed between counting and sealing: the file is genuine and still wrong."""
    from cases.backup import container

    whole = container.with_rows
    monkeypatch.setattr(
        "cases.backup.taking.container.with_rows",
        lambda rows, content: whole({**rows, "cases_case": rows["cases_case"] + 1}, content),
    )
    builders.case(by=desk)

    found = checking.check(taking.take(by=SYSTEM), by=SYSTEM)

    assert found.fault


def test_a_log_that_was_rewritten_is_found(desk, backups):
    builders.case(by=desk)
    append_only.remove(connection)
    try:
        AuditEntry.objects.filter(action="CASE_RECORDED").update(role="NOBODY")
    finally:
        append_only.install(connection)

    found = checking.check(taking.take(by=SYSTEM), by=SYSTEM)

    assert "操作記録の連鎖" in found.fault


@pytest.mark.parametrize(("file_is_damaged", "status"), [(False, 0), (True, 1)])
def test_the_command_says_what_it_found(file_is_damaged, status, file, capsys):
    shown = damaged(file) if file_is_damaged else file
    try:
        call_command("restore_check", str(shown))
        ended = 0
    except SystemExit as end:
        ended = end.code

    assert ended == status
    assert bool(json.loads(capsys.readouterr().out)["fault"]) is file_is_damaged


@pytest.mark.parametrize("named", [[], ["no such file"]])
def test_nothing_to_check_is_a_mistake_of_the_caller(named, desk, backups):
    with pytest.raises(CommandError) as refusal:
        call_command("restore_check", *named)

    assert refusal.value.returncode == 2


def test_the_command_takes_a_backup_where_it_is_told_to(desk, backups, tmp_path, capsys):
    call_command("backup", "--to", str(tmp_path / "stick"))

    said = capsys.readouterr()
    assert Path(said.out.strip()).parent == tmp_path / "stick"
    assert Path(said.out.strip()).is_file()
    assert "同じディスク" in said.err


def test_a_refused_place_is_said_in_words(desk, backups, settings):
    with pytest.raises(CommandError, match="データや鍵のフォルダの中"):
        call_command("backup", "--to", str(Path(settings.DATA_DIR) / "inside"))
