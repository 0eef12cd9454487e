"""The job that sends: at most once to each, whatever is killed, no faster than the relay's owner allows.

Each turn: find the next in line, write its mail, see that the relay listens, **commit the claim**, hand over, commit
what is known. A claim without an outcome is never taken up again by a machine: the next run lists it as 要確認.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.protection import audit, contacts
from cases.protection.sealed import HoldsSealed
from cases.records.centre import SYSTEM
from outreach.delivery import mailings, message, subscribers
from outreach.delivery.address import on_the_wire
from outreach.delivery.digest import text_for
from outreach.delivery.message import Envelope
from outreach.delivery.models import Delivery, DeliveryTry, Mailing, MailingQuerySet, Subscriber
from outreach.delivery.relay import PAUSES, Answer, Relay, RelayAway, RelayRefusesUs
from outreach.delivery.tokens import token_of

AGAIN_AFTER: Final = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=4))
"""How long after each 4xx the next try waits; after the last of them the relay counts as refusing."""
LOOK_SECONDS: Final = 60.0

Outcome = DeliveryTry.Outcome
State = Delivery.State


def register() -> None:
    """Called once when the app is ready."""
    registry.handler(mailings.JOB, label=gettext_lazy("メールの送信"))(send)
    registry.every(LOOK_SECONDS, "outreach.mail", wanted=_is_anything_to_do)(look_after)


def send(running: Running) -> None:
    """Send what is due of one mailing. Raises RelayAway, RelayRefusesUs, KeyMissing, SealBroken."""
    mailing = Mailing.objects.select_related("centre").get(uid=uuid.UUID(running.arguments["mailing"]))
    lapse(mailing)
    work = _Work(running, mailing)
    try:
        while work.turn():
            pass
    finally:
        work.relay.quit()
    running.result = {"mailing": str(mailing.uid), **counts(mailing)}


def counts(mailing: Mailing) -> dict[str, int]:
    """How many of a mailing are in each state that occurs."""
    states = mailing.deliveries.values_list("state", flat=True)
    return {state: n for state in State.values if (n := sum(found == state for found in states))}


def lapse(mailing: Mailing) -> int:
    """What an earlier run claimed and left without an outcome is unknown from now on; how many."""
    return mailing.deliveries.filter(state=State.CLAIMED).update(state=State.UNKNOWN)


@dataclass
class _Work:
    """One run: its connection, its pace, and the door to addresses, opened with one entry in the log."""

    running: Running
    mailing: Mailing
    relay: Relay = field(default_factory=Relay)
    _address_of: Callable[[HoldsSealed], str] | None = None
    _next_at: float = 0.0
    _told_at: float = 0.0

    def turn(self) -> bool:
        """Send one; False where nothing is due."""
        self._tell()
        self.running.stop_if_cancelled()
        delivery = self._next()
        if delivery is None:
            return False
        self._keep_pace()
        mail = self._written(delivery)
        self._connect()
        claim = claimed(delivery, mail.message_id)
        if claim is None:
            return True
        try:
            answer = self.relay.hand_over(settings.MAIL_RETURN_TO, mail.recipient, mail.content)
        except RelayRefusesUs:
            settle(claim, Answer(Outcome.DROPPED))
            raise
        settle(claim, answer)
        return True

    def _tell(self) -> None:
        """How far it is, counted once a second: so often is it written at most."""
        if time.monotonic() - self._told_at < 1:
            return
        self._told_at = time.monotonic()
        waiting = self.mailing.deliveries.filter(state__in=[State.WAITING, State.CLAIMED]).count()
        total = self.mailing.deliveries.exclude(state=State.EMPTY).count()
        self.running.advance(total - waiting, total)

    def _next(self) -> Delivery | None:
        due = self.mailing.deliveries.filter(state=State.WAITING, next_try_at__lte=timezone.now())
        return due.select_related("subscriber").order_by("pk").first()

    def _written(self, delivery: Delivery) -> "_Mail":
        """Made before the claim: what cannot be written must not look as if it might have been sent."""
        subscriber = delivery.subscriber
        message_id = message.message_id_of(uuid.uuid4().hex)
        if subscriber.state != Subscriber.State.ACTIVE:
            return _Mail(message_id, "", b"")  # the claim sees it and withdraws
        if self._address_of is None:
            self._address_of = contacts.for_mailing(
                Subscriber.OWNER_KIND,
                "address",
                by=SYSTEM,
                centre=self.mailing.centre,
                reason=str(self.mailing.uid),
            )
        address = self._address_of(subscriber)
        envelope = Envelope(address, token_of(subscriber.uid), message_id)
        content = message.written(self.mailing, text_for(delivery), envelope, timezone.now())
        return _Mail(message_id, on_the_wire(address), content)

    def _connect(self) -> None:
        """Wait for a relay that restarts, telling the job meanwhile that this run lives. Raises RelayAway."""
        for pause in (*PAUSES, 0):
            try:
                return self.relay.connect()
            except RelayAway:
                if not pause:
                    raise
                self._rest(pause)
        return None

    def _keep_pace(self) -> None:
        self._rest(self._next_at - time.monotonic())
        self._next_at = time.monotonic() + 60 / settings.MAIL_PER_MINUTE

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))
            self._tell()
            self.running.stop_if_cancelled()


@dataclass(frozen=True)
class _Mail:
    message_id: str
    recipient: str
    content: bytes


@transaction.atomic
def claimed(delivery: Delivery, message_id: str) -> DeliveryTry | None:
    """The claim, on disk when this returns; None where somebody else has it, or it is not to be sent any more."""
    _be_durable()
    waiting = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING)
    who = Subscriber.objects.select_for_update().get(pk=delivery.subscriber_id)
    if who.state != Subscriber.State.ACTIVE:
        waiting.update(state=State.WITHDRAWN)
        return None
    if not waiting.update(state=State.CLAIMED, changed_at=timezone.now()):
        return None
    return DeliveryTry.objects.create(delivery=delivery, message_id=message_id, claimed_at=timezone.now())


def _be_durable() -> None:
    """A commit that a power cut takes back would send twice. SQLite is set so for good, PostgreSQL may be set else."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO on")


@transaction.atomic
def settle(claim: DeliveryTry, answer: Answer) -> None:
    """Write down what is known of a hand-over; nothing, where nothing is.

    The run that did it knows best: its word counts although a later run has listed the claim as unknown meanwhile.
    """
    now = timezone.now()
    delivery = Delivery.objects.select_for_update().get(pk=claim.delivery_id)
    mine = DeliveryTry.objects.filter(pk=claim.pk, outcome="")
    if not answer.outcome:
        Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED).update(state=State.UNKNOWN)
        return
    if not mine.update(outcome=answer.outcome, outcome_at=now, code=answer.code, status=answer.status):
        return
    delivery.state, delivery.next_try_at, delivery.put_off = _after(delivery, answer, now)
    delivery.save(update_fields=["state", "next_try_at", "put_off", "changed_at"])
    if answer.is_about_the_mailbox:
        subscribers.bounced(delivery.subscriber, by=SYSTEM)


def _after(delivery: Delivery, answer: Answer, now: datetime) -> tuple[str, datetime, int]:
    """State, next try and refusals so far after an answer."""
    if answer.outcome == Outcome.ACCEPTED:
        return State.SENT, delivery.next_try_at, delivery.put_off
    if answer.outcome == Outcome.DROPPED:
        return State.WAITING, now, delivery.put_off
    if answer.outcome == Outcome.PUT_OFF and delivery.put_off < len(AGAIN_AFTER):
        return State.WAITING, now + AGAIN_AFTER[delivery.put_off], delivery.put_off + 1
    return State.REFUSED, delivery.next_try_at, delivery.put_off


# --- Between runs -----------------------------------------------------------------------------------------------
_OVER: Final = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def _is_anything_to_do() -> bool:
    return _due_again().exists() or _left_behind().exists()


def _due_again() -> MailingQuerySet:
    """Whose last run came to its end, and of which something that was put off is due."""
    return Mailing.objects.filter(
        job__state=Job.State.DONE,
        deliveries__state=State.WAITING,
        deliveries__next_try_at__lte=timezone.now(),
    ).distinct()


def _left_behind() -> MailingQuerySet:
    return Mailing.objects.filter(job__state__in=_OVER, deliveries__state=State.CLAIMED).distinct()


def look_after() -> None:
    """Queue what was put off and is due; list what a run that was given up left without an outcome."""
    for mailing in _left_behind():
        lapse(mailing)
    for uid in _due_again().values_list("uid", flat=True):
        again(uid)


@transaction.atomic
def again(uid: uuid.UUID) -> None:
    mailing = mailings.locked(uid, SYSTEM)
    mailings.go_on(mailing, SYSTEM)
    audit.record("MAILING_WENT_ON", by=SYSTEM, centre=mailing.centre, reason=str(mailing.uid))
