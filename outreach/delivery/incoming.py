"""What staff and the machine do with mail that came back. A matched one acts at once; the rest waits for a person.

Nothing is thrown away unread: what matches nobody is kept, sealed, until somebody says that it is done.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, contacts, keys
from cases.records.centre import Actor, Centre
from outreach.delivery import subscribers
from outreach.delivery.address import AboutAddress, AddressNotUnderstood, read_address
from outreach.delivery.models import Delivery, DeliveryTry, Incoming, Subscriber
from outreach.delivery.returned import Kind, Returned, parted, read_mail
from outreach.delivery.tokens import digests_in

MOST_MAILS: Final = 2_000
# A header, or the line with which a mailbox parts its mails (RFC 5322, 2.2; RFC 4155).
_FIRST_LINE: Final = re.compile(rb"From |[!-9;-~]+[ \t]*:")
State = Incoming.State


class MailFileNotUnderstood(CasesError):
    code: ClassVar[str] = "mail_file_not_understood"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("メールとして読めません。メールソフトから保存した .eml か .mbox のファイルを選んでください。")
        )

    @property
    def errors(self) -> dict[str, str]:
        return {"mails": str(self)}


class NobodySubscribed(AboutAddress):
    code: ClassVar[str] = "nobody_subscribed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("このアドレスの登録はありません。"))


class IncomingNotOpen(CasesError):
    code: ClassVar[str] = "incoming_not_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("このメールは、すでに確認済みです。"))


@dataclass(frozen=True)
class Received:
    """How many of a file were new, and what became of them."""

    matched: int = 0
    open: int = 0
    known: int = 0


def receive_file(data: bytes, *, centre: Centre, by: Actor) -> Received:
    """Every mail of an .eml or .mbox file, each in a transaction of its own; the same file again changes nothing.

    Raises MailFileNotUnderstood.
    """
    mails = parted(data)
    if not mails or len(mails) > MOST_MAILS or not _FIRST_LINE.match(mails[0]):
        raise MailFileNotUnderstood
    matched = opened = known = 0
    for mail in mails:
        row = receive(mail, centre=centre, by=by)
        known += row is None
        matched += row is not None and row.state == State.MATCHED
        opened += row is not None and row.state == State.OPEN
    return Received(matched, opened, known)


@transaction.atomic
def receive(data: bytes, *, centre: Centre, by: Actor) -> Incoming | None:
    """One mail: matched and acted on, or kept for a person; None for one that was received before.

    `centre`: whose it is where it matches nobody. Only subscribers in the actor's scope are matched.
    """
    # However the line ends came through, it is the same mail.
    digest = hashlib.sha256(b"\n".join(data.splitlines()).strip()).digest()
    if Incoming.objects.filter(centre_id__in=by.centre_ids, digest=digest).exists():
        return None
    mail = read_mail(data)
    subscriber, delivery = _matched(mail, by, centre)
    row = Incoming(centre=subscriber.centre if subscriber else centre, digest=digest, kind=mail.kind)
    row.subscriber, row.delivery, row.status = subscriber, delivery, mail.status
    if subscriber is not None and mail.kind != Kind.OTHER:
        row.state = State.MATCHED
        _act(mail, subscriber, delivery, by)
    else:
        row.state = State.OPEN
        key, sealer = keys.create(row.sealed_owner, centre_uid=row.centre.uid, cohort=keys.NO_YEAR)
        key.save(force_insert=True)
        sealer.seal(row, "message", _as_read(mail))
    row.save(force_insert=True)
    audit.record("MAIL_RECEIVED", by=by, centre=row.centre, reason=row.kind)
    return row


def _as_read(mail: Returned) -> str:
    return "\n".join([mail.sender, mail.subject, "", mail.text])


def _matched(mail: Returned, by: Actor, centre: Centre) -> tuple[Subscriber | None, Delivery | None]:
    """By the Message-ID that a report returns, then by the token, then by the addresses that it names."""
    in_scope = (
        Subscriber.objects.visible_to(by).standing().select_related("centre").select_for_update(of=("self",))
    )
    claim = (
        DeliveryTry.objects.filter(
            message_id__in=mail.message_ids, delivery__mailing__centre_id__in=by.centre_ids
        )
        .select_related("delivery")
        .first()
    )
    if claim is not None:
        return in_scope.filter(pk=claim.delivery.subscriber_id).first(), claim.delivery
    if tokens := list(digests_in(mail.subject)):
        return in_scope.filter(token_digest__in=tokens).first(), None
    named = mail.recipients if mail.kind in (Kind.HARD, Kind.SOFT) else [mail.sender]
    found = in_scope.filter(_is_of_address(named, centre)).first() if any(named) else None
    return found, None


def _is_of_address(named: list[str], centre: Centre) -> Q:
    found = Q(pk__in=[])
    for text in named:
        try:
            found |= Q(centre=centre, address_digest=subscribers.digest_of(read_address(text), centre))
        except AddressNotUnderstood:
            continue
    return found


def _act(mail: Returned, subscriber: Subscriber, delivery: Delivery | None, by: Actor) -> None:
    if mail.kind == Kind.UNSUBSCRIBE:
        subscribers.unsubscribe(subscriber.uid, by=by)
    elif mail.kind == Kind.HARD:
        is_first = delivery is None or not Incoming.objects.filter(delivery=delivery, kind=Kind.HARD).exists()
        if is_first:
            subscribers.bounced(subscriber, by=by)
        if delivery is not None:
            _came_back(delivery)


def _came_back(delivery: Delivery) -> None:
    """What came back was handed over: an unknown delivery is known by that."""
    DeliveryTry.objects.filter(delivery=delivery, outcome="").update(
        outcome=DeliveryTry.Outcome.BOUNCED, outcome_at=timezone.now()
    )
    Delivery.objects.filter(
        pk=delivery.pk, state__in=[Delivery.State.SENT, Delivery.State.UNKNOWN, Delivery.State.CLAIMED]
    ).update(state=Delivery.State.REFUSED)


# --- What a person does -------------------------------------------------------------------------------------------
def read_message(uid: uuid.UUID, *, by: Actor, purpose: str) -> str:
    """Sender, subject and text of an open one, logged first. Raises Incoming.DoesNotExist, IncomingNotOpen."""
    row = Incoming.objects.visible_to(by).select_related("centre").get(uid=uid)
    if row.state != State.OPEN:
        raise IncomingNotOpen
    return contacts.reveal(row, ["message"], by=by, centre=row.centre, purpose=purpose)["message"]


@transaction.atomic
def stop_for(uid: uuid.UUID, *, address: str, by: Actor) -> Subscriber:
    """Unsubscribe whoever wrote it: the matched one, or the address that a person names.

    Raises Incoming.DoesNotExist, IncomingNotOpen, AddressNotUnderstood, NobodySubscribed.
    """
    row = _locked(uid, by)
    found = row.subscriber
    if address.strip() or found is None:
        found = subscribers.find(address, by=by, centre=row.centre)
    if found is None:
        raise NobodySubscribed
    row.subscriber = subscribers.unsubscribe(found.uid, by=by)
    _close(row)
    audit.record("MAIL_CLOSED", by=by, centre=row.centre, reason=str(row.uid))
    return row.subscriber


@transaction.atomic
def close(uid: uuid.UUID, *, by: Actor) -> Incoming:
    """Nothing more is to be done with it; its words are erased. Raises Incoming.DoesNotExist, IncomingNotOpen."""
    row = _locked(uid, by)
    _close(row)
    audit.record("MAIL_CLOSED", by=by, centre=row.centre, reason=str(row.uid))
    return row


def _close(row: Incoming) -> None:
    keys.destroy(row.sealed_owner)
    row.message, row.state = None, State.DONE
    row.save()


def _locked(uid: uuid.UUID, by: Actor) -> Incoming:
    rows = (
        Incoming.objects.visible_to(by).select_related("centre", "subscriber").select_for_update(of=("self",))
    )
    row = rows.get(uid=uid)
    if row.state != State.OPEN:
        raise IncomingNotOpen
    return row
