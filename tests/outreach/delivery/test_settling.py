"""Unknown deliveries: the relay's log settles them, and its silence only where it would have spoken."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from benchmarks.mail.server import Server, taken
from cases.jobs.work import claim_and_run
from cases.law.calendar import TOKYO
from consult.shell.accounts import Account
from outreach.delivery import mailings, settling
from outreach.delivery.models import Mailing, Subscriber
from outreach.delivery.relay_log import RelayLogNotUnderstood, Said, read_log

NOW = datetime(2026, 1, 2, 9, 0, tzinfo=TOKYO)
CLAIMED = datetime(2025, 12, 31, 10, 0, 0, tzinfo=TOKYO)
MINUTE = timedelta(minutes=1)
FIRST = "Dec 31 09:59:59 relay postfix/smtpd[1]: connect from localhost[127.0.0.1]"
LAST = "Dec 31 10:05:00 relay postfix/smtpd[1]: disconnect from localhost[127.0.0.1]"
NAMED = "Dec 31 10:00:01 relay postfix/cleanup[2]: ABCDEF1: message-id=<1@x>"
TAKEN = "Dec 31 10:00:01 relay postfix/qmgr[3]: ABCDEF1: from=<m@x>, size=9, nrcpt=1 (queue active)"
BOUNCED = "Dec 31 10:00:02 relay postfix/smtp[4]: ABCDEF1: to=<a@b.jp>, dsn=5.1.1, status=bounced (no)"
BROKEN = "Dec 31 10:00:02 relay postfix/smtpd[1]: lost connection after DATA from localhost[127.0.0.1]"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((FIRST, NAMED, TAKEN, LAST), Said.SENT),
        ((FIRST, NAMED, TAKEN, BOUNCED, LAST), Said.BOUNCED),
        ((FIRST, NAMED, BROKEN, LAST), Said.MISSING),
        ((FIRST, LAST), Said.MISSING),
        ((LAST,), None),  # it begins too late
        ((FIRST, BROKEN), None),  # it ends while the answer may still come
    ],
)
def test_what_a_log_of_postfix_says(lines: tuple[str, ...], said: Said | None) -> None:
    log = read_log("mail.log", "\n".join(lines).encode(), now=NOW)

    assert log.of("<1@x>", CLAIMED, MINUTE) == said


def test_a_table_speaks_of_what_it_names_alone() -> None:
    log = read_log("a.csv", b"message-id,status\n<1@x>,sent\n2@x,not found\n", now=NOW)

    found = [log.of(name, CLAIMED, MINUTE) for name in ("<1@x>", "<2@x>", "<3@x>")]
    assert found == [Said.SENT, Said.MISSING, None]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", "message_id,status\n<1@x>,たぶん\n".encode()])
def test_what_is_no_log_is_refused(data: bytes) -> None:
    with pytest.raises(RelayLogNotUnderstood):
        read_log("a.csv", data, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("hangs_up", ["before_keeping", "before_answering"])
def test_only_what_the_log_shows_as_not_taken_may_be_sent_again(
    hangs_up: str, a_subscriber: Callable[..., Subscriber], sent: Callable[[int], Mailing], server: Server,
    writer: Account, stranger: Account,
) -> None:  # fmt: skip
    a_subscriber()
    setattr(server, hangs_up, lambda _recipient: True)
    mailing = sent(1)
    setattr(server, hangs_up, lambda _recipient: False)
    claim = mailing.deliveries.get().tries.get()
    later = claim.claimed_at + settling.longest_turn() + MINUTE
    server.kept._log.write(f"{later.isoformat()} relay postfix/master[1]: stopping\n".encode())
    log = read_log("mail.log", (server.kept.folder / "mail.log").read_bytes(), now=later)

    with pytest.raises(Mailing.DoesNotExist):
        settling.settle(mailing.uid, log, by=stranger)
    settled = settling.settle(mailing.uid, log, by=writer)
    assert settling.settle(mailing.uid, log, by=writer) == settling.Settled(0, 0, 0, 0)

    if hangs_up == "before_answering":
        assert (settled.sent, mailing.deliveries.get().state) == (1, "SENT")
        with pytest.raises(mailings.MailingRefused):
            mailings.send_again(mailing.uid, by=writer)
    else:
        assert (settled.missing, mailing.deliveries.get().state) == (1, "NOT_SENT")
        assert mailings.send_again(mailing.uid, by=writer) == 1
        while claim_and_run(worker="test"):
            pass
    assert len(taken(server.kept.folder)) == 1
    assert mailing.deliveries.get().state == "SENT"
