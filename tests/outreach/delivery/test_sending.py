"""A text to many: at most once to each, and what is not known is told and never guessed."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from benchmarks.mail.server import Server, taken
from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs import mail_text
from outreach.delivery import mailings, sending, subscribers
from outreach.delivery.models import Delivery, DeliveryTry, Mailing, Subscriber
from outreach.delivery.relay import Answer, RelayNotSet

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
Send = Callable[[int], Mailing]
SENT = "mimamori@city.example.jp"


def states(mailing: Mailing) -> dict[str, str]:
    """States by recipient, as the test named them."""
    return {str(row.subscriber_id): row.state for row in mailing.deliveries.all()}


def test_a_mail_is_what_a_person_and_a_mail_program_can_read(
    a_subscriber: MakeSubscriber, sent: Send, server: Server
) -> None:
    a_subscriber("a..b.@example.jp")
    mailing = sent(1)

    assert mailing.bulletin is not None
    assert mailing.text == mail_text(mailing.bulletin).text  # what was released, word for word
    [(recipient, content)] = taken(server.kept.folder)
    mail = message_from_bytes(content, policy=policy.default)
    text = mail.get_content()
    token = mail["List-Unsubscribe"].removeprefix(f"<mailto:{SENT}?subject=unsubscribe%20").rstrip(">")
    assert recipient == '"a..b."@example.jp'
    assert content.startswith(b'To: "a..b."@example.jp\r\n')
    # As it stands, not as encoded words: those no mail program follows.
    line = f"List-Unsubscribe: <mailto:{SENT}?subject=unsubscribe%20{token}>\r\n"
    assert line.encode("ascii") in content
    assert (mail["From"].addresses[0].addr_spec, mail["Subject"]) == (SENT, mailing.subject)
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "bulk")
    assert mail["Message-ID"] == DeliveryTry.objects.get().message_id
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=9)
    assert (mail.get_content_type(), mail.get_content_charset()) == ("text/plain", "utf-8")
    assert "その場で決めない。" in text
    assert f"unsubscribe {token}" in text
    assert b"\r\n" in content
    assert b"\n\n" not in content
    assert AuditEntry.objects.get(action="ADDRESSES_USED").reason == str(mailing.uid)


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (None, "SENT", "ACCEPTED"),
        ((550, "5.1.1 User unknown"), "REFUSED", "REFUSED"),
        ((451, "4.3.0 Try again later"), "WAITING", "PUT_OFF"),
        ("hang up before keeping", "UNKNOWN", ""),
        ("hang up before answering", "UNKNOWN", ""),
    ],
)
def test_what_the_relay_answers_decides(
    answer: Any, state: str, outcome: str, a_subscriber: MakeSubscriber, sent: Send, server: Server
) -> None:
    one, other = a_subscriber("one@example.jp"), a_subscriber("other@example.jp")
    if isinstance(answer, str):
        name = answer.removeprefix("hang up ").replace(" ", "_")
        setattr(server, name, lambda recipient: recipient == "one@example.jp")
    else:
        server.verdict = lambda recipient: answer if recipient == "one@example.jp" else None

    mailing = sent(2)

    assert states(mailing) == {str(one.pk): state, str(other.pk): "SENT"}
    assert one.deliveries.get().tries.get().outcome == outcome
    assert mailing.job is not None
    assert mailing.job.state == Job.State.DONE
    one.refresh_from_db()
    assert one.hard_bounces == (1 if state == "REFUSED" else 0)


def test_what_was_put_off_is_tried_again_and_not_for_ever(
    a_subscriber: MakeSubscriber, sent: Send, server: Server
) -> None:
    a_subscriber()
    server.verdict = lambda _recipient: (451, "4.7.1 Greylisted")
    mailing = sent(1)

    for _time in sending.AGAIN_AFTER:
        assert mailing.deliveries.get().state == "WAITING"
        Delivery.objects.update(next_try_at=timezone.now())
        sending.look_after()
        assert claim_and_run(worker="test")

    assert mailing.deliveries.get().state == "REFUSED"
    assert mailing.deliveries.get().tries.count() == 1 + len(sending.AGAIN_AFTER)


def test_a_claim_without_an_outcome_is_listed_and_never_sent_again(
    a_subscriber: MakeSubscriber, sent: Send, issued: Bulletin, writer: Account, server: Server
) -> None:
    a_subscriber()
    mailing = mailings.start_issue(issued.uid, expected=1, by=writer)
    claim = sending.claimed(mailing.deliveries.get(), "<lost@city.example.jp>")
    assert claim is not None  # and here the worker dies

    while claim_and_run(worker="test"):
        pass
    sending.look_after()

    assert mailing.deliveries.get().state == "UNKNOWN"
    assert taken(server.kept.folder) == []
    sending.settle(claim, Answer("ACCEPTED", 250))  # it was slow, not dead: it knows best
    assert mailing.deliveries.get().state == "SENT"


def test_nobody_claims_twice(
    a_subscriber: MakeSubscriber, server: Server, issued: Bulletin, writer: Account
) -> None:
    a_subscriber()
    delivery = mailings.start_issue(issued.uid, expected=1, by=writer).deliveries.get()

    assert sending.claimed(delivery, "<one@x>") is not None
    assert sending.claimed(delivery, "<two@x>") is None
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryTry.objects.create(delivery=delivery, message_id="<3@x>", claimed_at=timezone.now())


@pytest.mark.parametrize("verb", ["pause", "unsubscribe", "erase"])
def test_who_leaves_before_their_turn_gets_nothing(
    verb: str, a_subscriber: MakeSubscriber, server: Server, issued: Bulletin, writer: Account
) -> None:
    one = a_subscriber()
    mailing = mailings.start_issue(issued.uid, expected=1, by=writer)
    getattr(subscribers, verb)(one.uid, by=writer)

    while claim_and_run(worker="test"):
        pass

    assert mailing.deliveries.get().state == "WITHDRAWN"
    assert taken(server.kept.folder) == []


def test_a_changed_address_gets_what_still_waits_and_nothing_twice(
    a_subscriber: MakeSubscriber, server: Server, issued: Bulletin, writer: Account
) -> None:
    waits, has_it = a_subscriber("waits@example.jp"), a_subscriber("has@example.jp")
    mailing = mailings.start_issue(issued.uid, expected=2, by=writer)
    claim = sending.claimed(mailing.deliveries.get(subscriber=has_it), "<1@x>")
    assert claim is not None
    sending.settle(claim, Answer("ACCEPTED", 250))
    for row, address in ((waits, "waits2@example.jp"), (has_it, "has2@example.jp")):
        subscribers.change_address(row.uid, address, by=writer)

    while claim_and_run(worker="test"):
        pass

    assert [recipient for recipient, _content in taken(server.kept.folder)] == ["waits2@example.jp"]
    assert Subscriber.objects.get(pk=has_it.pk).state == "ERASED"


def test_a_relay_that_is_away_ends_the_run_with_nothing_claimed(
    a_subscriber: MakeSubscriber, server: Server, issued: Bulletin, writer: Account, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_subscriber()
    monkeypatch.setattr(sending, "PAUSES", (0.01,))
    mailing = mailings.start_issue(issued.uid, expected=1, by=writer)
    settings.SMTP_PORT = 1

    assert mailing.job is not None
    claim_and_run(mailing.job.uid, worker="test")

    assert Job.objects.get(pk=mailing.job.pk).error_code == "relay_away"
    assert (mailing.deliveries.get().state, DeliveryTry.objects.count()) == ("WAITING", 0)


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ("nothing", None),
        ("somebody joined", mailings.RecipientsChanged),
        ("sent before", mailings.MailingRefused),
        ("not issued", mailings.MailingRefused),
        ("no relay", RelayNotSet),
        ("another centre", Bulletin.DoesNotExist),
    ],
)
def test_what_can_be_sent(
    before: str, refusal: type[Exception] | None, a_subscriber: MakeSubscriber, server: Server, settings: Any,
    a_bulletin: Callable[..., Bulletin], writer: Account, stranger: Account,
) -> None:  # fmt: skip
    a_subscriber()
    bulletin = a_bulletin("APPROVED" if before == "not issued" else "ISSUED", audience="public")
    if before == "somebody joined":
        a_subscriber("new@example.jp")
    if before == "sent before":
        mailings.start_issue(bulletin.uid, expected=1, by=writer)
    if before == "no relay":
        settings.SMTP_HOST = ""
    by = stranger if before == "another centre" else writer

    if refusal is not None:
        with pytest.raises(refusal):
            mailings.start_issue(bulletin.uid, expected=1, by=by)
    else:
        assert mailings.start_issue(bulletin.uid, expected=1, by=by).deliveries.count() == 1


def test_who_gets_an_issue(a_subscriber: MakeSubscriber, a_bulletin: Callable[..., Bulletin]) -> None:
    a_subscriber("all@example.jp")
    a_subscriber("roof@example.jp", topics=["INSPECTION"])
    a_subscriber("net@example.jp", consent_source="MEMBER")
    a_subscriber("games@example.jp", topics=["GAME_CHARGE"])
    a_subscriber("monthly@example.jp", frequency="MONTHLY")
    a_subscriber("urgent@example.jp", frequency="URGENT")

    everybody = mailings.recipients.of_issue(a_bulletin(theme="INSPECTION", audience="public"))
    network = mailings.recipients.of_issue(a_bulletin(theme="INSPECTION", audience="members"))

    assert (everybody.number, everybody.reasons) == (3, {"other_frequency": 2, "other_topics": 1})
    assert (network.number, network.reasons) == (1, {"not_of_network": 5})
