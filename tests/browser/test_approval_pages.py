"""決裁 in a browser: the pages keep nobody out, and what the script does."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.protection import seen
from cases.records.case import Case
from cases.records.centre import Centre
from cases.services import approval, followup
from consult.shell import roles
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate
from tests.cases.services.test_approval import asked, returned
from tests.cases.services.test_followup import note

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}


@pytest.fixture
def everybody(db: None) -> Account:
    """Somebody who may open every page; colleagues did what is to be looked at."""
    account = builders.account(at=Centre.objects.first())
    account.role_codes = list(roles.ROLES)
    account.save()
    return account


def changed(by: Account) -> Case:
    """A case that was seen, changed in every way, and waits."""
    colleague = builders.account(at=by.centre)
    case = asked(colleague, caller=builders.person())
    seen.keep(case.uid, revision=case.revision, by=by)
    entry = builders.entry(
        uid=case.uid, caller=builders.person(), narrative="無料の屋根点検の後、178万円の工事を契約した。",
        contract_yen=1_780_000,
    )  # fmt: skip
    followup.correct_case(entry, revision=case.revision, by=colleague)
    followup.add_follow_up(case.uid, note(), by=colleague)
    return case


def came_back(by: Account) -> Case:
    case = asked(by)
    returned(case, builders.account("APPROVER", at=by.centre))
    return case


def approved_and_changed(by: Account) -> Case:
    case = asked(by)
    approver = builders.account("APPROVER", at=by.centre)
    approval.approve(case.uid, uid=uuid.uuid4(), revision=case.revision, by=approver, able=[])
    followup.add_follow_up(case.uid, note(), by=by)
    return case


Ask = Callable[[Account, Client], object]
PAGES: dict[str, Ask] = {
    "list": lambda by, client: (changed(by), asked(by), client.get(reverse("approvals")))[2],
    "empty list": lambda _by, client: client.get(reverse("approvals")),
    "card": lambda by, client: client.get(reverse("approval", args=[changed(by).uid])),
    "card refused": lambda by, client: client.post(reverse("approval-reveal", args=[changed(by).uid])),
    "card revealed": lambda by, client: client.post(
        reverse("approval-reveal", args=[changed(by).uid]), {"reason": "契約書と照らす"}
    ),
    "asking again": lambda by, client: client.get(reverse("case-approval", args=[came_back(by).uid])),
    "own": lambda by, client: (came_back(by), approved_and_changed(by), client.get(reverse("own-approvals")))[
        2
    ],
    "case that came back": lambda by, client: client.get(reverse("case", args=[came_back(by).uid])),
}


@pytest.mark.parametrize(
    ("name", "width"),
    [*((name, "desk") for name in PAGES if name != "card"), ("list", "phone"), ("card", "phone")],
)
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(PAGES[name](everybody, client).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
