"""A mail server on the loopback, subscribers, and an issued bulletin for everybody."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mail.server import Server
from cases.jobs.work import claim_and_run
from cases.models import Centre
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.delivery import mailings, subscribers
from outreach.delivery.models import Mailing, Subscriber
from outreach.delivery.subscribers import Wish


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    """A server that settings name as the relay, without TLS and without a limit of speed."""
    with Server(0, tmp_path / "relay") as made:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = (
            "127.0.0.1",
            made.server_address[1],
            "none",
        )
        settings.SMTP_USER, settings.SMTP_SECONDS = "", 5
        settings.MAIL_FROM = settings.MAIL_RETURN_TO = "mimamori@city.example.jp"
        settings.MAIL_PER_MINUTE = 1_000_000
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        made.kept.close()


@pytest.fixture
def a_subscriber(centre: Centre, writer: Account) -> Callable[..., Subscriber]:
    def make(address: str = "hanako@example.jp", *, at: Centre | None = None, **more: Any) -> Subscriber:
        given = {"consent_on": date(2026, 4, 1), "consent_source": "PAPER", **more}
        return subscribers.subscribe(address, Wish(**given), centre=at or centre, by=writer)

    return make


@pytest.fixture
def issued(a_bulletin: Callable[..., Bulletin]) -> Bulletin:
    return a_bulletin("ISSUED", audience="public")


@pytest.fixture
def sent(server: Server, issued: Bulletin, writer: Account) -> Callable[..., Mailing]:
    """The issued bulletin sent to whoever is subscribed, by a worker that does what is due."""

    def send(expected: int) -> Mailing:
        mailing = mailings.start_issue(issued.uid, expected=expected, by=writer)
        while claim_and_run(worker="test"):
            pass
        return Mailing.objects.select_related("centre", "job").get(pk=mailing.pk)

    return send
