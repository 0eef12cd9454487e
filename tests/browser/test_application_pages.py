"""Applications in a browser: everybody can use their pages, and one goes from the form to its letter by keyboard."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from consult.shell.accounts import Account
from outreach.applications import deciding
from outreach.applications.files import work
from outreach.lectures.models import Lecture
from tests import applications, builders
from tests.browser.conftest import Shown
from tests.browser.desk import Keys, no_mouse, sign_in, tab_to
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


NEXT = "the next choice of a list"


def addresses(account: Account) -> list[str]:
    """Every page of the room, with the rows that it needs."""
    held = applications.received(by=account)
    deciding.decide(held.uid, deciding.times_of(held)[0], by=account)
    asked = applications.received(by=account, expected_people=3, venue_in_city="UNKNOWN")
    data = "申込番号,団体名,電話番号\n1,北町会,\n2,,\n3,南町会,なし\n".encode()
    file = work.receive("a.csv", data, centre=account.centre, by=account)
    return [
        reverse("applications"), reverse("application-new"), reverse("application", args=[held.uid]),
        reverse("application", args=[asked.uid]), reverse("application-rules"),
        reverse("application-files"), reverse("application-file", args=[file.uid]),
    ]  # fmt: skip


def test_the_pages_keep_nobody_out(everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    faults: list[object] = []

    for url in addresses(everybody):
        answer = client.get(url)
        assert answer.status_code == 200, url
        page.set_viewport_size({"width": 1280, "height": 900})
        shown(answer.content.decode())
        faults += [(url, fault) for fault in gate(page)]
        page.set_viewport_size({"width": 320, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            faults.append((url, "scrolls sideways"))

    assert faults == []


def test_a_refused_decision_keeps_nobody_out(everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    row = applications.received(by=everybody, expected_people=3)

    shown(client.post(reverse("application-decide", args=[row.uid]), {"choice": "1"}).content.decode())

    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert gate(page) == []


@pytest.mark.django_db(transaction=True)
def test_from_the_application_to_the_letter_by_keyboard(page: Page, live_server: Any) -> None:
    writer = builders.account("OUTREACH")
    keys = Keys(page)
    no_mouse(page)
    sign_in(page, live_server, writer)
    page.goto(live_server.url + reverse("applications"))
    keys.press("Alt+n")
    page.wait_for_url("**/applications/new")
    first, second = applications.slot(40), applications.slot(50)
    for field, text in (
        ("group_name", "北町あおぞら会"), ("contact", "秘密 連絡"), ("phone", "090-8765-4321"),
        ("address", "東京都港区芝公園9-8-7"), ("expected_people", "25"), ("purpose_kind", NEXT),
        ("people_in_city", NEXT), ("day_1", first.day.isoformat()), ("starts_1", "14時"), ("ends_1", "15時半"),
        ("day_2", second.day.isoformat()), ("starts_2", "1000"), ("ends_2", "1100"), ("venue", "北公民館"),
        ("venue_in_city", NEXT),
    ):  # fmt: skip
        tab_to(keys, f"id_{field}")
        keys.press("ArrowDown") if text is NEXT else keys.write(text)
    keys.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("北町あおぞら会")
    tab_to(keys, "決定して講座に登録")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("決定通知書を出す")
    tab_to(keys, "通知書を作る")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("当日を待つ")
    link = page.get_by_role("link", name="決定通知書")
    paper = page.request.get(live_server.url + str(link.get_attribute("href")))

    assert paper.body().startswith(b"%PDF-")
    assert Lecture.objects.get().held_on == first.day
    assert "秘密" not in page.content()
