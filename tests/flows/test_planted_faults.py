"""Each planted fault stands on the page of the machine's health within five minutes, and no consultation is lost.

Processes, stores and files are real; time is moved, not waited for.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import feed, held
from cases.figures import columns, measures
from cases.figures.measures import Question
from cases.jobs import claim_and_run, signs, worker_is_seen
from cases.jobs.lanes import Lane
from cases.jobs.tasks import Timetable
from cases.law.calendar import TOKYO
from cases.models import Case
from search import engine as engines
from search.engine import engine
from tests import builders
from tests.cases.jobs.conftest import spawn, wait_until

__all__ = ["spawn"]

WITHIN = timedelta(minutes=5)


def shown(account) -> set[str]:
    """Names of the rows on the page that are not well."""
    held.forget_all()
    client = Client()
    client.force_login(account)
    page = client.get(reverse("health")).content.decode()
    rows = page.split('<tr id="')[1:]
    return {row.split('"')[0] for row in rows if "chip--error" in row or "chip--warning" in row}


def counted(centre) -> int:
    """What figures say, whatever became of their columns."""
    today = timezone.now().astimezone(TOKYO).date()
    question = Question(
        frozenset({centre.pk}), today - timedelta(days=400), today + timedelta(days=1), rows="scam_main"
    )
    return measures.breakdown(question).total


def work() -> None:
    """What a worker would do by now, in this process and its transaction."""
    timetable = Timetable()
    while timetable.run_due("w") or claim_and_run(worker="w"):
        pass


@pytest.fixture
def later(time_machine):
    """Moves the clock on (or back) from now; it ticks."""
    time_machine.move_to(timezone.now())
    return time_machine.shift


@pytest.fixture
def folders(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.mark.faults
@pytest.mark.parametrize("dead", Lane)
def test_a_dead_lane_is_named_and_the_other_goes_on(dead, transactional_db, spawn, later):
    by, administrator = builders.account(), builders.account("ADMIN")
    names = {f"worker.{lane}" for lane in Lane}
    workers = {lane: spawn("manage.py", "worker", "--lane", lane) for lane in Lane}
    for lane, worker in workers.items():
        wait_until(lambda lane=lane: worker_is_seen(lane), while_runs=worker)
    builders.case(by=by)
    wait_until(lambda: not feed.lag("search").waiting, while_runs=workers[Lane.FEED])
    assert shown(administrator) & names == set()

    os.killpg(workers[dead].pid, signal.SIGKILL)
    workers[dead].wait()
    builders.case(by=by)
    later(WITHIN)
    other = next(lane for lane in Lane if lane is not dead)
    signs.give([other], "still there")  # its process lives by the real clock, five minutes behind

    assert shown(administrator) & names == {f"worker.{dead}"}
    later(-WITHIN)
    if dead is Lane.JOBS:
        wait_until(lambda: not feed.lag("search").waiting, while_runs=workers[other])
    assert (Case.objects.count(), counted(by.centre)) == (2, 2)
    again = spawn("manage.py", "worker", "--lane", dead)
    wait_until(lambda: worker_is_seen(dead) and not feed.lag("search").waiting, while_runs=again)
    assert shown(administrator) & {*names, "feed.search"} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["page", "command"])
def test_a_rejected_import(way, folders, tmp_path, later):
    manager = builders.account("MANAGER")
    name = f"import.{manager.centre.code}"
    builders.case(by=builders.account(at=manager.centre))
    assert name not in shown(manager)

    ledger = tmp_path / "ledger.xlsx"
    ledger.write_bytes(b"PK\x03\x04 no workbook")
    if way == "page":
        client = Client()
        client.force_login(manager)
        with ledger.open("rb") as file:
            assert client.post(reverse("imports"), {"file": file}).status_code == 422
    else:
        with pytest.raises(CommandError):
            call_command("cases_import", str(ledger), centre=manager.centre.code)
    later(WITHIN)

    assert name in shown(manager)
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_rows_that_a_nightly_command_could_not_take(folders, tmp_path, capsys):
    manager = builders.account("MANAGER")
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "受付番号,受付日,手口,相談概要\n1,2026-11-02,点検商法,屋根の点検だと言われた。\n2,十三月,点検商法,契約した。\n",
        encoding="utf-8",
    )

    with pytest.raises(SystemExit):
        call_command("cases_import", str(ledger), centre=manager.centre.code)

    assert f"import.{manager.centre.code}" in shown(manager)
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_a_silent_feed(folders, time_machine):
    by, manager = builders.account(), builders.account("MANAGER")
    name = f"input.DESK.{by.centre.code}"
    calls = [
        datetime(2026, 11, day, hour, 0, tzinfo=TOKYO) for day in (16, 17, 18) for hour in (9, 11, 13, 15)
    ]
    for at in calls:
        time_machine.move_to(at, tick=False)
        builders.case(by=by, received_at=at)
    # Two working hours apart, so twelve of them are the limit: on Friday at 11:00.
    falls_silent = datetime(2026, 11, 20, 11, 0, tzinfo=TOKYO)
    time_machine.move_to(falls_silent - timedelta(minutes=5), tick=False)
    assert name not in shown(manager)

    time_machine.move_to(falls_silent + WITHIN, tick=False)

    assert name in shown(manager)
    assert counted(by.centre) == Case.objects.count() == len(calls)


@pytest.mark.django_db
def test_a_broken_index(folders, later):
    by, administrator = builders.account(), builders.account("ADMIN")
    case = builders.case(by=by)
    work()
    assert "search.index" not in shown(administrator)

    store = engine()._file.path.resolve()
    for beside in store.parent.glob(f"{store.name}-*"):
        beside.unlink()
    store.write_bytes(os.urandom(40_000))
    engines._opened.cache_clear()  # as a process that starts now
    later(WITHIN)

    assert "search.index" in shown(administrator)
    builders.case(by=by)  # people go on
    work()
    assert "search.index" not in shown(administrator)
    assert (engine().size(), counted(by.centre)) == (2, 2)
    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.faults
@pytest.mark.sqlite
def test_a_full_disk(tmp_path):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "CRITICAL"}
    for name, folder in {"DATA_DIR": "data", "KEY_DIR": "data.keys", "BACKUP_DIR": "data.backups"}.items():
        environment[name] = str(tmp_path / folder)

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults.full_disk"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["refused"] == "OperationalError"
    assert "disk.data" not in found["before"]
    assert "disk.data" in found["during"]
    assert found["is_on_the_page"]
    assert "disk.data" not in found["after"]
    assert (found["lost"], found["works_again"]) == (0, True)


@pytest.mark.django_db
def test_columns_on_a_disk_that_takes_nothing(folders, later):
    """Figures are still right; the page says that their copy is late, and the task that fails is named."""
    by, administrator = builders.account(), builders.account("ADMIN")
    Path(settings.COLUMNS_DIR).parent.mkdir(exist_ok=True)
    Path(settings.COLUMNS_DIR).write_text("a file where the folder should be", encoding="utf-8")
    builders.case(by=by)
    work()
    later(WITHIN + timedelta(seconds=1))

    assert "figures.columns" in shown(administrator)
    assert counted(by.centre) == 1
    Path(settings.COLUMNS_DIR).unlink()
    columns.extend()
    assert "figures.columns" not in shown(administrator)
