"""Mail in a browser: every page can be used, and from an alarm to who unsubscribed and gets no next, by keys alone."""

import email
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from benchmarks.mail.server import taken
from cases.figures.surge_log.models import SurgeWave
from cases.jobs.work import claim_and_run
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.delivery import incoming, mailings, sending, subscribers
from outreach.delivery.models import Subscriber
from outreach.delivery.subscribers import Wish
from tests import builders, waves
from tests.browser.conftest import Shown
from tests.browser.desk import Keys, no_mouse, sign_in, tab_to
from tests.browser.gate import gate
from tests.mail import mailbox_in, relay_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def an_issue(account: Account, audience: str = "public") -> Bulletin:
    author = builders.account("OUTREACH", at=account.centre)
    text = BulletinText(
        title="屋根の点検にご注意", theme="INSPECTION", example="無料で点検すると言われた。",
        advice=["その場で決めない。", "家族に話す。", "見積もりを比べる。"], signs=["足場がある"], audience=audience,
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


def _made_issue(keys: Keys, live_server: Any, writer: Account, manager: Account, wave: SurgeWave) -> Bulletin:
    """From the card of an alarm to an approved and issued bulletin for members, each person at their own page."""
    page = keys.page
    page.goto(live_server.url + reverse("surge", args=[wave.uid]))
    keys.press("Alt+b")
    page.wait_for_url("**/bulletins/new*")
    tab_to(keys, "id_example")
    keys.press("Control+a")
    keys.write(
        "近所で工事をしていると言って来た業者に、屋根の瓦がずれていると言われ、その場で契約した。(70歳代)"
    )
    keys.press("Control+Enter")
    page.wait_for_url("**/outreach/bulletins/*-*/")
    address = page.url
    _press(keys, "確認を依頼する")
    expect(page.locator("main")).to_contain_text("確認待ち")
    for who, word, then in ((manager, "承認する", "承認済み"), (writer, "発行する", "第1号")):
        page.context.clear_cookies()
        sign_in(page, live_server, who)
        page.goto(address)
        _press(keys, word)
        expect(page.locator("main")).to_contain_text(then)
    _work()
    return Bulletin.objects.get(wave=wave.uid)


def _press(keys: Keys, name: str) -> None:
    tab_to(keys, name)
    keys.press("Enter")


def _work() -> None:
    while claim_and_run(worker="test"):
        pass


def _sent(keys: Keys, live_server: Any, bulletin: Bulletin, words: str) -> None:
    """Sent to as many as the button says, by a worker that does what is due."""
    keys.page.goto(live_server.url + reverse("bulletin", args=[bulletin.uid]))
    _press(keys, "登録者にメールで送る")
    keys.page.wait_for_url("**/mail/issues/*-*/")
    _press(keys, words)
    expect(keys.page.get_by_text("送信を始めました。")).to_be_visible()
    _work()


def _wish_to_end(mail: bytes) -> bytes:
    """What a mail program sends when its reader follows List-Unsubscribe."""
    link = urlsplit(str(email.message_from_bytes(mail)["List-Unsubscribe"]).strip("<> \n"))
    [subject] = parse_qs(link.query)["subject"]
    return f"From: somebody@example.jp\r\nTo: {link.path}\r\nSubject: {subject}\r\n\r\n\r\n".encode()


@pytest.mark.django_db(transaction=True)
def test_from_an_alarm_to_who_no_longer_gets_the_next_by_keys_alone(
    live_server: Any, page: Page, tmp_path: Path, settings: Any
) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    writer = builders.account("OUTREACH")
    manager = builders.account("MANAGER", at=writer.centre)
    wish = Wish(consent_on=date(2026, 4, 1), consent_source="MEMBER")
    hanako, taro = (
        subscribers.subscribe(f"{name}@example.jp", wish, centre=writer.centre, by=writer)
        for name in ("hanako", "taro")
    )
    keys = Keys(page)
    no_mouse(page)
    sign_in(page, live_server, writer)

    with relay_in(tmp_path / "relay", settings) as relay, mailbox_in(settings) as box:
        bulletin = _made_issue(keys, live_server, writer, manager, waves.wave(writer.centre))
        page.reload()
        with page.expect_download() as paper:
            _press(keys, "ダウンロード")
        _press(keys, "ほかの形を開く")
        page.wait_for_url("**/outputs/")
        with page.expect_download() as text:
            _press(keys, "メールの文を受け取る")
        _sent(keys, live_server, bulletin, "2人に送る")
        got = dict(taken(relay.kept.folder))
        box.mails = {"7": _wish_to_end(got["hanako@example.jp"])}
        page.goto(live_server.url + reverse("mail-inbox"))
        _press(keys, "いま読む")
        page.wait_for_url("**/jobs/**")
        _work()
        page.goto(live_server.url + reverse("mail-inbox"))
        expect(page.locator("main")).to_contain_text("配信停止の申出")
        following = an_issue(manager, audience="members")
        _sent(keys, live_server, following, "1人に送る")
        page.goto(live_server.url + reverse("surge", args=[bulletin.wave]))
        expect(page.locator("main")).to_contain_text(bulletin.title)

    assert paper.value.path().read_bytes().startswith(b"%PDF")
    assert bulletin.title in text.value.path().read_text(encoding="cp932")
    assert got.keys() == {"hanako@example.jp", "taro@example.jp"}
    assert box.seen == {"7"}
    recipients = Counter(recipient for recipient, _content in taken(relay.kept.folder))
    assert recipients == {"hanako@example.jp": 1, "taro@example.jp": 2}
    hanako.refresh_from_db()
    taro.refresh_from_db()
    assert (hanako.state, taro.state) == ("UNSUBSCRIBED", "ACTIVE")
