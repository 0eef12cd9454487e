"""The mailbox read by IMAP: each unread mail is taken in once and marked, and a mailbox that is away is said so."""

import logging
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from cases.models import Centre
from consult.shell.accounts import Account
from outreach.delivery import mailbox
from outreach.delivery.models import Incoming, Subscriber
from outreach.delivery.tokens import token_of
from tests.mail import Box, mailbox_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    with mailbox_in(settings) as made:
        yield made


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_unread_mail_is_taken_in_once(
    password: str,
    box: Box,
    a_subscriber: Callable[..., Subscriber],
    centre: Centre,
    writer: Account,
    settings: Any,
) -> None:
    settings.IMAP_PASSWORD = password
    row = a_subscriber()
    wish = f"From: x@example.jp\r\nSubject: unsubscribe {token_of(row.uid)}\r\n\r\n\r\n"
    box.mails = {"7": wish.encode(), "8": "From: y@example.jp\r\nSubject: 質問\r\n\r\n本文\r\n".encode()}

    job = mailbox.start(centre=centre, by=writer)
    assert mailbox.start(centre=centre, by=writer) == job
    claim_and_run(job.uid, worker="test")

    job = Job.objects.get(pk=job.pk)
    if password == "wrong":
        assert (job.error_code, Incoming.objects.count()) == ("mailbox_refuses_us", 0)
        return
    assert (job.result, box.seen) == ({"matched": 1, "open": 1, "known": 0}, {"7", "8"})
    row.refresh_from_db()
    assert row.state == "UNSUBSCRIBED"
    box.seen = set()  # as if the run had died before it marked them
    again = mailbox.start(centre=centre, by=writer)
    claim_and_run(again.uid, worker="test")
    assert Job.objects.get(pk=again.pk).result == {"matched": 0, "open": 0, "known": 2}


WRONG = "passw0rd-nobody-may-read"


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({}, "", ""),
        ({"IMAP_PASSWORD": WRONG}, "mailbox_refuses_us", "IMAP_PASSWORD"),
        ({"IMAP_PASSWORD": f"{WRONG}語"}, "mailbox_refuses_us", "英数字と記号だけ"),
        ({"IMAP_CA_FILE": ""}, "mailbox_refuses_us", "IMAP_CA_FILE"),
        ({"IMAP_FOLDER": "Nowhere"}, "mailbox_refuses_us", "IMAP_FOLDER"),
        ({"certificate": "expired"}, "mailbox_refuses_us", "期限が切れています"),
        ({"certificate": "itself"}, "mailbox_refuses_us", "自己署名"),
        ({"certificate": "elsewhere"}, "mailbox_refuses_us", "IMAP_HOST"),
        ({"certificate": ""}, "mailbox_refuses_us", "993で tls"),
        ({"IMAP_PORT": 1}, "mailbox_away", "つながらない"),
        ({"hangs_up_at": "LOGIN"}, "mailbox_away", "つながらない"),
        ({"hangs_up_at": "UID FETCH 8"}, "mailbox_away", "読めたものは取り込みました"),
    ],
)
def test_a_mailbox_is_read_over_tls_and_what_is_wrong_is_said(
    change: dict[str, Any], code: str, word: str, box: Box, authority: Path, centre: Centre, writer: Account,
    settings: Any, caplog: pytest.LogCaptureFixture, signed_in: Callable[[Account], Client],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    settings.IMAP_TLS, settings.IMAP_CA_FILE = "tls", str(authority / "ca.pem")
    if certificate := change.get("certificate", "node"):
        box.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        box.tls.load_cert_chain(authority / f"{certificate}.pem", authority / "node.key")
    box.hangs_up_at = change.get("hangs_up_at", "")
    for name, value in change.items():
        if name.startswith("IMAP_"):
            setattr(settings, name, value)
    box.mails = {name: f"From: {name}@example.jp\r\nSubject: 質問\r\n\r\n本文\r\n".encode() for name in "78"}

    job = mailbox.start(centre=centre, by=writer)
    claim_and_run(job.uid, worker="test")

    job.refresh_from_db()
    page = signed_in(writer).get(reverse("mail-inbox")).content.decode()
    assert (job.error_code, word in job.error, word in page) == (code, True, True)
    assert Incoming.objects.count() == (2 if not code else 1 if "FETCH" in box.hangs_up_at else 0)
    assert WRONG not in caplog.text + page + str(list(Job.objects.values()))
    if "FETCH" in box.hangs_up_at:  # and goes on where it broke
        box.hangs_up_at = ""
        claim_and_run(mailbox.start(centre=centre, by=writer).uid, worker="test")
        assert (Incoming.objects.count(), box.seen) == (2, {"7", "8"})
