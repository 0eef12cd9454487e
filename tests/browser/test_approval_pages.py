"""決裁 in a browser: the pages keep nobody out, and what the script does."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.protection import seen
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.undo import UndoNote
from cases.services import approval, followup, undo, viewing
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate
from tests.cases.services.test_approval import asked, returned
from tests.cases.services.test_followup import note
from tests.consult.desk.test_correct import opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}


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


def lost(by: Account) -> Case:
    """A case whose row somebody deleted by hand."""
    case = asked(builders.account(at=by.centre))
    ApprovalStep.objects.all().delete()
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


def met(by: Account, client: Client) -> object:
    """The page of a correction in which both changed a field, and each another one."""
    case = builders.case(by=by, caller=builders.person(), contract_yen=1_480_000, paid_yen=0)
    sent = opened(client, case, contract_yen="150万円", paid_yen="10万円")
    client.post(
        reverse("case-correct", args=[case.uid]), opened(client, case, contract_yen="178万円", age="80")
    )
    return client.post(reverse("case-correct", args=[case.uid]), sent)


def taken_back(by: Account, client: Client) -> object:
    """A case with a withdrawn 経過, a deed that can be taken back, and a colleague who looks at it."""
    case = builders.case(by=by)
    followup.add_follow_up(case.uid, note(), by=by)
    undo.undo(case.uid, note_uid=UndoNote.objects.get(case=case).uid, by=by)
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=by)
    viewing.beat(case, is_editing=True, by=builders.account(at=by.centre))
    return client.get(reverse("case", args=[case.uid]))


Ask = Callable[[Account, Client], object]
PAGES: dict[str, Ask] = {
    "list": lambda by, client: (changed(by), asked(by), client.get(reverse("approvals")))[2],
    "list refused": lambda by, client: (lost(by), client.post(reverse("approvals-approve")))[1],
    "card": lambda by, client: client.get(reverse("approval", args=[changed(by).uid])),
    "card refused": lambda by, client: client.post(reverse("approval-reveal", args=[changed(by).uid])),
    "card revealed": lambda by, client: client.post(
        reverse("approval-reveal", args=[changed(by).uid]), {"reason": "契約書と照らす"}
    ),
    "own": lambda by, client: (came_back(by), approved_and_changed(by), client.get(reverse("own-approvals")))[
        2
    ],
    "two versions": met,
    "taken back": taken_back,
    "case that came back": lambda by, client: client.get(reverse("case", args=[came_back(by).uid])),
}


ON_A_PHONE = ("list", "card", "two versions")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(name: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    if name in ON_A_PHONE:
        page.set_viewport_size(NARROW)

    shown(PAGES[name](everybody, client).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
