"""The register of traders in a browser: everybody can use its pages, and one key chooses a trader during a call."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.law import calendar
from cases.records.trader import Trader
from cases.services.card_entry import TraderEntry, TransferEntry
from cases.services.traders import keeping, tracks
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TrackEntry
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import sign_in
from tests.browser.gate import gate

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 800}
PAGES = (
    "list", "found", "nothing found", "trader", "merged trader", "form", "form refused", "comparing", "tracks",
    "a track", "a track refused", "choosing for a case", "case",
)  # fmt: skip


@pytest.fixture
def counsellor(db: None) -> Account:
    return builders.account()


@pytest.fixture
def traders(counsellor: Account) -> tuple[Trader, Trader]:
    """One with everything, and one more of a person."""
    centre = counsellor.centre
    first = keeping.add(
        uuid.uuid4(),
        TraderDetails(name="株式会社ミドリ住設", kana="ミドリジュウセツ"),
        centre=centre,
        by=counsellor,
    )
    keeping.add_name(first.uid, "グリーンホーム", "", by=counsellor)
    keeping.add_mark(first.uid, "PHONE", "03-1234-5678", by=counsellor)
    details = TraderDetails(name="北町の屋根の業者", is_person=True, person_name="鬼塚紗都香")
    second = keeping.add(uuid.uuid4(), details, centre=centre, by=counsellor)
    entry = TrackEntry(
        uid=uuid.uuid4(), kind="TRADER", source="POLICE", trader_uid=first.uid, text="生活安全課へ連絡する。",
        ends_on=calendar.today() + timedelta(days=30),
    )  # fmt: skip
    tracks.place(entry, centre=centre, by=counsellor)
    return first, second


def page_of(name: str, traders: tuple[Trader, Trader], by: Account, client: Client) -> str:
    first, second = traders
    to = (TransferEntry(institution="みどり銀行 北町支店", account="1234567"),)
    named = (TraderEntry(name="ミドリ", trader_uid=first.uid),)
    builders.case(by=by, transfers=to)
    case = builders.case(by=by, traders=named, transfers=to)
    pages = {
        "list": ("traders", (), None),
        "found": ("traders-find", (), {"text": "mi"}),
        "nothing found": ("traders-find", (), {"text": "ぬぬ"}),
        "trader": ("trader", (first.uid,), None),
        "merged trader": ("trader", (first.uid,), None),
        "form": ("trader-change", (second.uid,), None),
        "form refused": ("trader-new", (), {"uid": uuid.uuid4(), "name": "", "corporate_number": "12"}),
        "comparing": ("trader-merge", (first.uid,), {"other": second.uid}),
        "tracks": ("tracks", (), None),
        "a track": ("track-new", (), None),
        "a track refused": ("track-new", (), {"uid": uuid.uuid4(), "kind": "PHONE"}),
        "choosing for a case": ("case-trader", (case.uid,), {"text": "mi"}),
        "case": ("case", (case.uid,), None),
    }
    url_name, args, sent = pages[name]
    if name == "merged trader":
        client.post(reverse("trader-merge", args=[first.uid]), {"other": second.uid, "do": "merge"})
    url = reverse(url_name, args=args)
    return (client.get(url) if sent is None else client.post(url, sent)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("found", "merged trader", "comparing", "tracks", "case")),
    ],
)
def test_a_page_keeps_nobody_out(
    name: str, width: str, counsellor: Account, traders: tuple[Trader, Trader], shown: Shown, page: Page
) -> None:
    client = Client()
    client.force_login(counsellor)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(page_of(name, traders, counsellor, client))

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.django_db(transaction=True)
def test_one_key_chooses_the_trader_and_its_track_is_seen(page: Page, live_server: Any) -> None:
    """Two Latin letters, one key: name and trader are filled in, kept with the draft, and what to do stands on top."""
    by = builders.account()
    made = keeping.add(uuid.uuid4(), TraderDetails(name="ミドリ住設"), centre=by.centre, by=by)
    entry = TrackEntry(
        uid=uuid.uuid4(), kind="TRADER", source="POLICE", trader_uid=made.uid, text="生活安全課へ連絡する。",
        ends_on=calendar.today(),
    )  # fmt: skip
    tracks.place(entry, centre=by.centre, by=by)
    sign_in(page, live_server, by)
    page.goto(f"{live_server.url}{reverse('intake', args=[uuid.uuid4()])}")

    page.locator("#id_trader_name").focus()
    page.keyboard.type("mi")
    expect(page.locator("#hint-trader")).to_contain_text("ミドリ住設")
    page.keyboard.press("Alt+j")

    expect(page.locator("#id_trader_name")).to_have_value("ミドリ住設")
    expect(page.locator("#id_trader_uid")).to_have_value(str(made.uid))
    expect(page.locator("#hint-tracks")).to_contain_text("生活安全課へ連絡する。")
    expect(page.locator("#hint-trader input[type=radio]:checked")).to_have_value(str(made.uid))
    expect(page.locator("#draft-status")).to_contain_text("下書きを保存しました")
