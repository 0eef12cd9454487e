"""The watch network in a browser: its pages keep nobody out, and a worry becomes a case and a number by keyboard."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run
from cases.law import calendar
from cases.records.case import Case
from cases.records.worries import Worry
from cases.services import rumours, worries
from cases.services.rumours import RumourEntry
from cases.services.worries import WorryEntry, WorryWords
from consult.shell.accounts import Account
from outreach.network import services as network
from outreach.network.models import Member
from outreach.network.services import ContactEntry, MemberEntry
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse
from tests.browser.gate import gate
from tests.browser.test_three_users import choose, fill, switch_to, tab_to

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 800}
LIST = "種類,名称,部数\n金融機関,みなと信用金庫,1\n謎の会,X,たくさん\n"


def member(by: Account) -> Member:
    entry = MemberEntry(
        kind="WELFARE_CENTRE", name="北地域包括支援センター", channel="FAX", areas=("NORTH",), is_council=True,
        duty_told_on=calendar.today(), receives_shares=True, topics=("INSPECTION",),
        agreement_until=calendar.today(),
    )  # fmt: skip
    made = network.add(uuid.uuid4(), entry, centre=by.centre, by=by)
    network.keep_contact(made.uid, ContactEntry(post="事務局", name="佐藤 一郎"), by=by)
    return made


def worry(by: Account) -> Worry:
    words = WorryWords(person="山田 花子", phone="090-1234-5678", words="屋根の工事の請求書が何枚もあった")
    entry = WorryEntry(
        uid=uuid.uuid4(), received_on=calendar.today(), channel="PAPER", consent="NOT_ASKED", is_urgent=True,
        member_uid=member(by).uid, area="NORTH", theme="INSPECTION", sealed=words,
    )  # fmt: skip
    return worries.record(entry, centre=by.centre, by=by)


def rumour(by: Account) -> uuid.UUID:
    entry = RumourEntry(
        uid=uuid.uuid4(), heard_on=calendar.today(), words="変な電話が回っている", place="本町2丁目"
    )
    return rumours.record(entry, centre=by.centre, by=by).rumour.uid


def answers(client: Client, by: Account) -> dict[str, Any]:
    """Every page of the room with something on it, refused forms among them."""
    told = worry(by)
    who, heard = told.member_uid, rumour(by)
    worries.rate(told.uid, member="GOOD", by=by)
    case = builders.case(by=by)
    from django.core.files.uploadedfile import SimpleUploadedFile

    names = ("network", "member-new", "network-worries", "worries", "rumours", "rumour-new")
    return {
        **{name: client.get(reverse(name)) for name in names},
        "import": client.post(
            reverse("network-import"), {"file": SimpleUploadedFile("名簿.csv", LIST.encode())}
        ),
        "member": client.get(reverse("member", args=[who])),
        "worry opened": client.post(reverse("worry-open", args=[told.uid])),
        "worry refused": client.post(reverse("worry-new"), {"uid": str(uuid.uuid4())}),
        "thanks": client.post(reverse("worry-thanks", args=[told.uid])),
        "rumour": client.get(reverse("rumour", args=[heard])),
        "share": client.get(reverse("case-watch-share", args=[case.uid]) + f"?member={who}"),
    }


@pytest.mark.django_db
def test_the_pages_keep_nobody_out_on_a_desk_and_on_a_phone(
    everybody: Account, shown: Shown, page: Page
) -> None:
    client = Client()
    client.force_login(everybody)

    for name, answer in answers(client, everybody).items():
        page.set_viewport_size({"width": 1280, "height": 900})
        shown(answer.content.decode())
        assert gate(page) == [], name
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name


@pytest.mark.django_db(transaction=True)
def test_a_worry_becomes_a_case_and_a_number_without_a_mouse(page: Page, live_server: Any) -> None:
    centre = builders.centre()
    desk = builders.account("COUNSELLOR", at=centre, username="counsellor")
    manager = builders.account("MANAGER", at=centre, username="manager")
    told = worry(desk)
    no_mouse(page)

    switch_to(page, live_server, desk)
    choose(page, "気づき")
    page.wait_for_url("**/worries/")
    choose(page, told.number)
    expect(page.locator("h1")).to_contain_text(told.number)
    page.keyboard.press("Alt+r")
    expect(page.locator(".summary").first).to_contain_text("山田 花子")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/intake/*")
    expect(page.locator("#id_narrative")).to_have_value("屋根の工事の請求書が何枚もあった")
    fill(page, "年齢", "82")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success")).to_contain_text("保存しました")
    expect(page.locator("main")).to_contain_text(told.number)
    case = Case.objects.get()
    assert (case.route, case.main_scam) == ("WATCHER", "INSPECTION")
    assert worries.stage_of(Worry.objects.with_case().get()) == "CASE"

    feed.drain("search", 1_000)
    while claim_and_run(worker="test"):
        pass
    switch_to(page, live_server, manager, f"{reverse('numbers')}?rows=route")
    row = page.locator("tr", has_text="見守り関係者").first
    expect(row.locator("td").first).to_have_text("1")
    page.goto(live_server.url + reverse("network-worries"))
    expect(page.locator("tr", has_text="地域包括支援センター").first).to_contain_text("1")
    tab_to(page, told.number)
