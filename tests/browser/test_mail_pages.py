"""Mail in a browser: every page can be used, and from an issued bulletin to who unsubscribed by keys alone."""

import email
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from benchmarks.mail.server import taken
from cases.jobs.work import claim_and_run
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.delivery import incoming, mailings, sending, subscribers
from outreach.delivery.models import Incoming, Mailing, Subscriber
from outreach.delivery.subscribers import Wish
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.desk import no_mouse, sign_in
from tests.browser.gate import gate
from tests.mail import relay_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def an_issue(account: Account) -> Bulletin:
    author = builders.account("OUTREACH", at=account.centre)
    text = BulletinText(
        title="屋根の点検にご注意", theme="INSPECTION", example="無料で点検すると言われた。",
        advice=["その場で決めない。", "家族に話す。", "見積もりを比べる。"], signs=["足場がある"], audience="public",
    )  # fmt: skip
    uid = bulletins.start(text, centre=account.centre, by=author).bulletin.uid
    bulletins.submit(uid, by=author, suggestions_seen=True)
    bulletins.approve(uid, by=account)
    return bulletins.issue(uid, by=author)


def a_subscriber(account: Account, address: str = "hanako@example.jp") -> Subscriber:
    wish = Wish(consent_on=date(2026, 4, 1), consent_source="PAPER", topics=["INSPECTION"])
    return subscribers.subscribe(address, wish, centre=account.centre, by=account)


def _unknown(client: Client, account: Account) -> HttpResponse:
    a_subscriber(account)
    mailing = mailings.start_issue(an_issue(account).uid, expected=1, by=account)
    sending.claimed(mailing.deliveries.get(), "<cut@city.example.jp>")
    while claim_and_run(worker="test"):
        pass
    return client.get(reverse("mailing", args=[mailing.uid]))


def _looked(client: Client, _account: Account) -> HttpResponse:
    text = "メールアドレス,同意日,同意の方法\na@example.jp,2026-04-02,電話\nだれか,2026-04-02,電話\n"
    return client.post(reverse("subscribers-import"), {"file": SimpleUploadedFile("a.csv", text.encode())})


def _open_mail(client: Client, account: Account) -> HttpResponse:
    row = incoming.receive(
        "From: q@example.jp\nSubject: 質問\n\n本文\n".encode(), centre=account.centre, by=account
    )
    assert row is not None
    return client.post(reverse("incoming-read", args=[row.uid]), {"purpose": "REQUEST"})


def _list(client: Client, account: Account) -> HttpResponse:
    an_issue(account)
    return client.get(reverse("mail"))


PAGES: dict[str, Callable[[Client, Account], Any]] = {
    "what was sent": _list,
    "a look": lambda client, account: (
        a_subscriber(account) and client.get(reverse("mail-issue", args=[an_issue(account).uid]))
    ),
    "unknown ones": _unknown,
    "subscribers": lambda client, account: a_subscriber(account) and client.get(reverse("subscribers")),
    "a subscription": lambda client, account: client.get(
        reverse("subscriber", args=[a_subscriber(account).uid])
    ),
    "a refused address": lambda client, _account: client.post(reverse("subscriber-new"), {"address": "?"}),
    "a list looked at": _looked,
    "mail that came back": lambda client, _account: client.get(reverse("mail-inbox")),
    "a mail that matched nobody": _open_mail,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(
    name: str, everybody: Account, shown: Shown, page: Page, tmp_path: Path, settings: Any
) -> None:
    client = Client()
    client.force_login(everybody)
    page.set_viewport_size({"width": 320, "height": 800})

    with relay_in(tmp_path / "relay", settings):
        answer = PAGES[name](client, everybody)
    shown(answer.content.decode())

    assert answer.status_code in (200, 422)
    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.django_db(transaction=True)
def test_from_an_issue_to_who_unsubscribed_by_keys_alone(
    everybody: Account, live_server: Any, page: Page, tmp_path: Path, settings: Any
) -> None:
    bulletin, subscriber = an_issue(everybody), a_subscriber(everybody)
    sign_in(page, live_server, everybody)
    no_mouse(page)

    def press(name: str, role: Any = "button") -> None:
        page.get_by_role(role, name=name).focus()
        page.keyboard.press("Enter")

    with relay_in(tmp_path / "relay", settings) as relay:
        page.goto(live_server.url + reverse("bulletin", args=[bulletin.uid]))
        press("登録者にメールで送る", "link")
        expect(page.get_by_text("unsubscribe ", exact=False)).to_be_visible()
        press("1人に送る")
        expect(page.get_by_text("送信を始めました。")).to_be_visible()
        while claim_and_run(worker="test"):
            pass
        page.goto(live_server.url + reverse("mailing", args=[Mailing.objects.get().uid]))
        expect(page.get_by_role("definition").get_by_text("1").first).to_be_visible()
        [(recipient, content)] = taken(relay.kept.folder)
        assert recipient == "hanako@example.jp"
        word = str(email.message_from_bytes(content)["List-Unsubscribe"]).partition("%20")[2].rstrip("> \n")
        answer = f"From: hanako@example.jp\nSubject: unsubscribe {word}\n\n\n".encode()
        page.goto(live_server.url + reverse("mail-inbox"))
        page.get_by_label("返ってきたメール").set_input_files(
            {"name": "a.eml", "mimeType": "message/rfc822", "buffer": answer}
        )
        press("取り込む")
        expect(page.get_by_text("自動で処理 1", exact=False)).to_be_visible()

    assert Incoming.objects.get().state == "MATCHED"
    subscriber.refresh_from_db()
    assert subscriber.state == "UNSUBSCRIBED"
