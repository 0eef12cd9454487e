"""No value is shown where the log cannot be written: every door, every way in which the writing can fail."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases.protection import audit, contacts, keys, match, redacted, reveal
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry
from cases.records.case import Case
from consult.shell import drafts
from consult.shell.accounts import Account
from outreach.lectures.models import Lecture
from outreach.lectures.services import LecturePlan, plan_lecture
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

NAME, PHONE, WORDS, LECTURER = "鬼塚 紗都香", "080-7012-3456", "無料点検の後で高額な工事", "蛯沢 翠蓮"
VALUES = (NAME, "紗都香", PHONE, WORDS, LECTURER)


@dataclass
class Desk:
    by: Account
    case: Case
    draft: uuid.UUID
    lecture: Lecture
    client: Client


@pytest.fixture
def desk() -> Desk:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person(name=NAME, phone=PHONE), narrative=WORDS)
    draft = uuid.uuid4()
    drafts.save(draft, {"narrative": [WORDS], "caller_name": [NAME]}, sequence=1, by=by)
    audit.record("SIGNED_IN", by=by)  # so that the chain of the day is there to be locked
    audit.record("SIGNED_IN", by=by, centre=by.centre)
    client = Client(raise_request_exception=False)
    client.force_login(by)
    return Desk(by, case, draft, _lecture(by), client)


def _lecture(by: Account) -> Lecture:
    plan = LecturePlan(
        title="講座", held_on=date(2026, 12, 10), starts_at=time(10), ends_at=time(11), venue="公民館",
        audience="KOREISHA", lecturer=LECTURER,
    )  # fmt: skip
    return plan_lecture(plan, centre=by.centre, by=by).lecture


# --- how the writing fails ---------------------------------------------------------------------------------------
@contextmanager
def database_error() -> Iterator[None]:
    with mock.patch(
        "cases.protection.audit.chain._link", side_effect=OperationalError("server closed the connection")
    ):
        yield


@contextmanager
def disk_full() -> Iterator[None]:
    with mock.patch("cases.protection.audit.chain._link", side_effect=OSError(28, "No space left on device")):
        yield


@contextmanager
def key_gone() -> Iterator[None]:
    """The chain keys are gone; all others are still there."""
    folder = Path(settings.KEY_DIR)
    held = {file: file.read_bytes() for file in folder.glob("*/chain-v*.key")}
    for file in held:
        file.unlink()
    keys.forget()
    try:
        yield
    finally:
        for file, key in held.items():
            file.write_bytes(key)
            file.chmod(0o400)
        keys.forget()


@contextmanager
def head_locked() -> Iterator[None]:
    """Another connection holds every head, or on SQLite the one write lock; nobody waits longer than a moment."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(AuditHead.objects.select_for_update())
            locked.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'")
        try:
            yield
        finally:
            done.set()
            holder.join()
            cursor.execute("PRAGMA busy_timeout = 20000" if is_sqlite else "RESET lock_timeout")


FAILURES = (database_error, disk_full, key_gone, head_locked)


# --- the doors ---------------------------------------------------------------------------------------------------
DOORS: dict[str, Callable[[Desk], Any]] = {
    "reveal": lambda d: reveal.reveal(d.case.uid, ["caller.name"], by=d.by, purpose="CONSULTATION"),
    "contacts.reveal": lambda d: contacts.reveal(
        d.lecture, ["lecturer"], by=d.by, centre=d.by.centre, purpose="CONSULTATION"
    ),
    "redacted_text": lambda d: redacted.redacted_text([d.case.uid], by=d.by),
    "match.same_phone": lambda d: match.same_phone(PHONE, by=d.by),
    "match.surname": lambda d: match.surname("鬼塚", by=d.by),
    "match.analyse": lambda d: match.analyse([d.case], lambda *_given: pytest.fail("analysed"), by=d.by),
    "drafts.restore": lambda d: drafts.restore(d.draft, by=d.by),
}
PAGES: dict[str, Callable[[Desk], Any]] = {
    "case": lambda d: d.client.get(reverse("case", args=[d.case.uid])),
    "reveal": lambda d: d.client.post(reverse("case-reveal", args=[d.case.uid]), {"purpose": "CONSULTATION"}),
    "intake": lambda d: d.client.get(reverse("intake", args=[d.draft])),
    "list": lambda d: d.client.get(reverse("cases")),
    "find by phone": lambda d: d.client.post(reverse("find"), {"text": PHONE}),
    "api case": lambda d: d.client.get(reverse("api-case", args=[d.case.uid])),
    "correct": lambda d: d.client.get(reverse("case-correct", args=[d.case.uid])),
}


@pytest.mark.parametrize("fails", FAILURES)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_a_door_stays_shut(desk: Desk, door: Callable[[Desk], Any], fails: Any) -> None:
    logged = AuditEntry.objects.count()

    with fails(), pytest.raises((OSError, OperationalError, audit.ChainKeyMissing)):
        door(desk)

    assert AuditEntry.objects.count() == logged
    door_opens = DOORS["redacted_text"](desk)
    assert len(door_opens) == 1  # and opens again once the log can be written


@pytest.mark.parametrize("fails", FAILURES)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_shows_nothing(desk: Desk, page: Callable[[Desk], Any], fails: Any) -> None:
    with fails():
        answer = page(desk)

    assert answer.status_code in (500, 503)
    shown = answer.content.decode()
    assert not [value for value in VALUES if value in shown or json.dumps(value) in shown]
