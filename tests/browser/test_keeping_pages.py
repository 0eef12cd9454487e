"""Keeping contacts, verdicts, a household in question: their pages keep nobody out, on a telephone neither."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.law import calendar
from cases.law.watch_share import Basis
from cases.services import watch_share, watch_verdicts
from cases.services.watch_share import ShareEntry
from cases.services.watch_verdicts import VerdictEntry
from consult.shell.accounts import Account
from outreach.devices import services as devices
from outreach.devices.services import Borrower, KindEntry, LoanEntry
from outreach.network import services as network
from outreach.network.services import ContactEntry, MemberEntry
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 900}


def shared(by: Account) -> tuple[uuid.UUID, uuid.UUID]:
    """A case and what of it was handed over, with what its recipient said."""
    case = builders.case(by=by)
    entry = ShareEntry(
        uid=uuid.uuid4(), basis=Basis(ground="COUNCIL", is_council=True), recipient_kind="WELFARE_CENTRE",
        recipient="北地域包括支援センター", person="", purpose="VISIT", fields=(), means="ORAL", note="声かけ",
        dispose_by=calendar.today() + timedelta(days=30),
    )  # fmt: skip
    row = watch_share.share(case.uid, entry, by=by)
    said = VerdictEntry(verdict="INCOMPLETE", said_on=calendar.today(), said_by="PHONE", words="住所がない")
    watch_verdicts.note_verdict(row.uid, said, by=by)
    return case.uid, row.uid


def ended_member(by: Account) -> None:
    entry = MemberEntry(kind="AGREEMENT", name="みなと新聞店", channel="HAND")
    made = network.add(uuid.uuid4(), entry, centre=by.centre, by=by)
    network.keep_contact(made.uid, ContactEntry(name="佐藤 一郎"), by=by)
    network.end(made.uid, on=calendar.today() - timedelta(days=300), by=by)


def asked_about(by: Account) -> uuid.UUID:
    """An application whose address is another's but for the room."""
    kind = devices.save_kind(uuid.uuid4(), KindEntry(name="自動通話録音機"), centre=by.centre, by=by)
    loan = None
    for n, address in enumerate(("北町1-2-3-101", "北町1-2-3")):
        borrower = Borrower(name="架空 花子", phone=f"03-0000-010{n}", address=address)
        loan, _masked = devices.apply(
            kind.uid, LoanEntry(borrower=borrower, applied_on=calendar.today()), by=by
        )
    assert loan is not None
    return loan.uid


def answers(client: Client, by: Account) -> dict[str, Any]:
    case, share = shared(by)
    ended_member(by)
    return {
        "keeping": client.get(reverse("outreach-keeping")),
        "wrong years": client.post(reverse("outreach-years"), {"MEMBERS": "百", "SUPPORTERS": "0"}),
        "share": client.get(reverse("watch-share", args=[share])),
        "wrong verdict": client.post(reverse("watch-share-verdict", args=[share]), {"verdict": "GOOD"}),
        "answering": client.get(f"{reverse('case-watch-share', args=[case])}?answers={share}"),
        "shares": client.get(reverse("watch-shares")),
        "worries": client.get(reverse("network-worries")),
        "household": client.get(reverse("loan", args=[asked_about(by)])),
    }


@pytest.mark.django_db
def test_the_pages_keep_nobody_out(everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    wrong = {}
    for name, answer in answers(client, everybody).items():
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)  # type: ignore[arg-type] - a plain dict
            shown(answer.content.decode())
            is_wide = page.evaluate("document.documentElement.scrollWidth") > size["width"]
            # The walk by Tab takes its time: once a page, where it is narrow.
            faults = gate(page) if size is NARROW else []
            if answer.status_code != (422 if "wrong" in name else 200) or is_wide or faults:
                wrong[name, size["width"]] = (answer.status_code, is_wide, faults)

    assert wrong == {}
