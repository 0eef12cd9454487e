"""A mail server on the loopback, subscribers, and an issued bulletin for everybody."""

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
from tests import certificates
from tests.mail import relay_in


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    certificates.write(folder)
    return folder


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    with relay_in(tmp_path / "relay", settings) as made:
        yield made


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
