"""年報・月報 in a browser: made by keyboard, and nobody kept out on a desk or a phone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases import jobs
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span
from cases.law import calendar
from cases.services import editions, releases
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import picture, sign_in
from tests.browser.gate import gate
from tests.cases.services.pionet.test_cards import confirm

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


@pytest.fixture
def told(everybody: Account, tmp_path: Any, settings: Any) -> dict[str, str]:
    """The pages around a report that was made, as HTML: what is offered, refused, told, and changed since."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    client = Client()
    client.force_login(everybody)
    confirmed = builders.case(by=everybody, sex="FEMALE", caller=builders.person(name="鬼塚 紗都香"))
    empty = client.get(reverse("reports"))
    client.post(reverse("report-start"), {"period": f"YEAR.{calendar.fiscal_year(calendar.today())}-04-01"})
    report = Report.objects.get()
    jobs.claim_and_run(report.job.uid, worker="w")
    url = {name: reverse(name, args=[report.uid]) for name in ("report", "report-examples", "report-since")}
    none_confirmed = client.get(url["report-examples"])
    since_nothing = client.get(url["report-since"])
    confirm(confirmed, everybody)
    builders.case(by=everybody)
    words = {"number": confirmed.number, "title": "題", "text": "鬼塚紗都香さんの相談。"}
    answers = {
        "no reports": empty,
        "reports": client.get(reverse("reports")),
        "a period refused": client.post(reverse("report-start"), {"period": "", "until": "R8.13.1"}),
        "a draft": client.get(url["report"]),
        "issuing refused": client.post(reverse("report-issue", args=[report.uid])),
        "no confirmed text": none_confirmed,
        "texts to choose from": client.get(url["report-examples"]),
        "a text chosen": client.get(url["report-examples"], {"case": confirmed.number}),
        "a text that is gone": client.get(url["report-examples"], {"case": "2026-999999"}),
        "a name in the words": client.post(url["report-examples"], words),
        "since: nothing": since_nothing,
        "since: something": client.get(url["report-since"]),
        **editions_of(client, everybody),
        "limits of age": client.get(reverse("age-limits")),
        "earlier codes": client.get(reverse("code-map")),
        "an earlier code refused": client.post(reverse("code-map-set"), {"kind": "scam_type"}),
        "a file of earlier codes refused": client.post(
            reverse("code-map-file"), {"file": SimpleUploadedFile("t.csv", b"kind,old,new\nsex,A,B\n")}
        ),
        "limits of age refused": client.post(reverse("age-limits"), {"senior_from": "7"}),
    }
    return {name: answer.content.decode() for name, answer in answers.items()}


def editions_of(client: Client, by: Account) -> dict[str, Any]:
    """Public editions: none, a year refused, one that waits, one judged, one that is out."""
    found = {
        "no editions": client.get(reverse("editions")),
        "a year refused": client.post(reverse("edition-open-data"), {"year": "1900"}),
    }
    asked = editions.tables_of(by.centre, Span.YEAR, calendar.fiscal_year_range(2025)[0])[1:3]
    release = releases.propose(by.centre, asked, kind="REPORT", audience="public", title="公表版", by=by)
    page = reverse("edition", args=[release.uid])
    found["an edition that waits"] = client.get(page)
    jobs.claim_and_run(release.job.uid, worker="w")
    found["an edition judged"] = client.get(page)
    releases.approve(release.uid, by=by, is_checked=True)
    return found | {"an edition": client.get(page), "editions": client.get(reverse("editions"))}


@pytest.mark.parametrize("way", ["desk", "phone", "forced colours"])
def test_the_pages_around_a_report_keep_nobody_out(
    way: str, told: dict[str, str], shown: Shown, page: Page
) -> None:
    if way == "phone":
        page.set_viewport_size(NARROW)
    if way == "forced colours":
        page.emulate_media(forced_colors="active", reduced_motion="reduce")

    for name, html in told.items():
        shown(html)
        assert gate(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name


def test_what_is_printed_fits_the_paper(told: dict[str, str], shown: Shown, page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins

    for name, html in told.items():
        shown(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= 688, name
