"""A machine on which all is well: a worker just seen, no habit of any centre, columns of its own."""

from pathlib import Path
from typing import Any

import pytest

from cases import held
from cases.health import Level, Reading, readings
from cases.jobs import signs
from cases.jobs.lanes import EVERY


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.fixture
def worker(db: None) -> None:
    signs.give(EVERY, "w")


def read() -> dict[str, Reading]:
    """All readings by name, looked at anew."""
    held.forget_all()
    return {reading.name: reading for rows in readings().values() for reading in rows}


def levels() -> dict[str, Level]:
    """Of those that are not well."""
    return {name: reading.level for name, reading in read().items() if not reading.is_well}
