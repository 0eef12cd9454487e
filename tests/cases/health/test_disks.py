"""Room on the disks, and whether the product may write."""

import json
import os
import subprocess
import sys
from collections import namedtuple

import pytest
from django.conf import settings

from cases.health import Level, disks

Usage = namedtuple("Usage", "total used free")
GB = 10**9


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (50 * GB, Level.OK),
        (disks.TIGHT - 1, Level.WARNING),
        (disks.ALMOST_FULL - 1, Level.ERROR),
        (0, Level.ERROR),
    ],
)
def test_little_room_is_told_before_there_is_none(free, level, tmp_path, monkeypatch):
    monkeypatch.setattr(disks.shutil, "disk_usage", lambda _folder: Usage(100 * GB, 0, free))

    found = disks.reading("data", "相談の記録", tmp_path)

    assert (found.level, found.numbers["free_bytes"]) == (level, free)
    assert bool(found.advice) is (level is not Level.OK)
    assert str(tmp_path) in found.advice or level is Level.OK


def test_a_folder_that_cannot_be_written_is_told_however_much_room_there_is(tmp_path, monkeypatch):
    """By a limit of the system on this child: a write of it fails as on a full quota."""
    program = (
        "import resource, json, sys; from pathlib import Path\n"
        "import django; django.setup()\n"
        "from cases.health import disks\n"
        "before = disks.reading('data', '', Path(sys.argv[1])).level\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "after = disks.reading('data', '', Path(sys.argv[1]))\n"
        "print(json.dumps([before, after.level, after.state]))\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    before, after, state = json.loads(done.stdout)
    assert (before, after) != (Level.ERROR, Level.OK)
    assert after == Level.ERROR
    assert state.startswith("書き込めません")


def test_a_try_leaves_nothing_behind(tmp_path):
    disks.reading("data", "相談の記録", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_made_yet_stands_for_its_disk(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "not" / "yet"

    found = {reading.name: reading for reading in disks.disks()}

    assert found["disk.columns"].numbers["is_writable"] == 1
    assert set(found) == {"disk.data", "disk.keys", "disk.search", "disk.columns", "disk.backups"}
    assert not settings.COLUMNS_DIR.exists()
