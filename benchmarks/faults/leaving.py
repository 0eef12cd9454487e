"""Rounds of what leaves the desk: backups, which come back, and disposals, which do not."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from benchmarks.faults import checks
from benchmarks.faults.children import at_work, ended_well, kill, spawn, wait_for, worker
from benchmarks.faults.entries import entry
from benchmarks.faults.sums import Tally, add
from cases.backup import container
from cases.backup.models import Backup
from cases.law.calendar import TOKYO
from cases.records.centre import SYSTEM, Centre
from cases.services.entry import CaseEntry
from cases.services.intake import record_cases
from cases.services.retention import disposal
from cases.services.retention.models import Disposal
from tests import builders

DISPOSED: Final = 60
LONG_AGO: Final = datetime(2010, 5, 10, 10, tzinfo=TOKYO)


# --- Backup -----------------------------------------------------------------------------------------------------
def backup_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """`backup` killed while people save; no half file counts, the next one works, and what it holds comes back."""
    folder = Path(settings.BACKUP_DIR)
    scratch = Path(settings.DATA_DIR)
    with at_work(seed) as people:
        process = spawn("manage.py", "backup")
        wait_for(lambda: any(scratch.glob(".backup-*/")) or process.poll() is not None)
        time.sleep(dice.uniform(0.0, 0.3))
        kill(process)
        where = _where(folder, scratch)
        _check_files(folder, tally)
        before = people.saved()
        is_taken = ended_well(spawn("manage.py", "backup"))
        tally.stuck += not is_taken
    checks.check_people(seed, people.saved(), people.only_tried(), tally)
    if is_taken:
        row = Backup.objects.newest_first()[0]
        _check_restored(folder / row.file_name, seed, before, tally)
    _check_files(folder, tally)
    return where


def _where(folder: Path, scratch: Path) -> str:
    if any(folder.glob(f".*{container.PARTIAL}")):
        return "killed while writing"
    return "killed while copying" if any(scratch.glob(".backup-*/*")) else "killed before or after"


def _check_files(folder: Path, tally: Tally) -> None:
    """Whatever lies there as a backup opens, and the ledger knows no file that is not there."""
    files = {file.name for file in folder.glob(f"*{container.ENDING}")}
    for name in files:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                container.open_into(folder / name, Path(scratch) / "opened", step=lambda _done, _total: None)
        except Exception:
            tally.unreadable += 1
    known = Backup.objects.in_place().filter(finished_at__isnull=False).values_list("file_name", flat=True)
    tally.lost += len(set(known) - files)


def _check_restored(file: Path, seed: str, numbers: set[int], tally: Tally) -> None:
    """Everything acknowledged before the backup began opens on a machine that has nothing but it and the keys."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-restored-") as folder, _empty_database() as url:
        given = {**os.environ, "DATA_DIR": f"{folder}/data", "BACKUP_DIR": f"{folder}/backups"}
        if url:
            given["DATABASE_URL"] = url
        commands = [["manage.py", "restore", str(file)]]
        commands += [["-m", "benchmarks.faults.reader", seed, *map(str, sorted(numbers))]]
        for command in commands:
            done = subprocess.run(
                [sys.executable, *command],
                env=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                tally.stuck += 1
                return
    add(tally, json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _empty_database() -> Iterator[str]:
    """The address of an empty database on the server at hand; empty for SQLite, which needs an empty folder alone."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name = "restored"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


# --- Disposal ---------------------------------------------------------------------------------------------------
def disposal_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """The worker killed in the middle of a batch: each case whole or erased; the next worker ends the batch."""
    numbers = range(DISPOSED)
    record_cases([_closed_long_ago(seed, n) for n in numbers], centre=centre, by=SYSTEM)
    tally.acknowledged += DISPOSED
    sums = checks.facts_sum(centre)
    first, second = (builders.account("MANAGER", at=centre) for _n in range(2))
    batch = disposal.propose_due(centre, by=first)
    disposal.approve(batch.uid, by=second)
    process = spawn("manage.py", "worker")
    wait_for(lambda: batch.tombstones.exists())
    time.sleep(dice.uniform(0.0, 0.5))
    kill(process)
    erased = checks.check_disposed(seed, numbers, tally)
    _check_sums(sums, centre, tally)
    with worker():
        tally.stuck += not wait_for(
            lambda: Disposal.objects.get(pk=batch.pk).state == Disposal.State.DONE, checks.DRAIN_SECONDS
        )
    tally.stuck += checks.check_disposed(seed, numbers, tally) != DISPOSED
    tally.lost += batch.tombstones.count() != DISPOSED
    _check_sums(sums, centre, tally)
    return f"killed after {erased} of {DISPOSED}"


def _closed_long_ago(seed: str, n: int) -> CaseEntry:
    return replace(entry(seed, n), received_at=LONG_AGO, closed_on=LONG_AGO.date(), outcome="ADVICE")


def _check_sums(before: dict[tuple[str, int], int], centre: Centre, tally: Tally) -> None:
    tally.lost += checks.facts_sum(centre) != before
