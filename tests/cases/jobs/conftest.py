import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cases.jobs import registry
from cases.jobs.lanes import Lane
from cases.records.centre import Centre
from config.processes import die_with_parent
from consult.shell.accounts import Account

ROOT = Path(settings.BASE_DIR)
PATIENCE_SECONDS = 60


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Registers a handler as a kind of this test alone."""
    monkeypatch.setattr(registry, "kinds", {})

    def register(run: Any, name: str = "tests.kind", lane: Lane = Lane.JOBS) -> str:
        registry.handler(name, label="a test", lane=lane)(run)
        return name

    return register


@pytest.fixture
def centre(db: None) -> Centre:
    return Centre.objects.create(code="T1", name="架空市消費生活センター")


@pytest.fixture
def account(centre: Centre) -> Account:
    return Account.objects.create(username="hanako", display_name="花子", centre=centre)


@pytest.fixture
def colleague(centre: Centre) -> Account:
    return Account.objects.create(username="jiro", display_name="次郎", centre=centre)


@pytest.fixture
def stranger(db: None) -> Account:
    elsewhere = Centre.objects.create(code="T2", name="隣市消費生活センター")
    return Account.objects.create(username="taro", display_name="太郎", centre=elsewhere)


def environment(**more: str) -> dict[str, str]:
    """For child processes: the same database, folders and keys as this process."""
    return {**os.environ, "DATABASE_URL": database_url(), **WORKER_SETTINGS, **more}


WORKER_SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.cases.jobs.worker_settings"}


def database_url() -> str:
    used = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{used['NAME']}"
    return f"postgres://{used['USER']}@{used['HOST']}:{used['PORT']}/{used['NAME']}"


@pytest.fixture
def spawn(transactional_db: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts Python processes beside this one; those that still run at the end are killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **env: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**env),
            process_group=0,
            preexec_fn=die_with_parent(),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(true: Callable[[], bool], *, while_runs: subprocess.Popen[bytes]) -> None:
    """Fails when the process ends, or after a long time, without what it was to bring about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert while_runs.poll() is None, "the process ended"
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
