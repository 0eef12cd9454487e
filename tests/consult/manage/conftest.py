"""A centre with consultations of this fiscal year and the last, and the people who count them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.law.calendar import TOKYO
from cases.records import codes
from cases.records.centre import Centre
from consult.shell.accounts import Account
from tests import builders

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _quiet_surroundings(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Own columns, a fixed clock, and code sets that stay in memory however slow the machine is."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    monkeypatch.setattr(codes, "_FRESH_SECONDS", 10**9)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def centre(db: None) -> Centre:
    return builders.centre()


@pytest.fixture
def counsellor(centre: Centre) -> Account:
    return builders.account("COUNSELLOR", at=centre)


@pytest.fixture
def manager(centre: Centre) -> Account:
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def administrator(centre: Centre) -> Account:
    return builders.account("ADMIN", at=centre)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def desk_of_numbers(manager: Account) -> Client:
    return signed_in(manager)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=TOKYO)


# (手口, ほかの手口, 年齢, 性別, 受付日)
CARDS = [
    ("INSPECTION", ("RESCUE_SERVICE",), 78, "FEMALE", on(2026, 4, 1)),
    ("INSPECTION", (), 66, "MALE", on(2026, 5, 11)),
    ("INSPECTION", (), None, "", on(2026, 11, 20)),
    ("FAKE_SHOP", (), 34, "FEMALE", on(2026, 6, 2)),
    ("FAKE_SHOP", ("PHISHING",), 65, "FEMALE", on(2026, 6, 3)),
    ("SUPPORT_SCAM", (), 64, "MALE", on(2026, 7, 7)),
    ("INSPECTION", (), 80, "MALE", on(2025, 4, 1)),
    ("FAKE_SHOP", (), 20, "MALE", on(2025, 11, 20)),
    ("FAKE_SHOP", (), 21, "MALE", on(2025, 11, 21)),  # after the same day of last year
    ("SUPPORT_SCAM", (), 70, "MALE", on(2026, 3, 31)),  # last fiscal year, beyond the period compared
]


@pytest.fixture
def cards(counsellor: Account) -> list[Any]:
    """CARDS recorded at the centre, and one of another centre that no number here may hold."""
    for scam, others, age, sex, received_at in CARDS:
        builders.case(
            by=counsellor, scam_main=scam, scam_others=others, age=age, sex=sex, received_at=received_at
        )
    builders.case(by=builders.account(at=builders.centre("kita")), received_at=on(2026, 5, 1))
    return CARDS
