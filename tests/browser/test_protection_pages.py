"""The pages about looks, keys, backups, retention and masks in a browser: everybody can use them."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from cases.backup.models import Backup
from cases.law.calendar import TOKYO
from cases.protection import masking
from cases.protection.audit.models import AuditFault
from cases.records.case import Case
from cases.records.later_review import LaterReview
from cases.records.unusual import UnusualLooks
from cases.services import attachments, followup, glass, oversight
from cases.services.retention import disposal
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
LONG_AGO = datetime(2019, 4, 10, 10, tzinfo=TOKYO)
REASON = "本人が危ないと警察から連絡があった"


def guarded(by: Account) -> Case:
    """A case that holds whatever its page can hold."""
    case = builders.case(by=by, caller=builders.person(), party=builders.person(name="鈴木 和子"))
    attachments.attach(case.uid, "写し.txt", io.BytesIO(b"text"), size=4, by=by)
    glass.break_glass(case.uid, reason=REASON, by=builders.account("MANAGER", at=by.centre), told=[])
    return case


def due(by: Account) -> Case:
    case = builders.case(by=by, received_at=LONG_AGO)
    return followup.close_case(case.uid, outcome="ADVICE", closed_on=LONG_AGO.date(), by=by)


def looked_at(by: Account) -> None:
    guarded(by)
    row = {"kind": "REVEALS", "since": timezone.now(), "count": 99, "limit": 40}
    UnusualLooks.objects.create(
        account=builders.account(at=by.centre), centre=by.centre, span=UnusualLooks.Span.HOUR, **row
    )


def kept(by: Account) -> Backup:
    place = {"folder": "/mnt/backup", "file_name": "a.backup", "size": 5_000_000}
    return Backup.objects.create(
        taken_at=timezone.now(), finished_at=timezone.now(), check_fault="壊れています", **place
    )


def done_alone(by: Account) -> None:
    case, colleague = builders.case(by=by), builders.account("MANAGER", at=by.centre)
    oversight.note_alone(LaterReview.Kind.BREAK_GLASS, case.uid, centre=by.centre, by=colleague)


def with_faults(by: Account) -> None:
    fault = {"kind": "ENTRY_CHANGED", "chain": "case/x", "seq": 3, "found_at": timezone.now()}
    AuditFault.objects.create(case_uid=builders.case(by=by).uid, **fault)


Ask = Callable[[Account, Client], object]
PAGES: dict[str, Ask] = {
    "today": lambda by, client: (looked_at(by), client.get(reverse("today")))[1],
    "protection": lambda by, client: (looked_at(by), client.get(reverse("protection")))[1],
    "week-looks": lambda by, client: (looked_at(by), client.get(reverse("week-looks")))[1],
    "looks": lambda by, client: (looked_at(by), client.get(reverse("looks")))[1],
    "later-reviews": lambda by, client: (done_alone(by), client.get(reverse("later-reviews")))[1],
    "log-state": lambda by, client: (with_faults(by), client.get(reverse("log-state")))[1],
    "keys": lambda _by, client: client.get(reverse("keys")),
    "backups": lambda by, client: (kept(by), client.get(reverse("backups")))[1],
    "backup refused": lambda by, client: client.post(reverse("backup-copy", args=[kept(by).uid])),
    "case-looks": lambda by, client: client.get(reverse("case-looks", args=[guarded(by).uid])),
    "case": lambda by, client: client.get(reverse("case", args=[guarded(by).uid])),
    "case refused": lambda by, client: client.post(reverse("case-link", args=[guarded(by).uid])),
    "masks": lambda by, client: client.post(reverse("case-masks", args=[guarded(by).uid])),
    "masking": lambda by, client: (
        masking.suggest("みどり生協", "ALLOW", centre=by.centre, by=by),
        client.get(reverse("masking")),
    )[1],
    "retention": lambda by, client: (due(by), client.get(reverse("retention")))[1],
    "retention-case refused": lambda by, client: client.post(
        reverse("retention-case-erase", args=[due(by).uid])
    ),
    "disposal": lambda by, client: (
        due(by),
        client.get(reverse("disposal", args=[disposal.propose_due(by.centre, by=by).uid])),
    )[1],
}


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("protection", "week-looks", "case", "disposal")),
    ],
)
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(PAGES[name](everybody, client).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
