"""The whole card, opened, in a browser: the gate at both widths; 定型文 while typing; rows that grow; folded parts."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consult.desk.snippets.models import save
from consult.shell.accounts import Account
from tests import builders
from tests.browser.desk import no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "書面の受領日から8日以内です。"


@pytest.fixture
def counsellor() -> Account:
    account = builders.account()
    save(uuid.uuid4(), trigger=";co", text=TEXT, is_centres=False, by=account)
    return account


@pytest.fixture
def intake(page: Page, live_server: Any, counsellor: Account) -> Page:
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/new")
    return page


def words(page: Page) -> str:
    return page.locator("#id_narrative").input_value()


def test_a_sign_becomes_its_words_and_goes_back(intake: Page) -> None:
    no_mouse(intake)
    intake.keyboard.type("電話。;co")
    intake.keyboard.press("Tab")
    assert words(intake) == f"電話。{TEXT}"
    intake.keyboard.press("Escape")
    assert words(intake) == "電話。;co"

    intake.keyboard.type(" ")
    assert words(intake) == f"電話。{TEXT}"
    intake.keyboard.press("Control+z")
    assert TEXT not in words(intake)

    intake.keyboard.type(" ;no ")
    assert words(intake).endswith(";no ")
    expect(intake.locator("#id_narrative")).to_be_focused()


def test_a_sign_that_is_still_being_converted_stays(intake: Page) -> None:
    intake.evaluate(
        "() => { const field = document.getElementById('id_narrative'); field.value = ';co';"
        " field.setSelectionRange(3, 3);"
        " field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', isComposing: true, bubbles: true}));"
        " field.dispatchEvent(new InputEvent('input', {data: ' ', isComposing: true, bubbles: true})) }"
    )

    assert words(intake) == ";co"


def test_tab_passes_over_what_is_folded(intake: Page) -> None:
    no_mouse(intake)
    names = []
    for _field in range(9):
        intake.keyboard.press("Tab")
        names.append(intake.evaluate("document.activeElement.name || document.activeElement.localName"))

    assert names == [
        "scam_main", "sales_method", "product", "scam_others", "is_provisional", "summary", "summary", "age", "sex",
    ]  # fmt: skip


def test_the_whole_card_opened_has_no_fault(intake: Page) -> None:
    intake.evaluate("for (const fold of document.querySelectorAll('details.fold')) fold.open = true")
    intake.locator("[name=payments]").fill("2")
    intake.locator("[name=transfers-0-account]").fill("1234567")
    intake.locator("[data-rows=transfers] [data-more]").focus()
    intake.keyboard.press("Enter")
    assert intake.evaluate("document.activeElement.name") == "transfers-1-kind"
    intake.locator("[name=transfers-1-yen]").fill("たくさん")
    picture(intake, "intake-whole")
    assert gate(intake) == []

    intake.keyboard.press("Control+Enter")
    expect(intake.locator(".error-summary")).to_contain_text("送金額")
    assert intake.locator("[name=transfers-1-yen]").input_value() == "たくさん"
    assert intake.locator("#fold-money").get_attribute("open") is not None
    picture(intake, "intake-whole-errors")
    assert gate(intake) == []


def test_the_pages_of_snippets_have_no_fault(page: Page, live_server: Any, counsellor: Account) -> None:
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/snippets/")
    picture(page, "snippets")
    assert gate(page) == []
    page.keyboard.press("Alt+1")
    page.keyboard.type("co")
    page.keyboard.press("Tab")
    page.keyboard.type(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("合図は「;」")
    picture(page, "snippets-errors")
    assert gate(page) == []
