"""転記モード with the keyboard: one key copies the next field, marks it, and the clipboard holds it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.records.registration import Registration
from cases.services import followup
from cases.services.pionet import plan
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import Keys, no_mouse, sign_in
from tests.browser.gate import gate

pytestmark = pytest.mark.browser
ON_A_SERVER = pytest.mark.django_db(transaction=True)

FIELDS = """item,label,limit,form
received_on,受付年月日,,slash
subject,件名,50,
narrative,相談概要,5,
kind,相談区分,,
"""


@pytest.fixture
def counsellor(db: None) -> Account:
    account = builders.account()
    plan.change(account.centre, fields=FIELDS, since=None, by=account)
    return account


@ON_A_SERVER
def test_a_card_is_copied_and_registered_without_a_mouse(
    page: Page, live_server: Any, counsellor: Account
) -> None:
    case = builders.case(by=counsellor)
    case = followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=counsellor)
    sign_in(page, live_server, counsellor)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    no_mouse(page)
    keys = Keys(page)
    page.goto(f"{live_server.url}/cases/{case.uid}/")
    keys.press("Alt+p")
    page.wait_for_url(f"{live_server.url}/cases/{case.uid}/pionet")

    copied = []
    for name in ("受付年月日", "相談概要", "相談区分"):  # 件名 is empty: passed over
        keys.press("Alt+c")
        page.get_by_role("status").filter(has_text=f"コピーしました: {name}").wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    keys.press("Alt+c")

    assert copied == ["2026/11/20", "無料の屋根点検だと言われ、148万円の工事を契約したという。", "苦情"]
    assert page.locator("[data-done]").count() == 3
    assert page.get_by_text("字超えています").count() == 1
    assert page.evaluate("document.activeElement.name") == "number"
    assert gate(page) == []
    page.locator("#id_number").focus()
    keys.write("R8-77")
    keys.press("Control+Enter")
    page.get_by_text("PIO-NETの番号 R8-77 を記録しました。").wait_for()
    assert Registration.objects.get(case=case).number == "R8-77"


@ON_A_SERVER
def test_without_the_clipboard_of_the_browser_the_old_way_copies(
    page: Page, live_server: Any, counsellor: Account
) -> None:
    case = builders.case(by=counsellor)
    sign_in(page, live_server, counsellor)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(f"{live_server.url}/cases/{case.uid}/pionet")
    page.evaluate(
        "addEventListener('copy', () => { window.taken = document.activeElement.value ?? String(getSelection()) })"
    )

    page.keyboard.press("Alt+c")
    page.get_by_role("status").filter(has_text="コピーしました").wait_for()

    assert page.evaluate("window.taken") == "2026/11/20"


PAGES = (
    "pionet",
    "pionet-compare",
    "pionet-plan",
    "pionet-cards",
    "blank-sheet",
    "case-print",
    "pionet-copy",
    "pionet-words",
)
OF_A_CASE = ("case-print", "pionet-copy", "pionet-words")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "width"),
    [*((name, 1280) for name in PAGES), ("pionet", 320), ("pionet-copy", 320), ("blank-sheet", 320)],
)
def test_a_page_of_papers_and_pionet_keeps_nobody_out(
    name: str, width: int, page: Page, shown: Shown, counsellor: Account
) -> None:
    case = builders.case(by=counsellor, caller=builders.person(), trader_name="カモメ商会")
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=counsellor)
    client = Client()
    client.force_login(counsellor)
    page.set_viewport_size({"width": width, "height": 900})

    ask = client.post if name == "pionet-words" else client.get
    shown(ask(reverse(name, args=[case.uid] if name in OF_A_CASE else [])).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
