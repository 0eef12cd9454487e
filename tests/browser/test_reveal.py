"""Showing what is sealed by keyboard: no further key on one's own case, a purpose elsewhere, gone when one leaves."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.unusual import UnusualLooks
from cases.services import custody
from consult.shell.accounts import Account
from tests import builders
from tests.browser.desk import focused, no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME, STORY = "試験 花子", "試験花子さんから。無料点検の後で契約した。"
REASON = "本人が危ないと警察から連絡があった"


@pytest.fixture
def counsellor() -> Account:
    return builders.account(username="soudan")


@pytest.fixture
def case(counsellor: Account) -> Case:
    return builders.case(by=counsellor, narrative=STORY, caller=builders.person(name=NAME))


def seen(page: Page, name: str) -> None:
    picture(page, name)
    assert gate(page) == [], name


def opened(page: Page, live_server: Any, account: Account, case: Case) -> None:
    no_mouse(page)
    page.context.clear_cookies()
    sign_in(page, live_server, account)
    page.goto(f"{live_server.url}/cases/{case.uid}/")


def test_one_key_shows_the_contacts_of_ones_own_case_and_what_is_half_written_stays(
    page, live_server, counsellor, case
):
    opened(page, live_server, counsellor, case)
    page.keyboard.press("Alt+k")
    page.keyboard.type("折り返しの電話を")

    page.keyboard.press("Alt+r")

    expect(page.locator("#people-title")).to_be_focused()
    expect(page.locator("#part-people")).to_contain_text(NAME)
    expect(page.locator("#id_text")).to_have_value("折り返しの電話を")
    assert STORY not in page.content()
    page.keyboard.press("Alt+w")
    expect(page.locator("#part-words")).to_contain_text(STORY)
    assert AuditEntry.objects.filter(action="REVEALED", purpose="CONSULTATION").count() == 2
    page.locator("#id_text").fill("")
    seen(page, "reveal-words")


def test_the_back_button_shows_nothing(page, live_server, counsellor, case):
    opened(page, live_server, counsellor, case)
    page.keyboard.press("Alt+r")
    expect(page.locator("#part-people")).to_contain_text(NAME)

    page.goto(f"{live_server.url}/cases/")
    page.go_back()

    expect(page.locator("#part-people")).to_be_visible()
    assert NAME not in page.content()


def test_after_ten_minutes_without_a_key_it_is_masked_again(page, live_server, counsellor, case):
    page.clock.install()
    opened(page, live_server, counsellor, case)
    page.keyboard.press("Alt+r")
    expect(page.locator("#part-people")).to_contain_text(NAME)

    page.clock.fast_forward("09:00")
    page.keyboard.press("Shift")
    page.clock.fast_forward("09:00")
    assert NAME in page.content()
    page.clock.fast_forward("01:01")

    assert NAME not in page.content()


def test_on_a_case_of_somebody_else_the_key_asks_why(page, watch, live_server, counsellor, case):
    watch.tolerated.add(f"{live_server.url}/cases/{case.uid}/reveal")  # asked for by a script, refused, shown
    opened(page, live_server, builders.account(at=counsellor.centre), case)

    page.keyboard.press("Alt+r")

    assert focused(page) == "id_purpose"
    assert not AuditEntry.objects.filter(action="REVEALED").exists()
    seen(page, "reveal-asked")
    page.keyboard.press("Alt+r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_purpose")).to_have_attribute("aria-invalid", "true")
    assert focused(page) == "id_purpose"
    seen(page, "reveal-refused")
    page.keyboard.press("Alt+r")
    page.keyboard.type("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-people")).to_contain_text(NAME)


def test_a_case_is_taken_over_and_shown_with_two_keys(page, live_server, counsellor, case):
    colleague = builders.account(at=counsellor.centre)
    custody.hand_over(case.uid, to_uid=colleague.uid, note="午後に電話。", by=counsellor)
    no_mouse(page)
    sign_in(page, live_server, colleague)
    page.goto(live_server.url)
    seen(page, "today-hand-over")

    page.keyboard.press("Alt+t")
    page.wait_for_url("**/cases/*-*/")
    page.keyboard.press("Alt+r")

    expect(page.locator("#part-people")).to_contain_text(NAME)


def test_a_manager_breaks_the_glass_and_another_one_is_told(page, live_server, counsellor, case):
    manager, other = (builders.account("MANAGER", at=counsellor.centre) for _account in range(2))
    opened(page, live_server, manager, case)
    page.locator("summary", has_text="緊急の閲覧を開く").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("至急")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("10文字以上")
    seen(page, "glass-refused")
    page.locator("#id_glass_reason").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(REASON)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-people")).to_contain_text("緊急の閲覧中")
    page.wait_for_load_state()
    page.keyboard.press("Alt+r")
    expect(page.locator("#part-people")).to_contain_text(NAME)
    seen(page, "glass-open")

    UnusualLooks.objects.create(
        account=manager, centre=manager.centre, kind="REVEALS", span="HOUR", count=99, limit=40,
        since=case.received_at.replace(minute=0),
    )  # fmt: skip
    page.context.clear_cookies()
    sign_in(page, live_server, other)
    page.goto(live_server.url)
    expect(page.locator("main")).to_contain_text(REASON)
    seen(page, "today-manager")
    page.goto(f"{live_server.url}/protection/looks/")
    expect(page.locator("tbody").first).to_contain_text(REASON)
    seen(page, "looks")


def test_custody_of_a_guarded_case_is_plain(page, live_server, counsellor, case):
    builders.account(at=counsellor.centre)
    other = builders.case(by=counsellor)
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    custody.link(case.uid, other_uid=other.uid, kind="SAME_PERSON", by=counsellor)
    opened(page, live_server, counsellor, case)

    for summary in page.locator("details.disclosure > summary").all():
        summary.focus()
        page.keyboard.press("Enter")

    seen(page, "case-hands")
