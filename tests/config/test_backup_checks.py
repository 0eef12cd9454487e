"""A start is refused in words where backups could not do what they are for."""

from pathlib import Path

import pytest

from cases.backup.restoring import UNFINISHED
from config import backup_checks


@pytest.fixture
def machine(settings, tmp_path):
    """Data, keys, backups and copies of keys, each in a place of its own."""
    for name in ("data", "keys", "backups", "copies"):
        (tmp_path / name).mkdir()
    settings.DATA_DIR, settings.KEY_DIR = tmp_path / "data", tmp_path / "keys"
    settings.BACKUP_DIR, settings.KEY_BACKUP_DIR = tmp_path / "backups", str(tmp_path / "copies")
    return settings


def ids():
    return [found.id for found in backup_checks.of_this_machine()]


def test_places_apart_are_fine(machine):
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "place", "found"),
    [
        ("BACKUP_DIR", "data/backups", "madoguchi.E030"),
        ("BACKUP_DIR", "keys", "madoguchi.E030"),
        ("KEY_BACKUP_DIR", "data/copies", "madoguchi.E030"),
        ("KEY_BACKUP_DIR", "backups/copies", "madoguchi.E031"),
        ("BACKUP_DIR", "copies", "madoguchi.E031"),
    ],
)
def test_what_would_be_lost_or_stolen_together_is_refused(name, place, found, machine, tmp_path):
    setattr(machine, name, tmp_path / place)

    assert ids() == [found]


def test_nothing_starts_on_half_a_restore(machine):
    Path(machine.DATA_DIR, UNFINISHED).touch()

    assert ids() == ["madoguchi.E032"]


@pytest.mark.parametrize(
    ("at", "found"), [("3:30", []), ("25:00", ["madoguchi.E033"]), ("", ["madoguchi.E033"])]
)
def test_the_time_of_the_backup_is_a_time(at, found, machine):
    machine.BACKUP_AT = at

    assert ids() == found
