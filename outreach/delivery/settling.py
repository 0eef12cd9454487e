"""要確認: what was claimed and has no outcome, settled by the relay's log and by nothing else."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.protection import audit
from cases.records.centre import Actor
from outreach.delivery import mailings, sending, subscribers
from outreach.delivery.models import Delivery, DeliveryTry
from outreach.delivery.relay_log import RelayLog, Said

_ANSWERS: Final = 5
"""A turn with the relay waits for so many answers: sender, recipient, DATA, the text, and the look before."""

Outcome = DeliveryTry.Outcome
State = Delivery.State
_BECOMES: Final = {
    Said.SENT: (Outcome.FOUND, State.SENT),
    Said.BOUNCED: (Outcome.BOUNCED, State.REFUSED),
    Said.MISSING: (Outcome.MISSING, State.NOT_SENT),
}


def longest_turn() -> timedelta:
    """After so long every turn with the relay is over, whichever way."""
    return timedelta(seconds=_ANSWERS * settings.SMTP_SECONDS)


@dataclass(frozen=True)
class Settled:
    """How many turned out to be what; `left` are unknown still: the log does not speak of them."""

    sent: int
    bounced: int
    missing: int
    left: int


@transaction.atomic
def settle(uid: uuid.UUID, log: RelayLog, *, by: Actor) -> Settled:
    """Hold the unknown ones of a mailing against the relay's log. The same log twice changes nothing.

    Raises Mailing.DoesNotExist.
    """
    mailing = mailings.locked(uid, by)
    if mailing.job is None or mailing.job.is_finished:
        sending.lapse(mailing)
    open_tries = DeliveryTry.objects.filter(
        delivery__mailing=mailing, delivery__state=State.UNKNOWN, outcome=""
    ).select_related("delivery__subscriber")
    found: Counter[Said | None] = Counter()
    for claim in open_tries.order_by("pk"):
        said = log.of(claim.message_id, claim.claimed_at, longest_turn())
        found[said] += 1
        if said is not None:
            _write_down(claim, said, log.statuses.get(claim.message_id, ""), by)
    settled = Settled(found[Said.SENT], found[Said.BOUNCED], found[Said.MISSING], found[None])
    number = settled.sent + settled.bounced + settled.missing
    audit.record("DELIVERIES_SETTLED", by=by, centre=mailing.centre, count=number, reason=str(mailing.uid))
    return settled


def _write_down(claim: DeliveryTry, said: Said, status: str, by: Actor) -> None:
    delivery = claim.delivery
    claim.outcome, delivery.state = _BECOMES[said]
    claim.outcome_at, claim.status = timezone.now(), status
    claim.save(update_fields=["outcome", "outcome_at", "status"])
    delivery.save(update_fields=["state", "changed_at"])
    if said is Said.BOUNCED and status.startswith("5.1."):
        subscribers.bounced(delivery.subscriber, by=by)
