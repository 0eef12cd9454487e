"""Ten calls at the desk, by keys alone and counted; some with what goes wrong in the middle of a call.

`make keystrokes` writes the table of keys into the documents.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from cases.records.case import Case
from consult.shell.accounts import Account
from tests import builders
from tests.browser.calls import CALLS, WORDS, Call, Step
from tests.browser.conftest import Watch
from tests.browser.desk import Keys, no_mouse, sign_in
from tests.browser.test_desk_drafts import SAVED, tolerate, trouble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counsellor() -> Account:
    return builders.account()


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The keys of each call as a table of the documents; printed, and written where KEYSTROKES says."""
    rows: list[str] = []
    yield rows
    head = ["| 相談 | 項目 | 移動・選択のキー | 打った文字(項目) |", "| --- | --- | --- | --- |"]
    text = "\n".join([*head, *rows])
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        request.config.get_terminal_writer().line(f"\n{text}")
    if path := os.environ.get("KEYSTROKES"):
        page = Path(path)
        before, mark, rest = page.read_text(encoding="utf-8").partition("<!-- keystrokes -->\n")
        _old, end, after = rest.partition("<!-- /keystrokes -->")
        page.write_text(f"{before}{mark}{text}\n{end}{after}", encoding="utf-8")


def number(page: Page, step: Step) -> str:
    """The digits that choose the code in its list, by the browser or the page's script."""
    option = page.locator(f"[name={step.field}] option[value={step.value}]")
    return str(option.text_content()).split()[0]


def take(page: Page, keys: Keys, step: Step) -> None:
    """Go to the field and give it its value."""
    for key in step.keys.split():
        keys.press(key)
    assert page.evaluate("document.activeElement.name") == step.field
    is_list = page.evaluate("document.activeElement.matches('select')")
    keys.write(number(page, step) if is_list else step.value, counted=step.field not in WORDS)


def interrupt(page: Page, live_server: Any, by: Account, call: Call, keys: Keys) -> None:
    """What goes wrong in the middle of this call. Nothing of it may cost a word."""
    if call.disturbed == "connection":
        page.context.set_offline(True)
    elif call.disturbed == "session":
        Session.objects.all().delete()
    elif call.disturbed == "second call":
        address = page.url
        expect(page.locator("#draft-status")).to_contain_text(SAVED)
        page.keyboard.press("Alt+n")
        page.wait_for_url(lambda url: url != address)
        page.keyboard.type("二本目の電話。")
        keys.press("Alt+w")
        page.wait_for_url(address)


def recover(page: Page, live_server: Any, by: Account, call: Call) -> None:
    if call.disturbed == "connection":
        expect(trouble(page, "lost")).to_be_visible()
        page.context.set_offline(False)
    elif call.disturbed == "session":
        expect(trouble(page, "signed-out")).to_be_visible()
        sign_in(page, live_server, by)
    if call.disturbed in ("connection", "session"):
        expect(page.locator("#draft-status")).to_contain_text(SAVED)


@pytest.mark.parametrize("call", CALLS, ids=[call.name for call in CALLS])
def test_a_call_is_recorded_by_keys_alone(
    page: Page, live_server: Any, counsellor: Account, watch: Watch, call: Call, table: list[str]
) -> None:
    no_mouse(page)
    sign_in(page, live_server, counsellor)
    path = "/"
    if call.begin == "Alt+s":
        earlier = builders.case(by=counsellor, product="ROOFING", trader_name="架空リフォーム")
        path = f"/cases/{earlier.uid}/"
    page.goto(live_server.url + path)
    keys = Keys(page)
    keys.press(call.begin)
    page.wait_for_url("**/intake/*")
    expect(page.locator("#id_narrative")).to_be_focused()
    tolerate(watch, page)
    middle = len(call.steps) // 2

    for place, step in enumerate(call.steps):
        if place == middle and call.disturbed:
            interrupt(page, live_server, counsellor, call, keys)
        take(page, keys, step)
    recover(page, live_server, counsellor, call)
    keys.press("Control+Enter")

    expect(page.locator(".notice--success")).to_contain_text("保存しました")
    case = Case.objects.latest("pk")
    assert {name: getattr(case, name) for name in call.saved} == call.saved
    coded = sum(step.field not in WORDS for step in call.steps)
    table.append(f"| {call.name} | {coded} | {keys.moves} | {keys.typed} |")
    assert (keys.moves <= call.most, keys.typed <= call.most_typed) == (True, True), (keys.moves, keys.typed)


@pytest.fixture
def plain(browser: Browser, live_server: Any, counsellor: Account) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    sign_in(opened, live_server, counsellor)
    opened.goto(live_server.url)
    yield opened
    context.close()


WITHOUT_SCRIPT = [call for call in CALLS if call.without_script]


@pytest.mark.parametrize("call", WITHOUT_SCRIPT, ids=[call.name for call in WITHOUT_SCRIPT])
def test_a_call_is_recorded_without_scripts(plain: Page, call: Call) -> None:
    plain.get_by_role(
        "link", name="情報提供を記録する" if call.begin == "Alt+i" else "相談を受ける"
    ).first.click()
    plain.locator("details.fold summary", has_text="支払方法").click()
    plain.locator("[name=payments]").fill("2")
    plain.locator("[data-rows=transfers] button").click()  # 「もう1件」 sends, and everything comes back
    for step in call.steps:
        control = plain.locator(f"[name={step.field}]")
        is_list = control.evaluate("field => field.matches('select')")
        control.select_option(step.value) if is_list else control.fill(step.value)
    plain.get_by_role("button", name="保存する").click()

    expect(plain.locator(".notice--success")).to_contain_text("保存しました")
    case = Case.objects.latest("pk")
    assert {name: getattr(case, name) for name in call.saved} == call.saved
