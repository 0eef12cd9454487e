"""Pages of mail: no address in a list, no more queries for more rows, and the plain text where no relay is set."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.mail.server import Server
from cases import held
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.delivery import mailings, sending
from outreach.delivery.models import Mailing, Subscriber

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
SignIn = Callable[[Account], Client]


def queries(client: Client, url: str) -> int:
    held.forget_all()
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_list_shows_no_address_and_asks_no_more_for_more_rows(
    a_subscriber: MakeSubscriber, writer: Account, signed_in: SignIn
) -> None:
    client, url = signed_in(writer), reverse("subscribers")
    a_subscriber()
    before = queries(client, url)
    for number in range(5):
        a_subscriber(f"reader{number}@example.jp", topics=["INSPECTION"])

    assert queries(client, url) == before
    assert "@example.jp" not in client.get(url).content.decode()


@pytest.mark.parametrize("is_set", [True, False])
def test_without_a_relay_the_page_offers_the_text(
    is_set: bool, a_subscriber: MakeSubscriber, issued: Bulletin, server: Server, writer: Account,
    signed_in: SignIn, settings: Any,
) -> None:  # fmt: skip
    a_subscriber()
    if not is_set:
        settings.SMTP_HOST = ""
    url = reverse("mail-issue", args=[issued.uid])

    page = signed_in(writer).get(url).content.decode()
    answer = signed_in(writer).post(url, {"expected": "1"})

    assert ('id="mail-text"' in page, "1人に送る" in page) == (not is_set, is_set)
    assert (answer.status_code, Mailing.objects.count()) == ((302, 1) if is_set else (409, 0))


def test_a_number_that_changed_is_shown_before_anything_is_sent(
    a_subscriber: MakeSubscriber, issued: Bulletin, server: Server, writer: Account, signed_in: SignIn
) -> None:
    a_subscriber()
    a_subscriber("new@example.jp")

    answer = signed_in(writer).post(reverse("mail-issue", args=[issued.uid]), {"expected": "1"})

    assert answer.status_code == 409
    assert "2人に送る" in answer.content.decode()
    assert not Mailing.objects.exists()


def test_a_log_settles_on_the_page(
    a_subscriber: MakeSubscriber, issued: Bulletin, server: Server, writer: Account, signed_in: SignIn
) -> None:
    a_subscriber()
    mailing = mailings.start_issue(issued.uid, expected=1, by=writer)
    sending.claimed(mailing.deliveries.get(), "<1@x>")
    sending.lapse(mailing)
    url = reverse("mailing-settle", args=[mailing.uid])

    wrong = signed_in(writer).post(url, {"log": SimpleUploadedFile("a.csv", b"nothing")})
    signed_in(writer).post(url, {"log": SimpleUploadedFile("a.csv", b"message_id,status\n1@x,not found\n")})

    assert wrong.status_code == 422
    assert mailing.deliveries.get().state == "NOT_SENT"
    page = signed_in(writer).get(reverse("mailing", args=[mailing.uid])).content.decode()
    assert "1人にもう一度送る" in page


def test_a_form_that_is_sent_twice_subscribes_once(writer: Account, signed_in: SignIn) -> None:
    client, url = signed_in(writer), reverse("subscriber-new")
    uid = str(client.get(url).context["form"]["uid"].value())
    given = {"address": "a@example.jp", "consent_on": "今日", "consent_source": "PAPER", "frequency": "EVERY"}

    answers = [client.post(url, {**given, "uid": uid}) for _time in range(2)]
    other = client.post(url, {**given, "uid": str(uuid.uuid4())})

    row = Subscriber.objects.get()
    assert [answer["Location"] for answer in answers] == [reverse("subscriber", args=[row.uid])] * 2
    assert (row.uid, other.status_code) == (uuid.UUID(uid), 422)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"PK\x03\x04: a workbook", 422), ("件名: 手紙".encode(), 422), (b"Subject: x\n\n", 302), (b"", 422)],
)
def test_what_is_no_mail_is_refused_at_its_field(
    content: bytes, status: int, writer: Account, signed_in: SignIn
) -> None:
    answer = signed_in(writer).post(reverse("mail-inbox"), {"mails": SimpleUploadedFile("a.eml", content)})

    assert answer.status_code == status
    assert ("id_mails_error" in answer.content.decode()) == (status == 422)
