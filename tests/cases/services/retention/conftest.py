"""A manager and a second one, and cases of several years, closed and open, on a fixed day."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine

from cases.law.calendar import TOKYO
from cases.records.case import Case
from cases.services import followup
from consult.shell.accounts import Account
from tests import builders

NOW = datetime(2032, 4, 10, 9, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _quiet_surroundings(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.COLUMNS_DIR = tmp_path / "columns"
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(db: None) -> Account:
    return builders.account("MANAGER")


@pytest.fixture
def second(db: None) -> Account:
    return builders.account("MANAGER")


@pytest.fixture
def closed(db: None) -> Callable[..., Case]:
    """`closed(date(2027, 3, 31))`: a case received and closed on that day."""
    by = builders.account()

    def make(day: date, *, outcome: str = "ADVICE", **more: Any) -> Case:
        case = builders.case(by=by, received_at=datetime.combine(day, time(10), TOKYO), **more)
        return followup.close_case(case.uid, outcome=outcome, closed_on=day, by=by)

    return make
