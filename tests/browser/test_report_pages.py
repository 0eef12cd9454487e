"""年報・月報 in a browser: made by keyboard, and nobody kept out on a desk or a phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from cases import jobs
from tests import builders
from tests.browser.desk import picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 800}


def test_a_report_is_made_by_keyboard_and_keeps_nobody_out(
    page: Page, live_server: Any, tmp_path: Any, settings: Any
) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    manager = builders.account("MANAGER")
    builders.case(by=builders.account(at=manager.centre), sex="FEMALE")
    sign_in(page, live_server, manager)

    def look(name: str) -> None:
        assert gate(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        picture(page, name)

    page.goto(live_server.url + reverse("reports"))
    look("reports")
    page.focus("#id_period")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="作る").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=年報・月報の作成")
    look("report-waiting")
    jobs.claim_and_run(worker="w")
    page.wait_for_selector("text=1 件数の推移")
    look("report")
    page.set_viewport_size(NARROW)
    look("report-narrow")
