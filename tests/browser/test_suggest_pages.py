"""分類の候補 beside their fields, and 増えている言葉: by keys alone, for everybody, on a narrow page too."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from consult.desk import panels
from consult.shell.accounts import Account
from search.hashing import product_hasher
from search.suggest import Suggested, Suggestion
from search.wave_rows import Wave, WaveCase
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
LONG = "とても長い言葉" * 6


@pytest.fixture
def intake(everybody: Account, shown: Shown, page: Page, monkeypatch: Any) -> Callable[[], Page]:
    """The intake page, whose words are answered with three suggestions."""
    found = {
        "scam_main": [
            Suggestion("scam_main", "INSPECTION", 0.82, ["屋根", LONG], 8, 10),
            Suggestion("scam_main", "HIDDEN_PURPOSE", 0.12, []),
        ],
        "product": [Suggestion("product", "ROOFING", 0.7, ["屋根"])],
    }

    def suggest(_text: str, *, chosen: Any, **_more: Any) -> Suggested:
        return Suggested({name: best for name, best in found.items() if not chosen.get(name)})

    monkeypatch.setattr("search.suggest.suggest", suggest)
    client, uid = Client(), uuid.uuid4()
    client.force_login(everybody)
    address = reverse("hint", args=[uid, "codes"])
    kept = '{"state": "stored", "message": ""}'
    shown.answers |= {reverse("hint", args=[uid, hint.name]): (200, "") for hint in panels.hints()}
    shown.answers |= {reverse("echo"): (200, ""), reverse("intake-draft", args=[uid]): (200, kept)}
    shown.answers[address] = (
        200,
        client.post(address, {"narrative": "屋根の点検に来て契約した。"}).content.decode(),
    )

    def opened() -> Page:
        shown(client.get(reverse("intake", args=[uid])).content.decode())
        return page

    return opened


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_key_puts_the_code_in_and_the_focus_stays_with_the_words(
    width: str, intake: Callable[[], Page], page: Page
) -> None:
    if width == "phone":
        page.set_viewport_size(NARROW)
    intake()

    page.focus("#id_narrative")
    page.keyboard.type("屋根の点検に来て契約した。")
    page.wait_for_selector("[data-beside=scam_main]:not([hidden])")

    assert page.evaluate("document.querySelector('[data-beside=scam_main]').closest('.field') !== null")
    assert gate(page) == []
    page.focus("#id_narrative")
    page.keyboard.press("Alt+8")
    assert page.input_value("#id_scam_main") == "INSPECTION"
    assert page.evaluate("document.activeElement.id") == "id_narrative"
    assert page.locator(".field [data-beside=scam_main]").count() == 0
    page.keyboard.press("Alt+9")
    assert page.input_value("#id_product") == "ROOFING"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_without_suggestions_nothing_stands_there(everybody: Account, shown: Shown, page: Page) -> None:
    client, uid = Client(), uuid.uuid4()
    client.force_login(everybody)
    shown.answers |= {reverse("hint", args=[uid, hint.name]): (200, "") for hint in panels.hints()}

    shown(client.get(reverse("intake", args=[uid])).content.decode())

    assert page.locator("#hint-codes").count() == 1
    assert not page.locator("#hint-codes-title").is_visible()


def waved(by: Account) -> Wave:
    today = date(2026, 11, 20)
    words = ("ドローン", "巡回", LONG)
    wave = Wave.objects.create(
        centre=by.centre, found_on=today, seen_on=today, count=6, expected=0.2, weeks=[0] * 10 + [2, 4],
        terms=b"".join(map(product_hasher().term, words)),
    )  # fmt: skip
    for _number in range(3):
        case = builders.case(by=by, narrative=f"ドローンの巡回の契約をした。{LONG * 8}")
        WaveCase.objects.create(wave=wave, case=case)
    return wave


WAVES: dict[str, Callable[[Account, Client], object]] = {
    "one": lambda by, client: (waved(by), client.get(reverse("waves")))[1],
    "none": lambda _by, client: client.get(reverse("waves")),
    "refused": lambda by, client: client.post(reverse("wave-name", args=[waved(by).uid])),
    "dismissed": lambda by, client: (
        client.post(reverse("wave-dismiss", args=[waved(by).uid])),
        client.get(reverse("waves")),
    )[1],
}


@pytest.mark.parametrize(
    ("name", "width"), [*((name, "desk") for name in WAVES), ("one", "phone"), ("refused", "phone")]
)
def test_the_candidates_keep_nobody_out(
    name: str, width: str, everybody: Account, shown: Shown, page: Page
) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(WAVES[name](everybody, client).content.decode())  # type: ignore[attr-defined]

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
