"""急に増えた相談 in a browser: everybody can use it, and a warning is out within minutes by the keyboard alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.figures.surge_log import evaluating
from cases.figures.surge_log.models import SurgeSettings, SurgeWave
from cases.jobs import claim_and_run
from cases.law import calendar
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from tests import builders, waves
from tests.browser.conftest import Shown
from tests.browser.desk import Keys, no_mouse, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDTHS = {"desk": 1280, "phone": 320}
# Someone who types with two fingers: letters a minute, and seconds for a key that moves.
LETTERS_A_MINUTE = 40
SECONDS_A_KEY = 1.0
# To read the card, the draft and, as the second person, the whole bulletin.
READING_MINUTES = 6
MOST_MINUTES = 15


@pytest.fixture
def everybody(everybody: Account, tmp_path: Any, settings: Any) -> Account:
    settings.COLUMNS_DIR = tmp_path / "columns"
    return everybody


def address(name: str, account: Account) -> str:
    """The page of that name, with the rows that it needs."""
    centre, day = account.centre, calendar.today()
    if name == "small town":
        waves.history(centre, "INSPECTION", [1] * 56)
        evaluating.evaluate(centre, day)
        return reverse("surges")
    if name == "quiet":
        waves.evaluation(centre, typed=20)
        return reverse("surges")
    if name == "rules":
        return reverse("surge-rules")
    SurgeSettings.objects.create(
        centre=centre, false_share_percent=20, fewest_week=3, fewest_four=4, small_centre=0
    )
    waves.history(centre, "INSPECTION", [2] * 130 + [12])
    evaluating.evaluate(centre, day)
    found = waves.wave(centre, "FAKE_SHOP", basis="NEW_CODE", years=0, parts=[])
    if name == "list":
        waves.wave(centre, "SUPPORT_SCAM", of=waves.evaluation(centre, day - timedelta(weeks=8)))
        return reverse("surges")
    if name == "card without its line":
        return reverse("surge", args=[found.uid])
    return reverse("surge", args=[SurgeWave.objects.get(scam="INSPECTION").uid])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["list", "quiet", "small town", "card", "card without its line", "rules"])
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    if width == "phone":
        page.emulate_media(forced_colors="active", reduced_motion="reduce")

    answer = client.get(address(name, everybody))
    shown(answer.content.decode())

    assert answer.status_code == 200
    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]


@pytest.mark.parametrize("name", ["surge-rules", "surge-break-add", "surge-verdict"])
def test_a_refused_form_keeps_nobody_out(name: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    args = [waves.wave(everybody.centre).uid] if name == "surge-verdict" else []

    answer = client.post(reverse(name, args=args), {})
    shown(answer.content.decode())

    assert answer.status_code == 422
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert gate(page) == []


# --- From the alarm to the paper ----------------------------------------------------------------------------------
def tab_to(keys: Keys, words: str) -> None:
    """Tab on until what has the focus is called so; every press counts."""
    named = """() => { const e = document.activeElement;
      const own = e.matches('a, button, summary') ? e.textContent : '';
      return [e.getAttribute('aria-label'), e.labels?.[0]?.textContent, own]
        .filter(Boolean).join(' ').replace(/\\s+/g, ' ') }"""
    for _press in range(80):
        keys.press("Tab")
        if words in str(keys.page.evaluate(named)):
            return
    pytest.fail(f"the keyboard does not reach {words}")


def signed_in_at(page: Page, live_server: Any, account: Account, path: str) -> None:
    page.context.clear_cookies()
    sign_in(page, live_server, account)
    page.goto(live_server.url + path)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["approved first", "urgent"])
def test_from_the_alarm_to_the_paper_within_a_quarter_of_an_hour(
    way: str, page: Page, live_server: Any, tmp_path: Any, settings: Any
) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    writer = builders.account("OUTREACH")
    manager = builders.account("MANAGER", at=writer.centre)
    wave = waves.wave(writer.centre)
    no_mouse(page)
    keys = Keys(page)

    signed_in_at(page, live_server, writer, "/surges/")
    tab_to(keys, "点検商法が増えています")
    keys.press("Enter")
    page.wait_for_url("**/surges/*-*/")
    keys.press("Alt+b")
    page.wait_for_url("**/bulletins/new*")
    tab_to(keys, "事例")
    keys.press("Control+a")
    keys.write(
        "近所で工事をしていると言って訪ねて来た業者に、屋根の瓦がずれていると言われた。不安になり、その場で契約した。(70歳代)"
    )
    keys.press("Control+Enter")
    page.wait_for_url("**/outreach/bulletins/*-*/")
    path = page.url.removeprefix(live_server.url)
    if way == "urgent":
        tab_to(keys, "承認を待てないとき")
        keys.press("Enter")
        tab_to(keys, "急ぐ理由")
        keys.write("今朝から続いているため")
        keys.press("Enter")
    else:
        tab_to(keys, "確認を依頼する")
        keys.press("Enter")
        expect(page.locator("main")).to_contain_text("確認待ち")
        signed_in_at(page, live_server, manager, path)
        tab_to(keys, "承認する")
        keys.press("Enter")
        expect(page.locator("main")).to_contain_text("承認済み")
        signed_in_at(page, live_server, writer, path)
        tab_to(keys, "発行する")
        keys.press("Enter")
    expect(page.locator("main")).to_contain_text("第1号")
    while claim_and_run(worker="test"):
        pass
    page.reload()
    with page.expect_download() as download:
        tab_to(keys, "ダウンロード")
        keys.press("Enter")

    assert download.value.suggested_filename.endswith(".pdf")
    assert Bulletin.objects.get().wave == wave.uid
    minutes = READING_MINUTES + keys.typed / LETTERS_A_MINUTE + keys.moves * SECONDS_A_KEY / 60
    assert minutes <= MOST_MINUTES
    if way == "approved first":  # and the same words for a post
        tab_to(keys, "ほかの形を開く")
        keys.press("Enter")
        page.wait_for_url("**/outputs/")
        with page.expect_download() as post:
            tab_to(keys, "140字の文を受け取る")
            keys.press("Enter")
        assert post.value.path().read_text(encoding="utf-8-sig").strip().endswith("188")
    if way == "urgent":
        signed_in_at(page, live_server, manager, path)
        tab_to(keys, "承認する")
        keys.press("Enter")
        expect(page.locator("main")).to_contain_text("発行した後に")
