"""The mailbox of bounces and unsubscriptions, read by IMAP where one is set; files on the page are the other way.

A mail is marked as read once what it says is committed: a run that is killed in between reads it again, and finds it
known. Nothing is deleted there.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.jobs import queue, registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.records.centre import SYSTEM, Actor, Centre
from outreach.delivery import incoming
from outreach.delivery.line import LineRefused, Why, why
from outreach.delivery.models import Mailing

JOB: Final = "outreach.mailbox"
EVERY_SECONDS: Final = 900.0
_SECONDS: Final = 30


class MailboxAway(CasesError):
    code: ClassVar[str] = "mailbox_away"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(
            _(
                "メールボックスにつながらないか、途中で切れました。読めたものは取り込みました。つながるようになると、続きから読みます。"
            )
        )


class MailboxNotSet(CasesError):
    code: ClassVar[str] = "mailbox_not_set"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("メールボックスが設定されていません。メールはファイルから取り込んでください。"))


class MailboxRefusesUs(LineRefused):
    code: ClassVar[str] = "mailbox_refuses_us"
    settings: ClassVar[str] = "IMAP"


def is_set() -> bool:
    """Whether a mailbox is set; else mail comes in as files alone."""
    return bool(settings.IMAP_HOST)


def register() -> None:
    """Called once when the app is ready."""
    registry.handler(JOB, label=gettext_lazy("返ってきたメールの読込"))(read)
    registry.every(EVERY_SECONDS, JOB, wanted=is_set)(look_after)


def start(*, centre: Centre, by: Actor) -> Job:
    """Queue a reading, or name the one that waits or runs already; what matches nobody goes to `centre`."""
    with transaction.atomic():
        Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
        waiting = Job.objects.filter(kind=JOB, state__in=Job.UNFINISHED, centre=centre).first()
        return waiting or queue.start(JOB, by=by, centre=centre)


def look_after() -> None:
    """Now and then; what matches nobody goes to the centre that sent last."""
    newest = Mailing.objects.select_related("centre").newest_first().first()
    if newest is not None:
        start(centre=newest.centre, by=SYSTEM)


def read(running: Running) -> None:
    """Take in every unread mail. Raises MailboxNotSet, MailboxAway, MailboxRefusesUs."""
    centre = running.job.centre
    if centre is None or not is_set():
        raise MailboxNotSet
    counts = {"matched": 0, "open": 0, "known": 0}
    with opened() as box:
        names = _unread(box)
        for number, name in enumerate(names):
            running.stop_if_cancelled()
            row = incoming.receive(_fetched(box, name), centre=centre, by=SYSTEM)
            box.uid("STORE", name, "+FLAGS", "(\\Seen)")
            counts["known" if row is None else row.state.lower()] += 1
            running.advance(number + 1, len(names))
    running.result = counts


@contextmanager
def opened() -> Iterator[imaplib.IMAP4]:
    """The mailbox, signed in and its folder chosen. Raises MailboxAway, MailboxRefusesUs."""
    box = _signed_in()
    try:
        yield box
    except (imaplib.IMAP4.error, OSError):
        raise MailboxAway from None
    finally:
        _say_goodbye(box)


def _signed_in() -> imaplib.IMAP4:
    box = None
    try:
        box = _connected()
        box.login(settings.IMAP_USER, settings.IMAP_PASSWORD)
        is_there = box.select(settings.IMAP_FOLDER)[0] == "OK"
    except (imaplib.IMAP4.error, OSError, UnicodeError) as failure:
        _say_goodbye(box)
        if found := why(failure):
            raise MailboxRefusesUs(found) from None
        raise MailboxAway from None
    if not is_there:
        _say_goodbye(box)
        raise MailboxRefusesUs(Why.FOLDER)
    return box


def _connected() -> imaplib.IMAP4:
    host, port = settings.IMAP_HOST, settings.IMAP_PORT
    if settings.IMAP_TLS == "none":
        return imaplib.IMAP4(host, port, timeout=_SECONDS)
    context = ssl.create_default_context(cafile=settings.IMAP_CA_FILE or None)
    return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=_SECONDS)


def _say_goodbye(box: imaplib.IMAP4 | None) -> None:
    if box is None:
        return
    try:
        box.logout()
    except (imaplib.IMAP4.error, OSError):
        # A goodbye that nobody hears leaves the socket open.
        with suppress(OSError):
            box.shutdown()


def _unread(box: imaplib.IMAP4) -> list[str]:
    _kind, found = box.uid("SEARCH", "UNSEEN")
    return found[0].decode("ascii").split()[: incoming.MOST_MAILS] if found and found[0] else []


def _fetched(box: imaplib.IMAP4, name: str) -> bytes:
    """The whole mail, left unread by this. Raises MailboxAway for an answer without one."""
    _kind, parts = box.uid("FETCH", name, "(BODY.PEEK[])")
    for part in parts:
        if isinstance(part, tuple):
            return bytes(part[1])
    raise MailboxAway
