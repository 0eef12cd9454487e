"""A search file of its own for every test, and cases made the way the desk makes them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cases import feed
from cases.jobs import claim_and_run
from cases.records.case import Case
from cases.records.centre import Centre
from cases.services.entry import CaseEntry, PersonEntry
from cases.services.intake import record_case
from search.engine import engine

STAFF_UID = uuid.UUID(int=7)


@dataclass(frozen=True)
class Staff:
    centre_ids: frozenset[int]
    pk: int | None = None
    uid: uuid.UUID = STAFF_UID
    role: str = "COUNSELLOR"


@pytest.fixture(autouse=True)
def search_file(tmp_path: Path, settings: Any) -> Path:
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"
    return tmp_path / "search.sqlite3"


@pytest.fixture
def centre(db: None) -> Centre:
    return Centre.objects.create(code="aoba", name="青葉消費生活センター")


@pytest.fixture
def other_centre(db: None) -> Centre:
    return Centre.objects.create(code="hikari", name="光消費生活センター")


@pytest.fixture
def staff(centre: Centre) -> Staff:
    return Staff(frozenset({centre.pk}))


@pytest.fixture
def empty_engine(db: None) -> None:
    """An engine that has been fed all there is."""
    engine().wipe()
    engine().complete()


Record = Callable[..., Case]


@pytest.fixture
def record(centre: Centre) -> Record:
    def made(
        narrative: str, *, at: Centre = centre, received_on: date = date(2026, 4, 9), **more: Any
    ) -> Case:
        entry = CaseEntry(
            uid=uuid.uuid4(),
            received_at=datetime(received_on.year, received_on.month, received_on.day, 3, tzinfo=UTC),
            channel="PHONE",
            narrative=narrative,
            scam_main="INSPECTION",
            party=PersonEntry(name="見本 花子", phone="090-1111-2222"),
        )
        return record_case(replace(entry, **more), centre=at, by=Staff(frozenset({at.pk}))).case

    return made


@pytest.fixture
def worked() -> Callable[[], None]:
    """Everything that a worker would do for search: the feed, then the jobs it queued."""

    def work() -> None:
        feed.drain("search", 10_000)
        while claim_and_run(worker="test"):
            pass

    return work
