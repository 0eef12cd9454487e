"""What staff do with subscribers. Each verb is one transaction with its entry in the log; no verb tells an address."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contacts, keys
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from outreach.delivery.address import AboutAddress, compared, read_address
from outreach.delivery.models import Subscriber
from outreach.delivery.tokens import token_of
from outreach.network.models import Member

BOUNCES: Final = 2
"""So many texts that came back for good end the sending to an address."""

State = Subscriber.State


class AlreadySubscribed(AboutAddress):
    code: ClassVar[str] = "already_subscribed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("このメールアドレスは、すでに登録されています。"))


class ConsentTooOld(AboutAddress):
    """The address was taken out, and the consent that is given now is not of a later day."""

    code: ClassVar[str] = "consent_too_old"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "このメールアドレスは、配信停止か削除の申出を受けています。それより後の日の同意があるときだけ登録できます。"
            )
        )


class SubscriberNotInState(CasesError):
    """Somebody paused, stopped or erased the subscription meanwhile."""

    code: ClassVar[str] = "subscriber_not_in_state"
    status: ClassVar[int] = 409

    def __init__(self, row: Subscriber) -> None:
        super().__init__(
            _("この登録は「%(state)s」のため、その操作はできません。") % {"state": row.get_state_display()}
        )


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asked for, and how they said yes. No topic is every topic."""

    consent_on: date
    consent_source: str
    topics: Sequence[str] = ()
    frequency: str = Subscriber.Frequency.EVERY
    member: uuid.UUID | None = None


def digest_of(address: str, centre: Centre) -> bytes:
    """The keyed digest under which an address is found again, of this centre alone."""
    return keys.keyed_digest(f"subscriber/address/{centre.uid.hex}", compared(address).encode())


@transaction.atomic
def subscribe(
    address: str, wish: Wish, *, centre: Centre, by: Actor, uid: uuid.UUID | None = None
) -> Subscriber:
    """A new subscription, or one that a later consent begins anew. `uid` is minted when the form opens.

    Sent twice it is one: the second finds its row. Raises AddressNotUnderstood, EntryRefused, AlreadySubscribed,
    ConsentTooOld.
    """
    check(wish, centre)
    kept = read_address(address)
    # The centre's row is the lock: of two who enter one address, the second finds it.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    before = standing_and_erased(kept, centre)
    row = before.standing
    if row is not None and uid is not None and row.uid == uid:
        return row
    if row is not None and row.state != State.UNSUBSCRIBED:
        raise AlreadySubscribed
    if before.ended_on is not None and wish.consent_on <= before.ended_on:
        raise ConsentTooOld
    if row is None:
        row = _made(kept, centre, uid)
    _fill(row, wish)
    row.state, row.ended_on, row.hard_bounces = State.ACTIVE, None, 0
    row.save()
    row.spans.create(began_on=calendar.today())
    audit.record("SUBSCRIBER_ADDED", by=by, centre=centre, reason=str(row.uid))
    return row


@dataclass(frozen=True)
class Before:
    """What is known of an address: its row, and the last day on which somebody asked to end it."""

    standing: Subscriber | None
    ended_on: date | None


def standing_and_erased(address: str, centre: Centre) -> Before:
    rows = list(Subscriber.objects.filter(centre=centre, address_digest=digest_of(address, centre)))
    standing = next((row for row in rows if row.state != State.ERASED), None)
    return Before(standing, max((row.ended_on for row in rows if row.ended_on), default=None))


def _made(address: str, centre: Centre, uid: uuid.UUID | None = None) -> Subscriber:
    row = Subscriber(uid=uid or uuid.uuid4(), centre=centre, address_digest=digest_of(address, centre))
    row.token_digest = hashlib.sha256(token_of(row.uid).encode()).digest()
    key, sealer = keys.create(row.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    sealer.seal(row, "address", address)
    return row


def _fill(row: Subscriber, wish: Wish) -> None:
    row.topics, row.frequency, row.member = sorted(set(wish.topics)), wish.frequency, wish.member
    row.consent_on, row.consent_source = wish.consent_on, wish.consent_source


def check(wish: Wish, centre: Centre) -> None:
    """Raises EntryRefused."""
    if faults := dict(_faults(wish, centre)):
        raise EntryRefused(faults)


def _faults(wish: Wish, centre: Centre) -> Iterator[tuple[str, str]]:
    if wish.consent_on > calendar.today():
        yield "consent_on", _("今日までの日付にしてください。")
    if wish.consent_source not in Subscriber.Source.values:
        yield "consent_source", _("選び直してください。")
    if wish.frequency not in Subscriber.Frequency.values:
        yield "frequency", _("選び直してください。")
    if not set(wish.topics) <= codes.codes(Kind.SCAM_TYPE).by_code.keys():
        yield "topics", _("選び直してください。")
    # One that has left may stay beside who was linked to it: mail for members does not go there any more.
    if wish.member is not None and not Member.objects.filter(centre=centre, uid=wish.member).exists():
        yield "member", _("選び直してください。")


@transaction.atomic
def change(
    uid: uuid.UUID, *, topics: Sequence[str], frequency: str, member: uuid.UUID | None, by: Actor
) -> Subscriber:
    """Other topics, another frequency, another member whose address it is, or none.

    Raises Subscriber.DoesNotExist, SubscriberNotInState, EntryRefused.
    """
    row = _locked(uid, by, State.ACTIVE, State.PAUSED, State.BOUNCED)
    wish = Wish(
        consent_on=row.consent_on, consent_source=row.consent_source, topics=topics, frequency=frequency,
        member=member,
    )  # fmt: skip
    check(wish, row.centre)
    _fill(row, wish)
    row.save()
    audit.record("SUBSCRIBER_CHANGED", by=by, centre=row.centre, reason=str(row.uid))
    return row


@transaction.atomic
def change_address(uid: uuid.UUID, address: str, *, by: Actor) -> Subscriber:
    """A new row for the new address, and the old one is erased: nothing that was sent is told of the other address.

    What still waits to be sent to the old address goes to the new one; what was handed over already does not again.
    Raises Subscriber.DoesNotExist, SubscriberNotInState, AddressNotUnderstood, AlreadySubscribed, ConsentTooOld.
    """
    old = _locked(uid, by, State.ACTIVE, State.PAUSED, State.BOUNCED)
    kept = read_address(address)
    Centre.objects.select_for_update(no_key=True).get(pk=old.centre_id)
    before = standing_and_erased(kept, old.centre)
    if before.standing is not None:
        raise AlreadySubscribed
    new = _made(kept, old.centre)
    new.topics, new.frequency, new.member = old.topics, old.frequency, old.member
    new.consent_on, new.consent_source = old.consent_on, old.consent_source
    new.state = State.PAUSED if old.state == State.PAUSED else State.ACTIVE
    new.save(force_insert=True)
    new.spans.create(began_on=calendar.today())
    old.deliveries.filter(state="WAITING").update(subscriber=new)
    _erase(old)
    audit.record("SUBSCRIBER_MOVED", by=by, centre=old.centre, reason=f"{old.uid} {new.uid}")
    return new


@transaction.atomic
def pause(uid: uuid.UUID, *, by: Actor) -> Subscriber:
    """Raises Subscriber.DoesNotExist, SubscriberNotInState."""
    row = _locked(uid, by, State.ACTIVE)
    row.state = State.PAUSED
    row.save(update_fields=["state", "changed_at"])
    audit.record("SUBSCRIBER_PAUSED", by=by, centre=row.centre, reason=str(row.uid))
    return row


@transaction.atomic
def resume(uid: uuid.UUID, *, by: Actor) -> Subscriber:
    """Send again to a paused address, or to one that mail came back from and that was put right.

    Raises Subscriber.DoesNotExist, SubscriberNotInState.
    """
    row = _locked(uid, by, State.PAUSED, State.BOUNCED)
    row.state, row.hard_bounces = State.ACTIVE, 0
    row.save(update_fields=["state", "hard_bounces", "changed_at"])
    audit.record("SUBSCRIBER_RESUMED", by=by, centre=row.centre, reason=str(row.uid))
    return row


@transaction.atomic
def unsubscribe(uid: uuid.UUID, *, by: Actor) -> Subscriber:
    """Stop sending; what still waits is not sent. A second time changes nothing.

    Raises Subscriber.DoesNotExist, SubscriberNotInState for an erased one.
    """
    row = _locked(uid, by, *(state for state in State.values if state != State.ERASED))
    if row.state != State.UNSUBSCRIBED:
        row.state, row.ended_on = State.UNSUBSCRIBED, calendar.today()
        row.save(update_fields=["state", "ended_on", "changed_at"])
        _end_span(row)
        audit.record("SUBSCRIBER_ENDED", by=by, centre=row.centre, reason=str(row.uid))
    return row


@transaction.atomic
def erase(uid: uuid.UUID, *, by: Actor) -> Subscriber:
    """Destroy the address's key and forget what was asked for; the digest alone stays, as a bar to old lists.

    Raises Subscriber.DoesNotExist, SubscriberNotInState.
    """
    row = _locked(uid, by, *(state for state in State.values if state != State.ERASED))
    _erase(row)
    audit.record("SUBSCRIBER_ERASED", by=by, centre=row.centre, reason=str(row.uid))
    return row


def _erase(row: Subscriber) -> None:
    keys.destroy(row.sealed_owner)
    row.address, row.topics, row.member = None, [], None
    row.state, row.ended_on = State.ERASED, calendar.today()
    row.save()
    _end_span(row)


def _end_span(row: Subscriber) -> None:
    row.spans.filter(ended_on__isnull=True).update(ended_on=calendar.today())


@transaction.atomic
def bounced(row: Subscriber, *, by: Actor) -> None:
    """One more text came back for good; the second ends the sending."""
    row.hard_bounces += 1
    if row.hard_bounces >= BOUNCES and row.state == State.ACTIVE:
        row.state = State.BOUNCED
    row.save(update_fields=["hard_bounces", "state", "changed_at"])
    audit.record("SUBSCRIBER_BOUNCED", by=by, centre=row.centre, reason=str(row.uid))


@transaction.atomic
def find(address: str, *, by: Actor, centre: Centre) -> Subscriber | None:
    """The standing row of an address that somebody names, logged as a look-up. Raises AddressNotUnderstood."""
    kept = read_address(address)
    audit.record("SUBSCRIBER_LOOKED_UP", by=by, centre=centre)
    return standing_and_erased(kept, centre).standing


def reveal_address(uid: uuid.UUID, *, by: Actor, purpose: str) -> str:
    """The address, logged before it is opened. Raises Subscriber.DoesNotExist, PurposeNeeded."""
    row = Subscriber.objects.visible_to(by).standing().select_related("centre").get(uid=uid)
    return contacts.reveal(row, ["address"], by=by, centre=row.centre, purpose=purpose)["address"]


def _locked(uid: uuid.UUID, by: Actor, *states: str) -> Subscriber:
    rows = Subscriber.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    row = rows.get(uid=uid)
    if row.state not in states:
        raise SubscriberNotInState(row)
    return row
