"""Mail that comes back: a bounce counts, a wish to stop acts, and what matches nobody waits for a person."""

import time
from collections.abc import Callable

import pytest

from cases.models import Centre
from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.delivery import incoming
from outreach.delivery.models import Incoming, Mailing, Subscriber
from outreach.delivery.tokens import token_of

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
Send = Callable[[int], Mailing]


def a_mail(subject: str, sender: str = "taro@example.jp", *, text: str = "本文", more: str = "") -> bytes:
    head = f"From: 太郎 <{sender}>\nTo: mimamori@city.example.jp\nSubject: {subject}\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def a_report(
    message_id: str, *, status: str = "5.1.1", action: str = "failed", to: str = "hanako@example.jp"
) -> bytes:
    return f"""From: MAILER-DAEMON@relay.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

This is the mail system.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}

--cut
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: x

x
--cut--
""".encode()


def test_two_bounces_of_different_mails_end_the_sending(
    a_subscriber: MakeSubscriber, sent: Send, centre: Centre, writer: Account
) -> None:
    row = a_subscriber()
    claim = sent(1).deliveries.get().tries.get()

    reports = [
        a_report(claim.message_id),
        a_report(claim.message_id) + b"\n\nagain",
        a_report("<other@x.jp>"),
    ]
    found = [incoming.receive(report, centre=centre, by=writer) for report in reports[:2]]
    row.refresh_from_db()
    assert [mail.kind for mail in found if mail] == ["HARD", "HARD"]
    assert (row.hard_bounces, row.state) == (1, "ACTIVE")
    assert row.deliveries.get().state == "REFUSED"
    incoming.receive(reports[2], centre=centre, by=writer)  # by the address that it names
    row.refresh_from_db()
    assert (row.hard_bounces, row.state) == (2, "BOUNCED")
    assert incoming.receive(reports[2].replace(b"\n", b"\r\n"), centre=centre, by=writer) is None


@pytest.mark.parametrize(
    ("status", "action", "kind", "bounces"),
    [("5.2.2", "failed", "SOFT", 0), ("5.1.1", "delayed", "OTHER", 0), ("5.1.1", "failed", "HARD", 1)],
)
def test_only_a_mailbox_that_is_not_there_counts(
    status: str,
    action: str,
    kind: str,
    bounces: int,
    a_subscriber: MakeSubscriber,
    centre: Centre,
    writer: Account,
) -> None:
    row = a_subscriber()

    found = incoming.receive(a_report("<1@x.jp>", status=status, action=action), centre=centre, by=writer)

    assert found is not None
    row.refresh_from_db()
    assert (found.kind, row.hard_bounces) == (kind, bounces)


@pytest.mark.parametrize(
    ("subject", "sender", "more", "state", "ends"),
    [
        ("unsubscribe {token}", "other@example.jp", "", "MATCHED", True),
        ("Re: UNSUBSCRIBE {lower}", "other@example.jp", "", "MATCHED", True),
        ("配信停止をお願いします", "hanako@example.jp", "", "MATCHED", True),
        ("配信停止をお願いします", "other@example.jp", "", "OPEN", False),
        ("Re: 見守り通信", "hanako@example.jp", "", "OPEN", False),
        ("unsubscribe {token}", "hanako@example.jp", "Auto-Submitted: auto-replied\n", "OPEN", False),
    ],
)
def test_a_wish_to_stop_acts_where_it_names_somebody(
    subject: str, sender: str, more: str, state: str, ends: bool, a_subscriber: MakeSubscriber,
    centre: Centre, writer: Account, stranger: Account,
) -> None:  # fmt: skip
    row = a_subscriber()
    token = token_of(row.uid)
    # The foot of our own mail, quoted in an answer, is no wish.
    mail = a_mail(
        subject.format(token=token, lower=token.lower()), sender, more=more, text=f"> unsubscribe {token}"
    )

    assert incoming.receive(mail, centre=stranger.centre, by=stranger) is not None
    row.refresh_from_db()
    assert row.state == "ACTIVE"  # another centre's mailbox stops nobody here
    found = incoming.receive(mail, centre=centre, by=writer)

    assert found is not None
    row.refresh_from_db()
    assert (found.state, row.state) == (state, "UNSUBSCRIBED" if ends else "ACTIVE")


def test_what_matches_nobody_is_kept_sealed_until_a_person_is_done(
    a_subscriber: MakeSubscriber, centre: Centre, writer: Account
) -> None:
    row = a_subscriber()
    box = b"From x Thu Jan  1 00:00:00 2026\n" + a_mail("やめたい", "new@example.jp", text="From花子です")
    box += b"\nFrom y Thu Jan  1 00:00:00 2026\n" + a_mail("質問", "q@example.jp", text=">From here")

    assert incoming.receive_file(box, centre=centre, by=writer) == incoming.Received(open=2)
    assert incoming.receive_file(box, centre=centre, by=writer) == incoming.Received(known=2)
    first, second = Incoming.objects.order_by("pk")
    assert "new@example.jp\nやめたい\n\nFrom花子です" in incoming.read_message(
        first.uid, by=writer, purpose="REQUEST"
    )
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED").count() == 1
    with pytest.raises(incoming.NobodySubscribed):
        incoming.stop_for(first.uid, address="nobody@example.jp", by=writer)
    assert incoming.stop_for(first.uid, address="hanako@example.jp", by=writer) == row
    incoming.close(second.uid, by=writer)
    assert [mail.state for mail in Incoming.objects.all()] == ["DONE", "DONE"]
    with pytest.raises(incoming.IncomingNotOpen):
        incoming.read_message(first.uid, by=writer, purpose="REQUEST")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"From ",
        b"\x00\xff\xfe" * 50,
        b"Subject: =?x?q?=ff?=\nContent-Type: multipart/report\n\n",
        b"%PDF-1.7",
    ],
)
def test_any_bytes_are_answered(data: bytes, centre: Centre, writer: Account) -> None:
    try:
        incoming.receive_file(data, centre=centre, by=writer)
    except incoming.MailFileNotUnderstood:
        assert not Incoming.objects.exists()


def test_a_mail_of_parts_in_parts_in_parts_is_read_by_its_headers(
    a_subscriber: MakeSubscriber, centre: Centre, writer: Account
) -> None:
    row = a_subscriber()
    layers = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(2_000))
    mail = f"From: x@example.jp\nSubject: unsubscribe {token_of(row.uid)}\n{layers}".encode()

    began = time.monotonic()
    found = incoming.receive(mail, centre=centre, by=writer)

    assert found is not None
    assert (found.kind, found.state) == ("UNSUBSCRIBE", "MATCHED")
    assert time.monotonic() - began < 1
