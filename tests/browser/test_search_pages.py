"""The search page in a browser: everybody can use it; words, narrowing, keeping and asking again by keys alone."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run
from cases.law.calendar import TOKYO
from consult.shell.accounts import Account
from search import words
from search.errors import SearchUnavailable
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse, sign_in
from tests.browser.gate import gate

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 800}
PAGES = (
    "blank",
    "words",
    "narrowed",
    "codes",
    "nothing",
    "meant",
    "person",
    "refused",
    "away",
    "name missing",
)


@pytest.fixture(autouse=True)
def search_file(tmp_path: Any, settings: Any) -> None:
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


def work() -> None:
    feed.drain("search", 1_000)
    while claim_and_run(worker="test"):
        pass


def cases_of(by: Account) -> None:
    for number in range(12):
        builders.case(
            by=by, narrative=f"屋根の工事{number}を契約した。解約したいと言う。", contract_yen=500_000,
            scam_main="FAKE_SHOP" if number % 3 else "INSPECTION", age=70 + number,
            received_at=datetime(2026, 10, 1 + number, 9, tzinfo=TOKYO), caller=builders.person(),
        )  # fmt: skip
    work()


@pytest.fixture
def counsellor(db: None) -> Account:
    account = builders.account()
    cases_of(account)
    return account


def page_of(name: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    keeping = {"text": "屋根", "keep-uid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "keep-watches": "on"}
    client.post(reverse("find-keep"), {**keeping, "keep-name": "屋根"})
    asked = {
        "words": {"text": "契約 屋根"},
        "narrowed": {"text": "契約", "main": "INSPECTION", "yen_from": "10万", "since": "10/1"},
        "codes": {"scam": "FAKE_SHOP"},
        "nothing": {"text": "無い言葉"},
        "meant": {"text": "かいやくく", "main": "INSPECTION"},
        "person": {"text": "090-1234-5678"},
        "refused": {"text": "契約", "yen_from": "たくさん"},
        "away": {"text": "契約"},
    }
    if name == "away":

        def down(*_args: Any, **_more: Any) -> None:
            raise SearchUnavailable

        monkeypatch.setattr(words, "find", down)
    if name == "blank":
        answer = client.get(reverse("find"))
    elif name == "name missing":
        answer = client.post(reverse("find-keep"), {**keeping, "keep-name": ""})
    else:
        answer = client.post(reverse("find"), asked[name])
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("blank", "words", "meant", "refused")),
    ],
)
def test_a_page_keeps_nobody_out(
    name: str,
    width: str,
    counsellor: Account,
    shown: Shown,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Client()
    client.force_login(counsellor)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(page_of(name, client, monkeypatch))

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.django_db(transaction=True)
def test_words_are_found_narrowed_kept_and_asked_again_without_a_mouse(page: Page, live_server: Any) -> None:
    by = builders.account()
    cases_of(by)
    no_mouse(page)
    sign_in(page, live_server, by)
    page.goto(f"{live_server.url}{reverse('find')}")
    expect(page.locator("#id_text")).to_be_focused()

    page.keyboard.type("屋根 契")
    expect(page.locator("#id_text_options option")).to_have_attribute("value", "屋根 契約")
    page.keyboard.type("約")
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_contain_text("12件")
    expect(page.locator("mark").first).to_have_text("屋根")
    assert "%E5%B1%8B" not in page.url

    page.keyboard.press("Alt+g")
    expect(page.locator(".card__head")).to_contain_text(["11〜12件目"])
    page.keyboard.press("Alt+1")
    expect(page.locator(".chip-list")).to_contain_text("主な手口")
    expect(page.locator("#found-title")).to_contain_text("8件")

    page.locator("summary", has_text="この検索を保存する").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("屋根の通販")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--success")).to_contain_text("検索を保存しました")

    page.keyboard.press("Alt+1")
    expect(page.locator("#found-title")).to_contain_text("8件")
    expect(page.locator("#id_text")).to_have_value("屋根 契約")
