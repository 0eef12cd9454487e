"""Letters, the memo, accidents and shares in a browser: everybody can use them, and paper holds what was written."""

import uuid
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.law.calendar import TOKYO
from cases.services import accidents, letters, watch_share
from cases.services.card_entry import TransferEntry
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate
from tests.cases.services.test_letters import entry as letter_entry
from tests.cases.services.test_watch_share import entry as share_entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
PAGES = (
    "letters", "a letter to word", "a letter refused", "a letter", "a postcard", "a mail", "a memo",
    "an accident to decide", "an accident", "accidents", "a share to make", "a share refused", "a share",
    "a share on paper", "shares",
)  # fmt: skip


def page_of(name: str, account: Account, client: Client) -> str:
    """The page with something on it."""
    case = builders.case(
        by=account, party=builders.person(name="鈴木 和子", address="架空市北町1-2"), harm="HARM",
        contracted_on=date(2026, 11, 20),
        transfers=(
            TransferEntry(
                happened_at=datetime(2026, 11, 20, 9, 15, tzinfo=TOKYO), yen=500_000, institution="架空銀行",
                account="1234567", holder="カクウ タロウ",
            ),
        ),
    )  # fmt: skip
    chosen = {"kind": "COOLING_OFF_TRADER", "contract": "door_to_door", "medium": "POSTCARD"}
    card = letters.keep(case.uid, letter_entry(text="契約を解除します。"), by=account)
    mail = letters.keep(case.uid, letter_entry(medium="ELECTRONIC"), by=account)
    decided = accidents.decide(
        case.uid, uid=uuid.uuid4(), answers={"fire": "yes"}, items={"summary": "発火した。"}, by=account
    )
    share = watch_share.share(case.uid, share_entry(), by=account)
    of_case = lambda url: reverse(url, args=[case.uid])  # noqa: E731 - many of them
    answers = {
        "letters": lambda: client.get(of_case("letters")),
        "a letter to word": lambda: client.post(of_case("letter-write"), chosen),
        "a letter refused": lambda: client.post(of_case("letter-keep"), {"text": ""}),
        "a letter": lambda: client.get(reverse("letter", args=[card.uid])),
        "a postcard": lambda: client.post(reverse("letter-print", args=[card.uid])),
        "a mail": lambda: client.post(reverse("letter-print", args=[mail.uid])),
        "a memo": lambda: client.get(of_case("transfer-memo")),
        "an accident to decide": lambda: client.get(of_case("case-accident")),
        "an accident": lambda: client.post(reverse("accident-items", args=[decided.uid])),
        "accidents": lambda: client.get(reverse("accidents")),
        "a share to make": lambda: client.get(of_case("case-watch-share")),
        "a share refused": lambda: client.post(of_case("case-watch-share"), {"uid": str(uuid.uuid4())}),
        "a share": lambda: client.post(reverse("watch-share-open", args=[share.uid])),
        "a share on paper": lambda: client.post(reverse("watch-share-print", args=[share.uid])),
        "shares": lambda: client.get(reverse("watch-shares")),
    }
    return str(answers[name]().content.decode())


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("a postcard", "a memo", "a share refused")),
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


def test_a_postcard_is_life_size_on_paper(everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    shown(page_of("a postcard", everybody, client))
    page.emulate_media(media="print")
    box = page.locator(".postcards__pair .postcard").first.bounding_box()

    assert box is not None
    assert [round(side / 96 * 25.4) for side in (box["width"], box["height"])] == [100, 148]
