"""公表 in a browser: from a question to a file by keyboard, and nobody kept out of any state of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import jobs
from cases.figures.releases.models import Release
from cases.services import releases
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse, picture, sign_in
from tests.browser.gate import gate
from tests.browser.test_numbers_journey import go_to, open_

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 800}
# (手口, 年齢, 件数): small counts of neighbouring ages, enough elsewhere to print.
COUNTS = [
    ("INSPECTION", 66, 2),
    ("INSPECTION", 72, 2),
    ("INSPECTION", 45, 6),
    ("PHISHING", 45, 1),
    ("FAKE_SHOP", 72, 4),
    ("FAKE_SHOP", 45, 5),
]


def record(by: Account) -> None:
    received_at = timezone.now() - timedelta(hours=1)
    for scam, age, count in COUNTS:
        for _n in range(count):
            builders.case(by=by, scam_main=scam, age=age, received_at=received_at)


def judge() -> None:
    while jobs.claim_and_run(worker="w"):
        pass


def test_from_a_question_to_a_file_by_keyboard(
    page: Page, live_server: Any, tmp_path: Any, settings: Any
) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    manager = builders.account("MANAGER")
    record(builders.account(at=manager.centre))
    no_mouse(page)
    sign_in(page, live_server, manager)

    page.goto(f"{live_server.url}/numbers/")
    open_(page, "公表の準備")
    go_to(page, "表の題")
    page.keyboard.press("Control+A")
    page.keyboard.type("手口と年代")
    go_to(page, "読む人")
    page.keyboard.press("Home")
    picture(page, "release-new")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("判定の進み具合")
    picture(page, "release-waiting")
    judge()
    expect(page.locator("main")).to_contain_text("公表される表", timeout=15_000)
    picture(page, "release-judged")
    assert gate(page) == []

    page.keyboard.press("Alt+V")
    expect(page.locator("#view-printed")).to_be_focused()
    for key in ("staff", "computed"):
        page.keyboard.press("ArrowDown")
        expect(page.locator(".release-pane:visible")).to_have_count(1)
        expect(page.locator(f".release-pane--{key}")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # round to the last: all beside each other
    assert page.locator(".release-pane:visible").count() == page.locator(".release-pane").count() > 3
    picture(page, "release-side-by-side")
    assert gate(page) == []

    hidden = page.locator(".releases__sum").inner_text()
    with page.expect_navigation():
        page.keyboard.press("Alt+M")
    judge()
    page.reload()
    expect(page.locator("main")).to_contain_text("合わせている区分")
    assert page.locator(".releases__sum").inner_text() != hidden
    picture(page, "release-merged")

    go_to(page, "公表される表を見て確かめました")
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("公表第1号")
    picture(page, "release-out")
    assert gate(page) == []
    go_to(page, "Excel")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = tmp_path / "release.xlsx"
    download.value.save_as(file)
    assert "●" in {str(cell) for row in openpyxl.load_workbook(file).worksheets[0].values for cell in row}


@pytest.fixture
def told(everybody: Account, tmp_path: Any, settings: Any) -> dict[str, str]:
    """The pages in every state, as HTML."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    client = Client()
    client.force_login(everybody)
    record(everybody)
    new = reverse("release-new")
    empty = {name: client.get(reverse(name)) for name in ("releases", "release-ledger")}
    given = {"title": "手口と年代", "kind": "PAGE", "audience": "members", "form": "EXACT"}

    def prepared(asked: str = "") -> Release:
        client.post(f"{new}?{asked}", {**given, "uid": str(uuid4())})
        return Release.objects.order_by("-pk").first()

    def at(name: str, release: Release) -> str:
        return reverse(name, args=[release.uid])

    release = prepared()
    waiting = client.get(at("release", release))
    judge()
    judged = client.get(at("release", release))
    layered = prepared("rows=scam_main&columns=age_band&layers=sex")
    refused = prepared("rows=sex&columns=none")
    gone = prepared("rows=channel")
    judge()
    Release.objects.filter(pk=refused.pk).update(
        state=Release.State.REFUSED,
        refused="すでに公表した数と合わせると少ない件数が2か所分かるため、公表できません。",
    )
    releases.withdraw(gone.uid, by=everybody)
    unsure = client.post(at("release-approve", release))
    client.post(at("release-approve", release), {"sure": "on"})
    out = client.get(at("release", release))
    no_notice = client.post(at("release-correct", release))
    client.post(at("release-correct", release), {"notice": "登録の遅れた件数を加えました"})
    judge()
    correction = Release.objects.get(corrects=release)
    answers = {
        **{f"{name}, empty": answer for name, answer in empty.items()},
        "preparing": client.get(new),
        "preparing refused": client.post(new, {}),
        "what stays": client.get(f"{new}?measure=scam_mentions"),
        "waiting": waiting,
        "judged": judged,
        "three dimensions": client.get(at("release", layered)),
        "refused": client.get(at("release", refused)),
        "withdrawn": client.get(at("release", gone)),
        "approved without a look": unsure,
        "published": out,
        "a correction without a notice": no_notice,
        "a correction": client.get(at("release", correction)),
        "list": client.get(reverse("releases")),
        "list, nothing found": client.get(reverse("releases"), {"kind": "WARNING"}),
        "ledger": client.get(reverse("release-ledger"), {"audience": "members"}),
        "rule": client.get(reverse("release-rule")),
        "rule refused": client.post(
            reverse("release-rule"), {"public_below": "5", "members_below": "3", "rounding": "10"}
        ),
    }
    return {name: answer.content.decode() for name, answer in answers.items()}


@pytest.mark.parametrize("way", ["desk", "phone", "forced colours", "paper"])
def test_the_pages_keep_nobody_out(way: str, told: dict[str, str], shown: Shown, page: Page) -> None:
    if way == "phone":
        page.set_viewport_size(NARROW)
    if way == "forced colours":
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
    if way == "paper":
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins

    for name, html in told.items():
        shown(html)
        assert way == "paper" or gate(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
        if way == "desk":
            picture(page, f"release-{name.replace(' ', '-').replace(',', '')}")
