"""The pages of outreach in a browser: everybody can use them, on a desk and on a phone."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.jobs.work import claim_and_run
from cases.law import calendar
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins import variants
from outreach.bulletins.services import BulletinText
from outreach.lectures.services import LecturePlan, plan_lecture, record_result
from outreach.programme.examples import load_examples
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}


@pytest.fixture
def everybody(tmp_path, settings) -> Account:
    """Somebody who may open every page, at a centre where a 手口 rises."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    account = builders.account()
    account.role_codes = list(roles.ROLES)
    account.save()
    for days in (*range(9), 100):
        builders.case(by=account, received_at=builders.RECEIVED_AT - timedelta(days=days))
    load_examples()
    return account


def lecture(account: Account, day: date) -> str:
    plan = LecturePlan(
        title="点検商法から身を守る", held_on=day, starts_at=time(14), ends_at=time(15), venue="北公民館",
        audience="KOREISHA", lecturer="秘密 講師", go_on="町内会の行事に合わせる",
    )  # fmt: skip
    saved = plan_lecture(plan, centre=account.centre, by=account)
    if day < calendar.today():
        record_result(saved.lecture.uid, sessions=1, people=20, kind="LECTURE", by=account)
    return str(saved.lecture.uid)


def bulletin(account: Account, *, issued: bool) -> str:
    author = builders.account("OUTREACH", at=account.centre)
    text = BulletinText(
        title="屋根の点検にご注意", theme="INSPECTION", example="無料で点検すると言われた。",
        advice=["その場で決めない。", "家族に話す。", "見積もりを比べる。"], signs=["足場がある"], period="FISCAL_YEAR",
    )  # fmt: skip
    uid = bulletins.start(text, centre=account.centre, by=author).bulletin.uid
    bulletins.submit(uid, by=author, suggestions_seen=True)
    claim_and_run(worker="test")  # its number is judged
    if issued:
        bulletins.approve(uid, by=account)
        bulletins.issue(uid, by=author)
    return str(uid)


def address(name: str, account: Account) -> str:
    """The page of that name, with the rows that it needs."""
    today = calendar.today()
    plain = {
        "planning": reverse("outreach"),
        "lectures": reverse("lectures"),
        "month": reverse("lecture-month-now"),
        "plan a lecture": reverse("lecture-new"),
        "roster": reverse("lecture-roster"),
        "what is next": reverse("lecture-steps"),
        "schools": reverse("lecture-schools"),
        "week": reverse("lecture-week-now"),
        "enter a lecturer": reverse("lecturer-new"),
        "bulletins": reverse("bulletins"),
        "limits": reverse("bulletin-rules"),
        "write a bulletin": reverse("bulletin-new") + "?scam=INSPECTION",
        "programme": reverse("programme") + "?centre=koganei",
        "indicators": reverse("programme") + "?centre=meguro",
    }
    if name in plain:
        lecture(account, today)
        return plain[name]
    if name == "choose a lecturer":
        return reverse("lecture-choose", args=[lecture(account, today + timedelta(days=9))])
    if name == "report":
        return reverse("lecture-report", args=[lecture(account, today - timedelta(days=9))])
    if name in ("lecture", "lecture held"):
        return reverse(
            "lecture", args=[lecture(account, today + timedelta(days=9 if name == "lecture" else -9))]
        )
    if name in ("other shapes", "easy japanese"):
        uid = bulletin(account, issued=True)
        variants.keep(
            uuid.UUID(uid), "easy", title="気をつけて", text="契約書に名前を書きません。188へ。", by=account
        )
        if name == "other shapes":
            return reverse("bulletin-outputs", args=[uid])
        return reverse("bulletin-variant", args=[uid, "easy"])
    return reverse("bulletin", args=[bulletin(account, issued=name == "bulletin issued")])


@pytest.mark.parametrize("width", ["desk", "phone"])
@pytest.mark.parametrize(
    "name",
    [
        "planning", "lectures", "month", "plan a lecture", "roster", "what is next", "enter a lecturer",
        "choose a lecturer", "report", "schools", "week",
        "lecture", "lecture held", "bulletins", "write a bulletin",
        "bulletin to approve", "bulletin issued", "other shapes", "easy japanese", "limits", "programme", "indicators",
    ],
)  # fmt: skip
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    url = address(name, everybody)
    # A bulletin asks for the pages of its large print once it stands: answered as a part, not with the page itself.
    shown.answers[f"{url}large-print"] = (200, '<li class="look"><strong>大きな文字</strong></li>')
    if width == "phone":
        page.set_viewport_size(NARROW)

    answer = client.get(url)
    shown(answer.content.decode())

    assert answer.status_code == 200
    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("name", ["lecture-new", "bulletin-new"])
def test_a_refused_form_keeps_nobody_out(name: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)

    answer = client.post(reverse(name), {"title": "", "advice": "長" * 61})
    shown(answer.content.decode())

    assert answer.status_code == 422
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert gate(page) == []
