"""権利と期限 in a browser: the hint follows what is typed and chosen in it; the pages keep nobody out."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import DAY, LAST_DAY, TYPED_DAY, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 800}


@pytest.fixture
def counsellor(db: None) -> Account:
    return builders.account()


@pytest.mark.parametrize("width", ["desk", "phone"])
@pytest.mark.parametrize("name", ["rules", "case"])
def test_a_page_keeps_nobody_out(
    name: str, width: str, counsellor: Account, shown: Shown, page: Page
) -> None:
    client = Client()
    client.force_login(counsellor)
    case = builders.case(by=counsellor, contracted_on=DAY, document_received_on=DAY)
    address = reverse("rights-rules") if name == "rules" else reverse("case", args=[case.uid])
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(client.get(address).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_another_transaction_is_looked_at_without_leaving_its_list(
    counsellor: Account, live_server: object, page: Page
) -> None:
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + reverse("intake-new"))
    page.fill("[name=document_received_on]", TYPED_DAY)
    expect(page.locator("#hint-rights")).to_contain_text(LAST_DAY)

    page.focus("[name=hint_transaction]")
    page.keyboard.press("End")

    expect(page.locator("#hint-rights")).to_contain_text("店舗での購入にはクーリング・オフの定めがありません")
    assert page.evaluate("document.activeElement.name") == "hint_transaction"
