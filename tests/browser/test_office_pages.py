"""Leaks, disclosures and requests in a browser: everybody can use their pages, on a desk and on a phone."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from cases import jobs
from cases.services import disclosures, leak_notices, leaks, requests
from cases.services.leaks import LeakEntry
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate
from tests.cases.services.test_disclosures import inquiry
from tests.cases.services.test_requests import NARRATIVE, wish

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
PAGES = (
    "leaks", "a leak", "a leak to be told", "a leak refused", "a report", "ledger", "an inquiry refused",
    "an inquiry", "requests", "a request to be told", "a request", "a part",
)  # fmt: skip


def page_of(name: str, account: Account, client: Client) -> str:
    """The page with something on it."""
    case = builders.case(
        by=account, narrative=NARRATIVE, caller=builders.person(), party=builders.person(name="鈴木 和子")
    )
    centre = account.centre
    entry = LeakEntry(
        uid=uuid.uuid4(), kind="LOSS", found_at=timezone.now(), scope="CASES", summary="紛失した。",
        case_uids=(case.uid,),
    )  # fmt: skip
    leak = leaks.report(entry, centre=centre, by=account)
    jobs.claim_and_run(leak.job.uid, worker="w")
    notice = leak_notices.ask(leak.uid, 1, by=account)
    leak_notices.approve(notice.uid, by=account, able=())
    asked = disclosures.enter(inquiry(case), centre=centre, by=account)
    disclosures.propose(asked.uid, "GIVE", given_fields=[], reason="", by=account)
    wished = requests.enter(wish(case, received_on=date(2026, 11, 2)), centre=centre, by=account)
    requests.prepare(wished.uid, by=account, looks=lambda _uid: "2026-11-20 相談を開いた 1回")
    part = wished.parts.get(name="narrative")
    answers = {
        "leaks": lambda: client.get(reverse("leaks")),
        "a leak": lambda: client.get(reverse("leak", args=[leak.uid])),
        "a leak to be told": lambda: client.get(reverse("leak-new")),
        "a leak refused": lambda: client.post(
            reverse("leak-list-take", args=[notice.uid]), {"reason": "短い"}
        ),
        "a report": lambda: client.get(reverse("leak-final", args=[leak.uid])),
        "ledger": lambda: client.get(reverse("disclosures")),
        "an inquiry refused": lambda: client.post(reverse("disclosure-new"), {"uid": str(uuid.uuid4())}),
        "an inquiry": lambda: client.get(reverse("disclosure", args=[asked.uid])),
        "requests": lambda: client.get(reverse("requests")),
        "a request to be told": lambda: client.get(reverse("request-new")),
        "a request": lambda: client.get(reverse("request", args=[wished.uid])),
        "a part": lambda: client.get(reverse("request-part", args=[part.uid])),
    }
    return str(answers[name]().content.decode())


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("a leak", "an inquiry refused", "a part")),
    ],
)
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(page_of(name, everybody, client))

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
