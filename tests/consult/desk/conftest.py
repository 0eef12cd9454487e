"""Accounts of the desk, and clients that are signed in as them."""

import math
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import feed
from cases.jobs import claim_and_run
from cases.records import codes
from cases.records.attachment import Attachment
from cases.records.case import Case
from consult.shell.accounts import Account
from tests import builders


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def paper_of(client: Client, case: Case) -> bytes:
    """The one file of a case, as one of its own people takes it away."""
    file: Any = client.post(reverse("file-take", args=[Attachment.objects.get(case=case).uid]))
    return b"".join(file.streaming_content)


@pytest.fixture(autouse=True)
def monday(time_machine: Any) -> None:
    """Days are typed without a year, so the day of the test is fixed."""
    time_machine.move_to("2026-11-23 10:00 +0900", tick=True)


@pytest.fixture(autouse=True)
def search_file(tmp_path: Path, settings: Any) -> None:
    """A search file of its own for every test."""
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.fixture
def counsellor(db: None) -> Account:
    return builders.account()


@pytest.fixture
def manager(counsellor: Account) -> Account:
    return builders.account("MANAGER", at=counsellor.centre)


@pytest.fixture
def elsewhere(db: None) -> Account:
    """A counsellor of another centre."""
    return builders.account(at=builders.centre("hikari"))


@pytest.fixture
def desk(counsellor: Account) -> Client:
    return client_of(counsellor)


@pytest.fixture
def worked(db: None) -> Callable[[], None]:
    """Everything that a worker would do for search."""

    def work() -> None:
        feed.drain("search", 10_000)
        while claim_and_run(worker="test"):
            pass

    return work


@pytest.fixture
def uid() -> uuid.UUID:
    return uuid.uuid4()


def filled(**more: str) -> dict[str, str]:
    """What a browser sends for a short call."""
    return {
        "received_at": "2026-11-20 10:30",
        "channel": "PHONE",
        "kind": "COMPLAINT",
        "narrative": "無料の屋根点検だと言われ、その場で契約した。",
        "scam_main": "INSPECTION",
        "sequence": "1",
        "action": "save",
        **more,
    }


def queries_of(ask: Callable[[], object]) -> int:
    """How often the database is asked, without the marks of transactions.

    Moving the head of a chain belongs to the entry: on PostgreSQL both are one statement. Code sets are read afresh
    just before and stay in memory, so that their two seconds do not end in the middle.
    """
    codes._cache.clear()
    codes.codes(codes.Kind.KIND)
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", "UPDATE cases_audithead")
    with CaptureQueriesContext(connection) as queries, mock.patch.object(codes, "_FRESH_SECONDS", math.inf):
        ask()
    return sum(not query["sql"].startswith(marks) for query in queries)
