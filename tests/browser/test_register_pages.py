"""The registers in a browser: everybody can use them; a device goes out, is asked for, comes back by keyboard."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.law import calendar
from consult.shell.accounts import Account
from outreach.devices import demo as device_demo
from outreach.devices.models import DeviceKind, Loan
from outreach.programme.models import Kpi
from outreach.stock import demo as stock_demo
from outreach.stock.models import StockItem
from outreach.supporters import demo as supporter_demo
from outreach.supporters.models import Supporter
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse, sign_in
from tests.browser.gate import gate
from tests.browser.test_numbers_journey import go_to, open_

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 800}


def addresses(account: Account) -> dict[str, str]:
    """Every page of the registers with something on it."""
    centre, today = account.centre, calendar.today()
    for room in (device_demo, stock_demo, supporter_demo):
        room.load(centre, account, today)
    kpi = Kpi.objects.create(
        centre=centre,
        name="被害防止機器",
        year=2025,
        value=784,
        unit="台",
        target=2400,
        target_year=2031,
        direction="up",
    )
    kind, loans = DeviceKind.objects.get(centre=centre), Loan.objects.filter(centre=centre)
    return {
        "registers": reverse("registers"),
        "devices": reverse("devices"),
        "a kind": reverse("device-kind", args=[kind.uid]),
        "an application": reverse("loan-new", args=[kind.uid]),
        "somebody waits": reverse("loan", args=[loans.waiting()[0].uid]),
        "overdue": reverse("devices-overdue"),
        "an overdue loan": reverse("loan", args=[loans.overdue()[0].uid]),
        "stock": reverse("stock"),
        "an item": reverse("stock-item", args=[StockItem.objects.filter(centre=centre)[0].uid]),
        "supporters": reverse("supporters"),
        "a supporter": reverse("supporter", args=[Supporter.objects.filter(centre=centre)[0].uid]),
        "indicators": reverse("kpis"),
        "an indicator": reverse("kpi", args=[kpi.pk]),
        "counted lines": reverse("programme-proposals"),
    }


@pytest.mark.django_db
def test_the_pages_of_the_registers_keep_nobody_out(everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    wrong = {}
    for name, url in addresses(everybody).items():
        for size in (NARROW, {"width": 1280, "height": 900}):
            page.set_viewport_size(size)
            answer = client.get(url)
            shown(answer.content.decode())
            wide = page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]
            # The walk by Tab takes its time: once a page, where it is narrow.
            faults = gate(page) if size is NARROW else []
            if answer.status_code != 200 or wide or faults:
                wrong[name, size["width"]] = (answer.status_code, wide, faults)

    assert wrong == {}


@pytest.mark.django_db(transaction=True)
def test_a_device_goes_out_is_asked_for_and_comes_back_by_keyboard(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    keeper = builders.account("OUTREACH")
    device_demo.load(keeper.centre, keeper, calendar.today())
    waiting = Loan.objects.waiting()[0]
    no_mouse(page)
    sign_in(page, live_server, keeper)

    page.goto(f"{live_server.url}{reverse('loan', args=[waiting.uid])}")
    go_to(page, "機器番号")
    page.keyboard.type("R-900")
    open_(page, "貸し出す")
    expect(page.locator("main")).to_contain_text("貸出中")

    # A year and a month later.
    Loan.objects.filter(pk=waiting.pk).update(due_on=calendar.today() - timedelta(days=30))
    page.goto(f"{live_server.url}{reverse('devices-overdue')}")
    expect(page.locator("tbody tr")).to_have_count(2)
    go_to(page, "選んだ貸出の返却のお願い")
    with page.expect_download() as told:
        page.keyboard.press("Enter")
    file = tmp_path / "letters.zip"
    told.value.save_as(file)
    with zipfile.ZipFile(file) as letters:
        assert all(letters.read(name).startswith(b"%PDF") for name in letters.namelist())
        assert len(letters.namelist()) == 3

    page.goto(f"{live_server.url}{reverse('loan', args=[waiting.uid])}")
    expect(page.locator("dl.summary")).to_contain_text(calendar.today().isoformat())
    open_(page, "返却を記録")
    expect(page.locator("main")).to_contain_text("返却済み")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reminders.count()) == ("RETURNED", 1)
