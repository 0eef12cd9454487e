import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from cases.backup import trying
from cases.backup.models import Backup
from cases.backup.telling import silent
from tests import builders
from tests.cases.jobs.conftest import environment, spawn

__all__ = ["environment", "spawn"]


@pytest.fixture
def backups(settings, tmp_path) -> Path:
    """An empty disk for backups, and data that lie elsewhere."""
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.KEY_BACKUP_DIR = ""
    return settings.BACKUP_DIR


@pytest.fixture
def desk(transactional_db, backups):
    """A counsellor at work."""
    return builders.account()


@pytest.fixture
def inside(tmp_path) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Asks a backup in SQL: it is opened and restored beside the data for this one question."""

    def ask(row: Backup, question: str) -> list[tuple[Any, ...]]:
        scratch = tmp_path / row.uid.hex
        scratch.mkdir()
        payload = trying.opened(Path(row.folder) / row.file_name, scratch, tell=silent)
        with trying.database_of(payload) as url:
            if connection.vendor == "sqlite":
                with closing(sqlite3.connect(payload.path)) as database:
                    return database.execute(question).fetchall()
            with psycopg.connect(str(url).replace(":@", "@")) as server:
                return server.execute(question).fetchall()

    return ask


def halves(folder: Path) -> list[str]:
    """Names in the folder that are neither the mark, nor a finished backup with its description."""
    names = {path.name for path in folder.iterdir()}
    whole = {name for name in names if name.endswith(".backup") and not name.startswith(".")}
    return sorted(
        names - whole - {f"{name}.json" for name in whole} - {".madoguchi-place.json", "erased.jsonl"}
    )


def described(file: Path) -> dict[str, Any]:
    """What stands beside the file in the clear."""
    return json.loads(Path(f"{file}.json").read_text())
