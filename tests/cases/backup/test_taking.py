"""A backup is taken while people work, and nothing half-done is ever taken for one."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from cases.backup import container, places, taking
from cases.backup.container import Header
from cases.backup.models import Backup, BackupPlace
from cases.backup.scratch import BackupUnderWay, alone
from cases.backup.telling import COPYING, READING_BACK, SEALING
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services.intake import record_case
from tests import builders, marks
from tests.cases.backup.conftest import described, halves


def uids_inside(inside, row):
    return {str(uid).replace("-", "") for (uid,) in inside(row, "SELECT uid FROM cases_case")}


def test_a_backup_holds_what_was_saved_and_says_so(desk, backups, inside):
    case = builders.case(by=desk)

    row = taking.take(by=desk)

    assert uids_inside(inside, row) == {case.uid.hex}
    file = backups / row.file_name
    assert (row.size, row.digest) == (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
    assert row.finished_at >= row.taken_at
    assert described(file)["sha256"] == row.digest
    assert halves(backups) == []
    assert file.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(action="BACKUP_TAKEN", actor_uid=desk.uid).count() == 1


def test_who_is_signed_in_is_not_in_it(desk, backups, inside):
    session = SessionStore()
    session["somebody"] = "is signed in"
    session.create()

    row = taking.take(by=SYSTEM)

    assert inside(row, "SELECT count(*) FROM django_session") == [(0,)]
    assert session.exists(session.session_key)


def test_everything_that_was_acknowledged_before_is_in_and_every_save_is_whole(desk, backups, inside):
    saved, stop = [], threading.Event()

    def save() -> None:
        try:
            while not stop.is_set():
                saved.append(record_case(builders.entry(), centre=desk.centre, by=desk).case.uid.hex)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save) for _number in range(4)]
    for thread in threads:
        thread.start()
    try:
        while len(saved) < 8:
            time.sleep(0.01)
        before = set(saved)
        row = taking.take(by=SYSTEM)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)

    assert before <= uids_inside(inside, row)
    whole = (
        "SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM cases_casefact),"
        " (SELECT count(*) FROM cases_datakey WHERE owner_kind = 'case')"
    )
    ((cases, facts, keys),) = inside_again(inside, row, whole)
    assert cases == facts == keys
    assert Case.objects.count() >= cases


def inside_again(inside, row, question):
    """The same backup, opened once more."""
    twin = Backup(uid=uuid.uuid4(), folder=row.folder, file_name=row.file_name)
    return inside(twin, question)


SLOWLY = """
import sys, time
import django
django.setup()
from cases.backup import taking
from cases.records.centre import SYSTEM

def tell(step, done, total):
    print(step, flush=True)
    if step == sys.argv[1]:
        time.sleep(60)

taking.take(by=SYSTEM, tell=tell)
"""


@pytest.mark.faults
@pytest.mark.parametrize("step", [pytest.param(COPYING, marks=pytest.mark.sqlite), SEALING])
def test_killed_twice_in_the_middle_no_half_counts_and_the_next_one_is_whole(
    step, desk, backups, inside, tmp_path
):
    builders.case(by=desk)
    for _time in range(2):
        with slow_backup(step, backups) as child:
            child.send_signal(signal.SIGKILL)
            child.wait()
        assert [path.name for path in backups.glob("*.backup")] == []
        assert Backup.objects.count() == 0

    row = taking.take(by=SYSTEM)

    assert len(uids_inside(inside, row)) == 1
    assert halves(backups) == []
    assert list(Path(django_settings.DATA_DIR).glob(".backup-*/")) == []


def slow_backup(step, backups):
    from tests.cases.jobs.conftest import environment

    child = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, step],
        cwd=django_settings.BASE_DIR,
        env=environment(BACKUP_DIR=str(backups), DJANGO_SETTINGS_MODULE="config.settings"),
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in child.stdout:
        if line.strip() == step:
            return child
    raise AssertionError("the backup ended before it could be killed")


def test_one_backup_at_a_time(desk, backups):
    with alone("backup"), pytest.raises(BackupUnderWay):
        taking.take(by=SYSTEM)
    assert list(backups.glob("*.backup")) == []


def test_whoever_is_told_can_end_it_and_nothing_is_left(desk, backups):
    def enough(step, _done, _total):
        if step == READING_BACK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taking.take(by=SYSTEM, tell=enough)

    assert halves(backups) == []
    assert list(backups.glob("*.backup")) == []
    assert Backup.objects.count() == 0


# --- the place -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["data", "keys", "a link into data"])
def test_a_backup_never_goes_into_the_data_it_is_of(where, desk, settings, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(settings.DATA_DIR)
    places_ = {"data": Path(settings.DATA_DIR), "keys": Path(settings.KEY_DIR), "a link into data": link}

    with pytest.raises(places.PlaceInsideData):
        taking.take(by=SYSTEM, folder=places_[where] / "backups")

    assert not (places_[where] / "backups").exists()


def test_a_disk_that_was_written_to_before_must_be_the_same_one(desk, backups):
    first = taking.take(by=SYSTEM)
    mounted = backups.rename(backups.with_name("away"))
    backups.mkdir()  # the empty mount point

    with pytest.raises(places.PlaceNotMounted):
        taking.take(by=SYSTEM)
    assert list(backups.iterdir()) == []

    backups.rmdir()
    mounted.rename(backups)
    assert taking.take(by=SYSTEM).pk != first.pk
    assert BackupPlace.objects.count() == 1


def test_a_disk_that_cannot_be_written_is_named_in_words(desk, settings):
    settings.BACKUP_DIR = Path("/sys/kernel/backups")  # where not even root makes a folder

    with pytest.raises(places.PlaceReadOnly):
        taking.take(by=SYSTEM)


def test_a_disk_without_room_leaves_nothing_behind(desk, backups, tmp_path):
    """The limit of the process stands for the end of the disk: the same call of the system fails."""
    header = Header(uid=uuid.uuid4(), taken_at=builders.RECEIVED_AT, database="sqlite", migrations={})
    places.ready(backups)
    big = tmp_path / "big"
    big.write_bytes(os.urandom(3_000_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with big.open("rb") as content, pytest.raises(places.PlaceFull):
            container.write(
                backups, "x.backup", header, content, sealing=lambda *_: None, reading=lambda *_: None
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)

    assert [path.name for path in backups.iterdir()] == [places.MARKER]


@pytest.mark.sqlite  # a dump of PostgreSQL needs no room beside the data
def test_too_little_room_is_seen_before_anything_is_written(desk, backups, monkeypatch):
    monkeypatch.setattr(places, "room_in", lambda _folder: places.Room(free=10, total=10**9))
    monkeypatch.setattr("cases.backup.databases.sqlite.Sqlite.size", lambda _self: 11)

    with pytest.raises(places.PlaceFull):
        taking.take(by=SYSTEM)
    assert list(backups.glob("*.backup")) == []


# --- what the file tells -----------------------------------------------------------------------------------------


def test_no_marked_value_and_no_key_is_in_the_file(desk, backups, settings):
    name, sentence = marks.marks()[0], marks.marks()[7]
    builders.case(by=desk, narrative=sentence.value, caller=builders.person(name=name.value))

    row = taking.take(by=SYSTEM)

    scanner = marks.Scanner([name, sentence])
    scanner.folder(backups)
    assert scanner.finds == []
    assert row.file_name in scanner.scanned
    data = (backups / row.file_name).read_bytes()
    keys = [path.read_bytes() for path in Path(settings.KEY_DIR).rglob("*.key")]
    assert len(keys) > 3
    assert not any(key in data for key in keys)
    # Not even what the database holds in the open.
    assert b"SQLite format 3" not in data
    assert b"cases_case" not in data
