"""手引き in a browser: everybody can use its pages, and beside a call it steals no key and no focus."""

import re
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.records.alerts import Alert
from cases.records.directory import shipped_uid
from cases.services import alerts, guidance, scam_types
from cases.services.alerts import AlertEntry
from consult.desk import panels
from consult.shell.accounts import Account
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
LONG = "とても長い件名" * 17


def told(by: Account) -> Alert:
    entry = AlertEntry(
        uid=uuid.uuid4(), source="POLICE", title=LONG, text="続いています。", scam_type="INSPECTION",
        link="https://example.jp/" + "a" * 200, valid_from=date(2026, 11, 20), valid_until=None,
    )  # fmt: skip
    return alerts.enter(entry, centre=by.centre, by=by)


def written(by: Account) -> None:
    words = guidance.Words(script="まず切ってください。" + "長い文" * 200, ask=("い" * 300,))
    guidance.revise("INSPECTION", words, uid=uuid.uuid4(), based_on=0, note="", centre=by.centre, by=by)


def added(by: Account) -> str:
    given = {"meaning": "分電盤が古いと言う", "parent": "INSPECTION", "uid": uuid.uuid4()}
    return scam_types.add("分電盤の点検", centre=by.centre, by=by, **given).code


def behind(code: str) -> dict[str, str]:
    """What a second editor sends."""
    return {"uid": str(uuid.uuid4()), "based_on": "0", "script": "別の文", "ask": code}


Ask = Callable[[Account, Client], object]
PAGES: dict[str, Ask] = {
    "hub": lambda by, client: (told(by), written(by), client.get(reverse("guidance")))[2],
    "one": lambda by, client: (
        told(by),
        written(by),
        client.get(reverse("guidance-of", args=["INSPECTION"])),
    )[2],
    "edit refused": lambda _by, client: client.post(reverse("guidance-edit", args=["INSPECTION"])),
    "edit meanwhile": lambda by, client: (
        written(by),
        client.post(reverse("guidance-edit", args=["INSPECTION"]), behind("別の問い")),
    )[1],
    "versions": lambda by, client: (
        written(by),
        client.get(reverse("guidance-versions", args=["INSPECTION"])),
    )[1],
    "bodies": lambda _by, client: client.get(reverse("bodies")),
    "body": lambda _by, client: client.get(reverse("body", args=[shipped_uid("POLICE_9110")])),
    "body refused": lambda _by, client: client.post(reverse("body-new")),
    "alerts": lambda by, client: (told(by), client.get(reverse("alerts")))[1],
    "alert": lambda by, client: client.get(reverse("alert", args=[told(by).uid])),
    "alert refused": lambda _by, client: client.post(reverse("alert-new")),
    "file refused": lambda _by, client: client.post(
        reverse("alerts-import"),
        {"uid": uuid.uuid4(), "file": SimpleUploadedFile("a.csv", "件名,手口\n題,ない\n,\n,ない\n".encode())},
    ),
    "scam types": lambda by, client: (added(by), client.get(reverse("scam-types")))[1],
    "scam types refused": lambda by, client: client.post(reverse("scam-type-merge", args=[added(by)])),
    "new scam type": lambda _by, client: client.get(reverse("scam-type-new")),
}


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("one", "edit meanwhile", "bodies", "scam types", "file refused")),
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


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_beside_the_call_it_comes_without_moving_the_focus_and_one_key_leads_there(
    width: str, everybody: Account, shown: Shown, page: Page
) -> None:
    client, uid = Client(), uuid.uuid4()
    client.force_login(everybody)
    told(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)
    address = reverse("hint", args=[uid, "guidance"])
    answer = client.post(address, {"scam_main": "INSPECTION"}).content.decode()
    others = {reverse("hint", args=[uid, hint.name]): (200, "") for hint in panels.hints()}
    kept = '{"state": "stored", "message": ""}'
    shown.answers |= others | {reverse("echo"): (200, ""), reverse("intake-draft", args=[uid]): (200, kept)}
    shown.answers[address] = (200, answer)
    shown(client.get(reverse("intake", args=[uid])).content.decode())

    page.focus("#id_scam_main")
    page.keyboard.type("11")
    page.wait_for_selector("#hint-guidance blockquote")

    assert page.evaluate("document.activeElement.id") == "id_scam_main"
    page.keyboard.press("Alt+g")
    assert page.evaluate("document.activeElement.matches('#hint-guidance [data-shortcut]')")
    page.keyboard.press("Tab")
    assert re.match(r"\s*とても長い件名", page.evaluate("document.activeElement.textContent"))
    assert gate(page) == []
