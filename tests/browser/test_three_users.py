"""From the phone call to the lecture and the bulletin, three people, no mouse: what one records the next one counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run
from cases.law import calendar
from cases.records.case import Case
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from tests import builders
from tests.browser.desk import no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 150
STORY = "無料の屋根点検に来た業者に瓦がずれていると言われ、その場で修理を契約した。解約したい。"


@pytest.fixture
def staff() -> dict[str, Account]:
    centre = builders.centre()
    roles = ("COUNSELLOR", "MANAGER", "OUTREACH")
    return {role: builders.account(role, at=centre, username=role.lower()) for role in roles}


@pytest.fixture
def past_and_present(staff: dict[str, Account]) -> None:
    """Half a year with hardly a roof check, and five of them among the old in the last weeks."""
    by, now = staff["COUNSELLOR"], timezone.now()
    for week in range(4, 30):
        builders.case(by=by, scam_main="BEAUTY", age=24, received_at=now - timedelta(weeks=week))
    for day in range(1, 6):
        builders.case(by=by, scam_main="INSPECTION", age=76 + day, received_at=now - timedelta(days=day))


def tab_to(page: Page, words: str) -> None:
    """Tab on until a link, button or field of that name has the focus. Fails where the keyboard cannot reach it."""
    named = """() => { const e = document.activeElement;
      const own = e.matches('a, button, summary') ? e.textContent : '';
      return [e.getAttribute('aria-label'), e.labels?.[0]?.textContent, own]
        .filter(Boolean).join(' ').replace(/\\s+/g, ' ') }"""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if words in str(page.evaluate(named)):
            return
    pytest.fail(f"the keyboard does not reach {words}")


def choose(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def fill(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def seen(page: Page, name: str) -> None:
    picture(page, name)
    assert gate(page) == [], name


def work() -> None:
    feed.drain("search", 1_000)
    while claim_and_run(worker="test"):
        pass


def switch_to(page: Page, live_server: Any, account: Account, address: str = "/") -> None:
    page.context.clear_cookies()
    sign_in(page, live_server, account)
    page.goto(live_server.url + address)


@pytest.mark.usefixtures("past_and_present")
def test_three_users_without_a_mouse(page: Page, live_server: Any, staff: dict[str, Account]) -> None:
    no_mouse(page)
    take_a_call(page, live_server, staff["COUNSELLOR"])
    read_the_numbers(page, live_server, staff["MANAGER"])
    plan_a_lecture(page, live_server, staff["OUTREACH"])
    write_a_bulletin(page, live_server, staff)


def take_a_call(page: Page, live_server: Any, counsellor: Account) -> None:
    switch_to(page, live_server, counsellor)
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/intake/*")
    page.keyboard.type(STORY)
    page.keyboard.press("Tab")
    page.keyboard.type("11")
    page.keyboard.press("Alt+4")
    page.keyboard.type("83")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success")).to_contain_text("保存しました")
    assert Case.objects.latest("pk").party_age == 83
    work()


def read_the_numbers(page: Page, live_server: Any, manager: Account) -> None:
    switch_to(page, live_server, manager)
    choose(page, "集計へ")
    page.wait_for_url("**/numbers/")
    row = page.locator("tr", has_text="点検商法").first
    expect(row.locator("td").first).to_have_text("6")
    seen(page, "three-users-numbers")
    with page.expect_download() as download:
        choose(page, "Excel")
    assert download.value.suggested_filename.endswith(".xlsx")


def plan_a_lecture(page: Page, live_server: Any, outreach: Account) -> None:
    switch_to(page, live_server, outreach)
    seen(page, "three-users-today")
    choose(page, "啓発へ")
    page.wait_for_url("**/outreach/")
    expect(page.locator("main")).to_contain_text("直近4週で6件")
    assert STORY not in page.content()
    seen(page, "three-users-topics")
    choose(page, "講座にする")
    page.wait_for_url("**/lectures/new*")
    day = calendar.last_working_day(calendar.today())
    fill(page, "開催日", day.isoformat())
    fill(page, "開始", "10:00")
    fill(page, "終了", "11:30")
    fill(page, "会場", "北公民館")
    fill(page, "予定人数", "30")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/outreach/lectures/*-*/")
    lecture = Lecture.objects.get()
    assert (lecture.theme, lecture.expected_people, lecture.age_group) == ("INSPECTION", 30, "65_OVER")
    fill(page, "人数", "27")
    choose(page, "結果を記録")
    expect(page.locator("main")).to_contain_text("27")
    lecture.refresh_from_db()
    assert (lecture.state, lecture.people) == ("DONE", 27)
    seen(page, "three-users-lecture")


def write_a_bulletin(page: Page, live_server: Any, staff: dict[str, Account]) -> None:
    page.goto(live_server.url + "/outreach/")
    choose(page, "通信にする")
    page.wait_for_url("**/bulletins/new*")
    fill(
        page, "事例", "無料で点検すると言って業者が訪ねて来た。不安になり、その場で契約してしまった。(80歳代)"
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/outreach/bulletins/*-*/")
    choose(page, "確認を依頼する")
    expect(page.locator("main")).to_contain_text("確認待ち")
    work()
    address = page.url.removeprefix(live_server.url)

    switch_to(page, live_server, staff["MANAGER"], address)
    seen(page, "three-users-approval")
    choose(page, "承認する")
    expect(page.locator("main")).to_contain_text("承認済み")

    switch_to(page, live_server, staff["OUTREACH"], address)
    choose(page, "発行する")
    expect(page.locator("main")).to_contain_text("第1号")
    work()
    page.reload()
    seen(page, "three-users-issued")
    bulletin = Bulletin.objects.get()
    assert bulletin.state == "ISSUED"
    with page.expect_download() as download:
        choose(page, "ダウンロード")
    assert download.value.suggested_filename.endswith(".pdf")
