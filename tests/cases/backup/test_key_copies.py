"""Sealed copies of keys on a medium of their own: what is new comes, what was destroyed goes, what was lost stays."""

import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from cases.backup import key_copies
from cases.backup.key_copies import State
from cases.protection.keys.models import KeyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def escrow(settings, tmp_path) -> Path:
    """The folder of sealed copies, with two of them."""
    settings.KEY_ESCROW_DIR, settings.KEY_BACKUP_DIR = tmp_path / "copies", str(tmp_path / "medium")
    settings.BACKUP_DIR = tmp_path / "backups"
    seal(tmp_path / "copies", "index/v1")
    seal(tmp_path / "copies", "backup/v1")
    return tmp_path / "copies"


def seal(folder: Path, name: str) -> Path:
    path = folder / f"{name}.key.sealed"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sealed " + name.encode())
    return path


def version(state=KeyVersion.State.CURRENT) -> KeyVersion:
    now = timezone.now()
    ended = {"retired_at": now, "destroyed_at": now} if state == KeyVersion.State.DESTROYED else {}
    return KeyVersion.objects.create(
        domain="case", centre_uid=uuid.uuid4(), cohort=2026, version=1, state=state, provider="file", **ended
    )


def destroy(row: KeyVersion, escrow: Path) -> None:
    (escrow / f"{row.kek}.key.sealed").unlink()
    now = timezone.now()
    KeyVersion.objects.filter(pk=row.pk).update(
        state=KeyVersion.State.DESTROYED, retired_at=now, destroyed_at=now
    )


def on(medium: Path) -> set[str]:
    return {path.relative_to(medium).as_posix() for path in medium.rglob("*.sealed")}


def test_new_copies_come_to_the_medium_and_then_there_is_nothing_to_do(escrow, tmp_path):
    assert key_copies.is_behind()

    assert key_copies.mirror().state == State.FINE

    assert on(tmp_path / "medium") == {"index/v1.key.sealed", "backup/v1.key.sealed"}
    assert not key_copies.is_behind()
    seal(escrow, "audit/v1")
    assert key_copies.is_behind()


def test_the_copy_of_a_destroyed_key_goes(escrow, tmp_path):
    row = version()
    name = seal(escrow, str(row.kek)).relative_to(escrow).as_posix()
    key_copies.mirror()
    assert name in on(tmp_path / "medium")

    destroy(row, escrow)

    assert key_copies.standing().left_over == (name,)
    assert key_copies.mirror().state == State.FINE
    assert name not in on(tmp_path / "medium")


def test_a_copy_that_was_lost_stays_on_the_medium(escrow, tmp_path):
    key_copies.mirror()
    (escrow / "index/v1.key.sealed").unlink()

    key_copies.mirror()

    assert "index/v1.key.sealed" in on(tmp_path / "medium")


def test_a_medium_that_is_away_is_named_with_what_must_still_go(escrow, tmp_path):
    row = version()
    name = seal(escrow, str(row.kek)).relative_to(escrow).as_posix()
    key_copies.mirror()
    away = (tmp_path / "medium").rename(tmp_path / "away")
    assert (key_copies.standing().state, key_copies.standing().left_over) == (State.AWAY, ())

    destroy(row, escrow)

    found = key_copies.standing()
    assert (found.state, found.left_over) == (State.AWAY, (name,))
    assert key_copies.mirror().state == State.AWAY
    assert not (tmp_path / "medium").exists()
    away.rename(tmp_path / "medium")
    assert key_copies.is_behind()
    key_copies.mirror()
    assert name not in on(tmp_path / "medium")


def test_without_a_medium_it_is_said(escrow, settings):
    settings.KEY_BACKUP_DIR = ""

    assert key_copies.mirror().state == State.NOWHERE
    assert not key_copies.is_behind()


def test_keys_are_never_copied_in_the_open(escrow, settings, tmp_path):
    (escrow / "index/v1.key").write_bytes(b"a key in the open")

    key_copies.mirror()

    assert not list((tmp_path / "medium").rglob("*.key"))
