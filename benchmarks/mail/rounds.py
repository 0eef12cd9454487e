"""One mailing on one database: kill worker and mail server at random, drain, settle by the log, count who got it."""

import argparse
import contextlib
import email
import email.policy
import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from benchmarks.faults.children import kill, spawn, wait_for
from benchmarks.mail.server import is_refused, taken
from cases import jobs
from cases.jobs.models import Job
from cases.law import calendar
from cases.protection import keys
from cases.records.centre import SYSTEM, Centre
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.delivery import mailings, settling, subscribers
from outreach.delivery.models import Delivery, Mailing, Subscriber
from outreach.delivery.relay_log import read_log
from outreach.delivery.subscribers import Wish

WAIT_SECONDS: Final = 300
# Of a digest: title and 手口 of each bulletin, and the topics of every third reader; the last third has nothing in it.
BULLETINS: Final = (("屋根の点検にご注意", "INSPECTION"), ("警察をかたる電話", "FAKE_POLICE"))
TOPICS: Final[tuple[tuple[str, ...], ...]] = ((), ("INSPECTION",), ("GAME_CHARGE",))
State = Delivery.State


class Processes:
    """The worker and the mail server of a round; what is killed is started again at once."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self.worker = self._a_worker()
        self.server = self._a_server()
        self.killed: Counter[str] = Counter()

    def _a_worker(self) -> "subprocess.Popen[str]":
        return spawn("manage.py", "worker")

    def _a_server(self) -> "subprocess.Popen[str]":
        return spawn(
            "-m", "benchmarks.mail.server", str(settings.SMTP_PORT), str(self._folder), str(self._seed)
        )

    def kill(self, name: str) -> None:
        self.killed[name] += 1
        kill(getattr(self, name))
        setattr(self, name, self._a_worker() if name == "worker" else self._a_server())

    def stop(self) -> None:
        kill(self.worker)
        kill(self.server)


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--recipients", type=int, required=True)
    given.add_argument("--kills", type=int, required=True)
    given.add_argument("--seed", type=int, required=True)
    given.add_argument("--folder", type=Path, required=True)
    given.add_argument("--what", choices=("issue", "digest"), default="issue")
    options = given.parse_args()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    keys.prepare()
    call_command("migrate", verbosity=0)
    centre = Centre.objects.create(code="mail", name="送信試験", is_made_up=True)
    authors = [_account(role, centre) for role in ("OUTREACH", "MANAGER")]
    is_digest = options.what == "digest"
    issued = [_issued(centre, authors, *named) for named in BULLETINS[: 2 if is_digest else 1]]
    for number in range(options.recipients):
        wish = Wish(
            consent_on=date(2026, 4, 1), consent_source="PAPER", frequency="MONTHLY" if is_digest else "EVERY",
            topics=TOPICS[number % 3] if is_digest else (),
        )  # fmt: skip
        subscribers.subscribe(_address(number), wish, centre=centre, by=SYSTEM)
    print(json.dumps(run(issued[0], options)))


def _address(number: int) -> str:
    return f"reader{number:05d}@example.jp"


def _wanted(options: argparse.Namespace) -> dict[str, list[str]]:
    """Who is to get a mail, and the titles that it is to hold."""
    wanted = {}
    for number in range(options.recipients):
        topics = TOPICS[number % 3] if options.what == "digest" else ("INSPECTION",)
        if titles := [title for title, theme in BULLETINS if not topics or theme in topics]:
            wanted[_address(number)] = titles
    return wanted


def _account(role: str, centre: Centre) -> Account:
    account = Account(username=role, display_name=role, centre=centre, role_codes=[role])
    account.set_unusable_password()
    account.save()
    return account


def _issued(centre: Centre, authors: Sequence[Account], title: str, theme: str) -> Bulletin:
    author, approver = authors
    text = BulletinText(
        title=title, theme=theme, example="知らない人が訪ねて来たと言われた。",
        advice=["その場で決めない。", "家族に話す。", "見積もりを比べる。"], signs=["足場がある"], audience="public",
    )  # fmt: skip
    uid = bulletins.start(text, centre=centre, by=author).bulletin.uid
    bulletins.submit(uid, by=author, suggestions_seen=True)
    bulletins.approve(uid, by=approver)
    return bulletins.issue(uid, by=author)


def run(bulletin: Bulletin, options: argparse.Namespace) -> dict[str, object]:
    """Send, kill, drain, settle, send again what was not taken. Returns the counts."""
    began = time.monotonic()
    processes = Processes(options.folder, options.seed)
    try:
        mailing = _started(bulletin, options)
        _kill_at_random(mailing, processes, options)
        resumed = _drain(mailing)
        before = _sums(mailing, options)
        unknown = mailing.deliveries.filter(state=State.UNKNOWN).count()
        settled = _settled(mailing, processes, options.folder)
        again = 0
        if mailing.deliveries.filter(state=State.NOT_SENT).exists():
            again = mailings.send_again(mailing.uid, by=SYSTEM)
            resumed += _drain(mailing)
    finally:
        processes.stop()
    return {
        "recipients": options.recipients,
        "kills_of_worker": processes.killed["worker"],
        "kills_of_server": processes.killed["server"],
        "resumed_by_hand": resumed,
        "unknown_after_kills": unknown,
        "duplicates_before_settling": before["duplicates"],
        "settled_sent": settled.sent,
        "settled_missing": settled.missing,
        "unsettled": settled.left,
        "sent_again": again,
        **_sums(mailing, options),
        "seconds": round(time.monotonic() - began),
    }


def _started(bulletin: Bulletin, options: argparse.Namespace) -> Mailing:
    expected = len(_wanted(options))
    if options.what == "issue":
        return mailings.start_issue(bulletin.uid, expected=expected, by=SYSTEM)
    month = calendar.today().replace(day=1)
    return mailings.start_digest(month, "OTHERS", expected=expected, centre=bulletin.centre, by=SYSTEM)


def _kill_at_random(mailing: Mailing, processes: Processes, options: argparse.Namespace) -> None:
    """So many kills over the whole list: each when a share of it is done, and a moment of chance later."""
    dice = random.Random(options.seed)
    for number in range(options.kills):
        done = (number + dice.random()) / (options.kills + 1) * len(_wanted(options))
        wait_for(partial(_is_past, mailing, done), WAIT_SECONDS)
        time.sleep(dice.random() * 0.05)
        processes.kill(dice.choice(["worker", "server"]))


def _is_past(mailing: Mailing, done: float) -> bool:
    """Whether so many are through; a job that was given up goes on by a person's hand."""
    _resume(mailing)
    return mailing.deliveries.exclude(state__in=[State.WAITING, State.EMPTY]).count() >= done


def _resume(mailing: Mailing) -> int:
    job = Job.objects.get(pk=Mailing.objects.values_list("job", flat=True).get(pk=mailing.pk))
    if job.state != Job.State.FAILED:
        return 0
    jobs.resume(job, SYSTEM)
    return 1


def _drain(mailing: Mailing) -> int:
    """Until nothing waits and no job runs; returns how often a person had to press 「再開」."""
    resumed, end = 0, time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        resumed += _resume(mailing)
        mailing.refresh_from_db()
        waits = mailing.deliveries.filter(state__in=[State.WAITING, State.CLAIMED]).exists()
        if not waits and mailing.job is not None and Job.objects.get(pk=mailing.job.pk).is_finished:
            return resumed
        time.sleep(0.1)
    return resumed


def _settled(mailing: Mailing, processes: Processes, folder: Path) -> settling.Settled:
    """The log after every turn is surely over; the server is started anew before, and picks up what it took."""
    processes.kill("server")
    processes.killed["server"] -= 1
    time.sleep(settling.longest_turn().total_seconds() + 0.5)
    with _connected():
        pass
    wait_for(lambda: _last_line_is_young(folder), 10)
    log = read_log("mail.log", (folder / "mail.log").read_bytes(), now=timezone.now())
    return settling.settle(mailing.uid, log, by=SYSTEM)


def _last_line_is_young(folder: Path) -> bool:
    log = read_log("mail.log", (folder / "mail.log").read_bytes(), now=timezone.now())
    return log.end is not None and (timezone.now() - log.end).total_seconds() < 2


@contextlib.contextmanager
def _connected() -> Iterator[None]:
    """A look at the server, which it logs."""
    end = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", settings.SMTP_PORT), timeout=5) as line:
                line.recv(100)
                yield
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _sums(mailing: Mailing, options: argparse.Namespace) -> dict[str, int]:
    """Held against what the server took, not against what the product says."""
    mails = taken(options.folder)
    got = Counter(recipient for recipient, _content in mails)
    wanted = _wanted(options)
    refused = {address for address in wanted if is_refused(address, options.seed)}
    says_sent = mailing.deliveries.filter(state=State.SENT).count()
    return {
        "received": len(got),
        "refused": len(refused),
        "nothing_left": mailing.deliveries.filter(state=State.EMPTY).count(),
        "duplicates": sum(n - 1 for n in got.values()),
        "missed": len(wanted.keys() - refused - got.keys()),
        "cut_wrongly": sum(_titles_in(content) != wanted.get(recipient) for recipient, content in mails),
        "told_wrongly": abs(says_sent - len(got)),
        "bounce_counted": Subscriber.objects.filter(hard_bounces=1).count(),
    }


def _titles_in(content: bytes) -> list[str]:
    text = email.message_from_bytes(content, policy=email.policy.default).get_content()
    return [title for title, _theme in BULLETINS if title in text]


if __name__ == "__main__":
    main()
    sys.exit(0)
