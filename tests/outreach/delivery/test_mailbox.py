"""The mailbox read by IMAP: each unread mail is taken in once and marked, and a mailbox that is away is said so."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from cases.models import Centre
from consult.shell.accounts import Account
from outreach.delivery import mailbox
from outreach.delivery.models import Incoming, Subscriber
from outreach.delivery.tokens import token_of

pytestmark = pytest.mark.django_db


class Box(socketserver.ThreadingTCPServer):
    """As much of RFC 3501 as is asked of it."""

    daemon_threads = True
    mails: dict[str, bytes]
    seen: set[str]


class Session(socketserver.StreamRequestHandler):
    server: Box

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode():
            tag, words = line.split(" ", 1)
            if words.startswith("CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif words.startswith("LOGIN") and "right" not in words:
                self.wfile.write(f"{tag} NO wrong\r\n".encode())
                continue
            elif words.startswith("UID SEARCH"):
                unread = " ".join(name for name in self.server.mails if name not in self.server.seen)
                self.wfile.write(f"* SEARCH {unread}\r\n".encode())
            elif found := re.match(r"UID FETCH (\d+)", words):
                mail = self.server.mails[found[1]]
                self.wfile.write(
                    f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(mail)}}}\r\n".encode() + mail
                )
                self.wfile.write(b")\r\n")
            elif found := re.match(r"UID STORE (\d+)", words):
                self.server.seen.add(found[1])
            self.wfile.write(f"{tag} OK done\r\n".encode())


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    with Box(("127.0.0.1", 0), Session) as made:
        made.mails, made.seen = {}, set()
        settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = (
            "127.0.0.1",
            made.server_address[1],
            "none",
        )
        settings.IMAP_USER, settings.IMAP_PASSWORD = "mimamori", "right"
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        made.shutdown()


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
        assert (job.error_code, Incoming.objects.count()) == ("mailbox_away", 0)
        return
    assert (job.result, box.seen) == ({"matched": 1, "open": 1, "known": 0}, {"7", "8"})
    row.refresh_from_db()
    assert row.state == "UNSUBSCRIBED"
    box.seen = set()  # as if the run had died before it marked them
    again = mailbox.start(centre=centre, by=writer)
    claim_and_run(again.uid, worker="test")
    assert Job.objects.get(pk=again.pk).result == {"matched": 0, "open": 0, "known": 2}
