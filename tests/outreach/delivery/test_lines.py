"""Lines to mail servers on the loopback, with real TLS and real logins: what goes wrong is said, and no password is."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from benchmarks.mail.server import taken
from cases import health, jobs
from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.delivery import line, mailings, sending
from outreach.delivery.line import Why
from outreach.delivery.models import DeliveryTry, Mailing, Subscriber
from outreach.delivery.relay import Relay, RelayAway, RelayRefusesUs
from tests.mail import SafeServer, serving

pytestmark = pytest.mark.django_db
SECRET = "秘密のパスワードpassw0rd"
WRONG = "passw0rd-nobody-may-read"


def run() -> None:
    while claim_and_run(worker="test"):
        pass


@pytest.fixture
def relay_of(tmp_path: Path, authority: Path, settings: Any) -> Callable[..., Any]:
    """A relay with this certificate, asked this way, trusted or not, with this login."""

    @contextmanager
    def made(
        way: str = "starttls", certificate: str = "node", *, is_trusted: bool = True, word: str = "right"
    ) -> Iterator[SafeServer]:
        server = SafeServer(tmp_path / "relay", authority, certificate, way)
        settings.SMTP_TLS, settings.SMTP_USER, settings.SMTP_PASSWORD = way, "mimamori", word
        settings.SMTP_CA_FILE = str(authority / "ca.pem") if is_trusted else ""
        with serving(server, settings) as running:
            yield running

    return made


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_mail_goes_over_a_safe_line_after_a_login(
    way: str, relay_of: Any, a_subscriber: Callable[..., Subscriber], issued: Bulletin, writer: Account
) -> None:
    a_subscriber()
    with relay_of(way) as server:
        mailings.start_issue(issued.uid, expected=1, by=writer)
        run()

    assert [recipient for recipient, _content in taken(server.kept.folder)] == ["hanako@example.jp"]
    assert server.signed_in
    assert DeliveryTry.objects.get().outcome == "ACCEPTED"


def _wrong_login(_server: SafeServer, settings: Any) -> None:
    settings.SMTP_PASSWORD = WRONG


def _unsendable_login(_server: SafeServer, settings: Any) -> None:
    settings.SMTP_PASSWORD = SECRET


def _no_tls_offered(server: SafeServer, _settings: Any) -> None:
    server.hides = {"STARTTLS"}


def _no_login_offered(server: SafeServer, _settings: Any) -> None:
    server.hides = {"AUTH PLAIN"}


def _refused_at_the_door(server: SafeServer, _settings: Any) -> None:
    server.greeting = "554 5.7.1 go away"


def _nothing(_server: SafeServer, _settings: Any) -> None:
    pass


def _too_busy(server: SafeServer, _settings: Any) -> None:
    server.greeting = "421 4.3.2 later"


def _hangs_up_in_the_handshake(server: SafeServer, _settings: Any) -> None:
    server.hangs_up_at = "STARTTLS"


def _hangs_up_in_the_login(server: SafeServer, _settings: Any) -> None:
    server.hangs_up_at = "AUTH"


def _asked_the_other_way(_server: SafeServer, settings: Any) -> None:
    settings.SMTP_TLS = "tls"


@pytest.mark.parametrize(
    ("given", "change", "why"),
    [
        ({}, _nothing, "well"),
        ({}, _wrong_login, Why.LOGIN),
        ({"way": "tls"}, _wrong_login, Why.LOGIN),
        ({}, _unsendable_login, Why.LETTERS),
        ({"certificate": "expired"}, _nothing, Why.EXPIRED),
        ({"certificate": "expired", "way": "tls"}, _nothing, Why.EXPIRED),
        ({"certificate": "itself"}, _nothing, Why.UNTRUSTED),
        ({"certificate": "itself", "way": "tls"}, _nothing, Why.UNTRUSTED),
        ({"is_trusted": False}, _nothing, Why.UNTRUSTED),
        ({"certificate": "elsewhere"}, _nothing, Why.OTHER_NAME),
        ({}, _no_tls_offered, Why.NOT_OFFERED),
        ({}, _no_login_offered, Why.NOT_OFFERED),
        ({}, _asked_the_other_way, Why.NOT_TLS),
        ({}, _refused_at_the_door, Why.US),
        ({}, _too_busy, None),
        ({}, _hangs_up_in_the_handshake, None),
        ({}, _hangs_up_in_the_login, None),
    ],
)
def test_what_is_wrong_with_a_line_is_told_apart(
    given: dict[str, Any], change: Callable[[SafeServer, Any], None], why: Any, relay_of: Any, settings: Any
) -> None:
    with relay_of(**given) as server:
        change(server, settings)
        line_to_it = Relay()
        if why == "well":
            line_to_it.connect()
            line_to_it.quit()
        elif why is None:
            with pytest.raises(RelayAway):
                line_to_it.connect()
        else:
            with pytest.raises(RelayRefusesUs) as refusal:
                line_to_it.connect()
            assert refusal.value.why == why
            assert WRONG not in str(refusal.value)
            assert refusal.value.__suppress_context__


def test_a_wrong_password_ends_the_run_is_told_in_words_and_stands_nowhere(
    relay_of: Any, a_subscriber: Callable[..., Subscriber], issued: Bulletin, writer: Account,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    signed_in: Callable[[Account], Client],
) -> None:  # fmt: skip
    a_subscriber()
    caplog.set_level(logging.DEBUG)
    with relay_of(word=WRONG):
        mailings.start_issue(issued.uid, expected=1, by=writer)
        run()
        with pytest.raises(SystemExit):
            call_command("mail_check")
    mailing = Mailing.objects.select_related("job").get()
    [reading] = [one for rows in health.readings().values() for one in rows if one.name == "mail.relay"]
    pages = [
        signed_in(writer).get(url).content.decode()
        for url in (reverse("mail"), reverse("mailing", args=[mailing.uid]))
    ]

    assert mailing.job is not None
    assert (mailing.job.state, mailing.job.error_code) == (Job.State.FAILED, "relay_refuses_us")
    assert (mailing.deliveries.get().state, DeliveryTry.objects.count()) == ("WAITING", 0)
    said = capfd.readouterr()
    assert "SMTP_PASSWORD を確かめて" in json.loads(said.out.splitlines()[-1])["smtp"]
    for text in (mailing.job.error, reading.advice, *pages):
        assert "ユーザー名かパスワードを断りました" in text
        assert WRONG not in text
    assert WRONG not in caplog.text + said.out + said.err + str(list(Job.objects.values()))


def test_a_server_that_goes_away_in_the_middle_of_tls_leaves_nothing_unknown_but_what_it_had(
    relay_of: Any, a_subscriber: Callable[..., Subscriber], issued: Bulletin, writer: Account
) -> None:
    for name in ("a", "b", "c"):
        a_subscriber(f"{name}@example.jp")
    with relay_of() as server:
        server.before_answering = lambda recipient: recipient == "b@example.jp"
        mailings.start_issue(issued.uid, expected=3, by=writer)
        run()

    states = [delivery.state for delivery in Mailing.objects.get().deliveries.order_by("pk")]
    assert states == ["SENT", "UNKNOWN", "SENT"]  # b has it, and only the relay's log may say so
    assert len(taken(server.kept.folder)) == 3


def test_what_is_put_right_is_well_again(
    relay_of: Any, a_subscriber: Callable[..., Subscriber], issued: Bulletin, writer: Account, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_subscriber()
    monkeypatch.setattr(sending, "PAUSES", (0.01,))
    with relay_of(certificate="itself"):
        mailing = mailings.start_issue(issued.uid, expected=1, by=writer)
        run()
    assert "証明書を確かめられません" in line.what_cut_off(mailings.JOB)
    with relay_of():
        jobs.resume(Job.objects.get(pk=mailing.job_id), writer)
        run()

    assert (mailing.deliveries.get().state, line.what_cut_off(mailings.JOB)) == ("SENT", "")
