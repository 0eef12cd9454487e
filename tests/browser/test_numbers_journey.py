"""A question from the council, answered by keyboard: asked, looked behind, taken as Excel, kept for good."""

import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from cases.law import calendar
from cases.records.answers import PublishedAnswer
from cases.services import followup
from consult.shell.accounts import Account
from tests import builders
from tests.browser.desk import no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager(tmp_path: Any, settings: Any) -> Account:
    settings.COLUMNS_DIR = tmp_path / "columns"
    counsellor = builders.account()
    scams = ["INSPECTION", "INSPECTION", "FAKE_SHOP", "SUPPORT_SCAM", "PHISHING"]
    for n, scam in enumerate(scams):
        builders.case(by=counsellor, scam_main=scam, age=66 + n * 4, sex=["FEMALE", "MALE"][n % 2])
    return builders.account("MANAGER", at=counsellor.centre)


def go_to(page: Page, name: str) -> None:
    """Tab until the link, button or field with this name has the focus."""
    for _n in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(() => { const here = document.activeElement;"
            " const label = here.labels && here.labels[0] ? here.labels[0].innerText : '';"
            " return (here.getAttribute('aria-label') || label || here.innerText || '').trim(); })()"
        )
        if told.startswith(name):
            return
    raise AssertionError(f"nothing called {name} can be reached by Tab")


def open_(page: Page, name: str) -> None:
    go_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def cross_table(page: Page) -> list[list[str]]:
    """The first table of the page as it is read: label, columns, total last, as in the file."""
    rows = page.locator("table.numbers").first.locator("tbody tr, tfoot tr")
    found = []
    for n in range(rows.count()):
        label, total, *cells = [text.strip() for text in rows.nth(n).locator("th, td").all_inner_texts()]
        found.append([label, *cells, total])
    return found


def test_a_question_of_the_council_is_answered_by_keyboard(
    page: Page, live_server: Any, manager: Account, tmp_path: Any
) -> None:
    no_mouse(page)
    sign_in(page, live_server, manager)
    page.goto(f"{live_server.url}/numbers/")
    open_(page, "65歳以上の手口")
    expect(page.locator(".chip-list")).to_contain_text("65歳以上か: 65歳以上")
    picture(page, "numbers-seniors")
    assert gate(page) == []

    # Excel, cell by cell against the page.
    shown = cross_table(page)
    go_to(page, "Excel")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = tmp_path / "numbers.xlsx"
    download.value.save_as(file)
    rows = list(openpyxl.load_workbook(file)["集計"].iter_rows(min_row=2, values_only=True))
    width = len(shown[0])
    assert [[as_read(cell) for cell in row[1 : width + 1]] for row in rows] == [
        [re.sub("^0$", "", cell.replace(",", "")) for cell in row] for row in shown
    ]

    # Behind the largest number.
    page.reload()
    open_(page, "2")
    expect(page.locator("main")).to_contain_text("集計の2件 = 一覧の2件 + 消去済の0件")
    picture(page, "numbers-cases")
    assert gate(page) == []
    open_(page, "集計に戻る")

    # Kept as an answer.
    open_(page, "議会などへの回答として残す")
    go_to(page, "何への回答か")
    page.keyboard.type("12月定例会 一般質問")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{calendar.today():%Y-%m-%d}")
    picture(page, "answer-new")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("回答 第1号")
    expect(page.locator("main")).to_contain_text("今も5件です。")
    assert cross_table(page) == shown


def as_read(cell: Any) -> str:
    """A cell as the page writes it: nothing for 0."""
    return "" if cell in (None, 0) else str(cell)


def test_what_changed_since_is_told_when_it_is_asked_again(
    page: Page, live_server: Any, manager: Account
) -> None:
    sign_in(page, live_server, manager)
    page.goto(f"{live_server.url}/numbers/answers/new")
    page.get_by_label("何への回答か").fill("12月定例会")
    page.get_by_label("答えた日").fill(f"{calendar.today():%Y-%m-%d}")
    page.get_by_role("button", name="この数字で残す").click()
    assert PublishedAnswer.objects.get().number == 1
    counsellor = builders.account(at=manager.centre)
    builders.case(by=counsellor)
    case = builders.case(by=counsellor)
    entry = builders.entry(uid=case.uid, received_at=case.received_at - timedelta(days=400))
    followup.correct_case(entry, revision=case.revision, by=counsellor)

    page.goto(f"{live_server.url}/numbers/")
    expect(page.locator("main")).to_contain_text("第1号")
    page.get_by_role("link", name="公表した数字と、今との違いを見る").click()

    expect(page.locator("main")).to_contain_text("5件が、今は6件です(後から登録1件)。")
    picture(page, "answer-differs")
    assert gate(page) == []
    page.get_by_label("訂正のお知らせ").fill("登録の遅れた1件を加えました")
    page.get_by_role("button", name="訂正として残す").click()
    expect(page.locator("main")).to_contain_text("訂正第1号")
    assert gate(page) == []
