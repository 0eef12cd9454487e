"""状況 in a browser: everybody can use it, on a desk, on a phone, on a wall, in forced colours."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BOARD = reverse("board")
SIZES = {"desk": (1280, 900), "phone": (320, 800), "wall": (1920, 1080)}


@pytest.fixture
def client(everybody: Account, tmp_path, settings) -> Client:
    """Signed in at a centre with cases of two years, one 手口 of which rises."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    now = timezone.now()
    for days in (3, 4, 5, 6, 7, 8, 40, 200, 400):
        builders.case(by=everybody, sex="FEMALE", received_at=now - timedelta(days=days))
    builders.case(by=everybody, scam_main="FAKE_SHOP", age=None, received_at=now - timedelta(days=300))
    client = Client()
    client.force_login(everybody)
    return client


@pytest.mark.parametrize("asked", [{}, {"wall": "1"}, {"since": "R8.13.1"}], ids=["board", "wall", "refused"])
@pytest.mark.parametrize("size", SIZES)
def test_the_board_keeps_nobody_out(asked, size, client: Client, shown: Shown, page: Page) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})

    shown(client.get(BOARD, asked).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if size == "wall" and asked.get("wall"):  # nobody scrolls on a wall
        assert page.evaluate("document.documentElement.scrollHeight") <= height


def test_the_board_has_no_fault_in_forced_colours(client: Client, shown: Shown, page: Page) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")

    shown(client.get(BOARD).content.decode())

    assert gate(page) == []


def test_every_chart_has_its_table_within_reach_of_the_keyboard(
    client: Client, shown: Shown, page: Page
) -> None:
    shown(client.get(BOARD).content.decode())
    charts = page.locator("figure.chart")
    assert charts.count() >= 6

    for n in range(charts.count()):
        chart = charts.nth(n)
        chart.locator("summary").focus()
        page.keyboard.press("Enter")
        assert chart.locator("tbody tr").first.is_visible()


def test_the_wall_takes_new_numbers_until_it_is_stopped(client: Client, shown: Shown, page: Page) -> None:
    page.clock.install()
    html = client.get(BOARD, {"wall": "1"}).content.decode()
    shown(html)
    value = page.locator(".figure__value").first
    old = value.text_content()

    shown.html = html.replace(f">{old}<", ">999件<", 1)
    page.get_by_role("button", name="自動更新を止める").click()
    page.clock.fast_forward("06:00")
    assert value.text_content() == old

    page.get_by_role("button", name="自動更新を止める").click()
    page.clock.fast_forward("06:00")
    expect(value).to_have_text("999件")


@pytest.mark.parametrize(("status", "told"), [(401, "サインインが切れました"), (503, "受け取れません")])
def test_the_wall_says_when_its_numbers_are_old(
    status, told, client: Client, shown: Shown, page: Page, watch
) -> None:
    page.clock.install()
    shown(client.get(BOARD, {"wall": "1"}).content.decode())
    shown.answers["/"] = (status, "")
    watch.tolerated.add("http://localhost/")

    page.clock.fast_forward("06:00")

    page.get_by_text(told).wait_for()
    assert page.locator(".figure__value").first.is_visible()
