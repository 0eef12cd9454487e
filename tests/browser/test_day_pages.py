"""The day in a browser: everybody can use its pages; one key calls for help, and the chief sees it without a reload."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cases.law import calendar
from cases.services import callbacks, custody, help_calls, mediation
from cases.services.callbacks import CallbackEntry
from cases.services.card_entry import ConsentEntry
from cases.services.mediation import Step
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
PAGES = (
    "today", "a case", "a contact refused", "contacts", "a mediation", "a step refused", "course", "log",
    "leavers", "a leaver", "closed days", "related",
)  # fmt: skip


def page_of(name: str, account: Account, client: Client) -> str:
    """The page with something on it."""
    colleague = builders.account(at=account.centre)
    consent = ConsentEntry(kind="CONTACT", answer="NO", note="夜はだめ")
    case = builders.case(
        by=account, caller=builders.person(), consents=(consent,), is_difficult=True,
        document_received_on=calendar.today() - timedelta(days=5), received_at=timezone.now(),
    )  # fmt: skip
    for _n in range(6):
        builders.case(by=account, caller=builders.person(), received_at=timezone.now())
    custody.hand_over(builders.case(by=colleague).uid, to_uid=account.uid, note="", by=colleague)
    entry = CallbackEntry(uid=uuid.uuid4(), kind="CALL_BACK", whom="CALLER", due_at=timezone.now())
    callbacks.plan(case.uid, entry, by=account)
    for code in ("OFFER_BY_CONSUMER", "OFFER_BY_TRADER", "AGREED"):
        step = Step(uid=uuid.uuid4(), code=code, happened_at=timezone.now(), text="半額を返す。", yen=740_000)
        mediation.record(case.uid, step, by=account)
    help_calls.call(centre=account.centre, by=colleague)
    answers = {
        "today": lambda: client.get(reverse("today")),
        "a case": lambda: client.get(reverse("case", args=[case.uid])),
        "a contact refused": lambda: client.post(
            reverse("case-callback", args=[case.uid]), {"due_on": "13/45"}
        ),
        "contacts": lambda: client.get(reverse("callbacks")),
        "a mediation": lambda: client.get(reverse("case-mediation", args=[case.uid])),
        "a step refused": lambda: client.post(
            reverse("case-mediation-step", args=[case.uid]), {"yen": "半分"}
        ),
        "course": lambda: client.get(reverse("case-course", args=[case.uid])),
        "log": lambda: client.get(reverse("day-log")),
        "leavers": lambda: client.get(reverse("leavers")),
        "a leaver": lambda: client.get(reverse("leaver", args=[account.uid])),
        "closed days": lambda: client.get(reverse("closed-days")),
        "related": lambda: client.post(reverse("case-related", args=[case.uid])),
    }
    return str(answers[name]().content.decode())


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, "desk") for name in PAGES),
        *((name, "phone") for name in ("today", "a contact refused", "a mediation", "log", "related")),
    ],
)
def test_a_page_of_the_day_keeps_nobody_out(
    name: str, width: str, everybody: Account, shown: Shown, page: Page
) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)
    html = page_of(name, everybody, client)
    shown.answers[reverse("help-waiting")] = (200, client.get(reverse("help-waiting")).content.decode())

    shown(html)
    expect(page.locator("[data-help-url]")).to_contain_text("応援を呼んでいます")

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.django_db(transaction=True)
def test_one_key_on_the_phone_calls_the_chief_and_nothing_typed_is_left(
    page: Page, browser: Browser, live_server: Any
) -> None:
    caller = builders.account(username="soudan")
    chief = builders.account("MANAGER", at=caller.centre, username="kanri")
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    desk_of_chief = context.new_page()
    sign_in(desk_of_chief, live_server, chief)
    desk_of_chief.goto(f"{live_server.url}/")
    no_mouse(page)
    sign_in(page, live_server, caller)
    page.goto(f"{live_server.url}/intake/{uuid.uuid4()}")
    page.locator("#id_narrative").focus()
    page.keyboard.type("怒鳴られている。")

    page.keyboard.press("Alt+h")

    expect(page.locator("[data-help-status]")).to_have_text("応援を呼んでいます")
    expect(page.locator("#id_narrative")).to_have_value("怒鳴られている。")
    strip = desk_of_chief.locator("[data-help-url]")
    expect(strip).to_contain_text("電話中", timeout=8000)
    strip.get_by_role("button").click()
    expect(strip).to_contain_text("気づいた")
    expect(page.locator("[data-help-status]")).to_contain_text("さんが気づきました", timeout=8000)
    context.close()
