"""From an issued bulletin or a month to a text on its way: who gets it is counted, seen, and fixed with its start."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.errors import CasesError
from cases.jobs import queue
from cases.jobs.models import Job
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.bulletins.models import Bulletin, BulletinStep
from outreach.bulletins.outputs import mail_text
from outreach.delivery import recipients, relay
from outreach.delivery.digest import digest_of
from outreach.delivery.models import Delivery, Mailing, MailingPart
from outreach.planning import links

JOB: Final = "outreach.mailing"
_BATCH: Final = 500

State = Delivery.State


class MailingRefused(CasesError):
    """It cannot be sent as it stands; the text says why."""

    code: ClassVar[str] = "mailing_refused"
    status: ClassVar[int] = 409


class RecipientsChanged(CasesError):
    """Between the look and the word to send, somebody joined or left."""

    code: ClassVar[str] = "recipients_changed"
    status: ClassVar[int] = 409

    def __init__(self, number: int) -> None:
        text = ngettext(
            "確認の後に宛先が変わり、いまは%(n)d人です。もう一度確かめてください。",
            "確認の後に宛先が変わり、いまは%(n)d人です。もう一度確かめてください。",
            number,
        )
        super().__init__(text % {"n": number})


@dataclass(frozen=True)
class Planned:
    """What would be sent now, and to how many; `parts`: of a digest, unsaved."""

    subject: str
    text: str
    count: recipients.Count
    parts: Sequence[MailingPart] = ()

    @property
    def readers_of_parts(self) -> list[tuple[MailingPart, int]]:
        """Each bulletin of a digest, and how many get it."""
        return [(part, self.count.of_part(part.position)) for part in self.parts]


def plan_issue(bulletin: Bulletin) -> Planned:
    """What its mail would be. Raises MailingRefused unless it is issued, stands unopposed, and was not sent before."""
    if bulletin.state != Bulletin.State.ISSUED:
        raise MailingRefused(_("発行した通信だけを送れます。"))
    if bulletin.steps.filter(kind=BulletinStep.Kind.OBJECTED).exists():
        raise MailingRefused(_("発行後に承認されなかった通信は、メールで送れません。"))
    if Mailing.objects.filter(bulletin=bulletin).exists():
        raise MailingRefused(_("この通信は、もうメールで送り始めています。"))
    mail = mail_text(bulletin)
    return Planned(mail.subject, mail.text, recipients.of_issue(bulletin))


@transaction.atomic
def start_issue(uid: uuid.UUID, *, expected: int, by: Actor, proposal: uuid.UUID | None = None) -> Mailing:
    """Fix text and recipients of a bulletin and queue the sending; `expected`: how many were seen on the page.

    Raises Bulletin.DoesNotExist, RelayNotSet, MailingRefused, RecipientsChanged.
    """
    rows = Bulletin.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    bulletin = rows.get(uid=uid)
    _lock(bulletin.centre)
    mailing = Mailing(
        kind=Mailing.Kind.ISSUE, bulletin=bulletin, readers=recipients.readers_of(bulletin), proposal=proposal
    )
    return _started(mailing, plan_issue(bulletin), bulletin.centre, expected, by)


def plan_digest(centre: Centre, month: date, readers: str) -> Planned:
    """The bulletins of a month in one text. Raises MailingRefused where there are none, or it was sent before."""
    if Mailing.objects.filter(centre=centre, kind=Mailing.Kind.DIGEST, month=month, readers=readers).exists():
        raise MailingRefused(_("この月のまとめは、もう送り始めています。"))
    digest = digest_of(centre, month, readers)
    if not digest.parts:
        raise MailingRefused(_("この月に、この宛先へ送れる通信はありません。"))
    count = recipients.of_digest(centre, readers, digest.bulletins)
    return Planned(digest.subject, digest.text, count, digest.parts)


@transaction.atomic
def start_digest(
    month: date, readers: str, *, expected: int, centre: Centre, by: Actor, proposal: uuid.UUID | None = None
) -> Mailing:
    """As `start_issue`; who wants a digest and has nothing in it is written down too, and gets no mail.

    Raises RelayNotSet, MailingRefused, RecipientsChanged.
    """
    _lock(centre)
    mailing = Mailing(kind=Mailing.Kind.DIGEST, month=month, readers=readers, proposal=proposal)
    return _started(mailing, plan_digest(centre, month, readers), centre, expected, by)


def _lock(centre: Centre) -> None:
    """One mailing of a centre is begun at a time: each sees what everybody has or is to get by those before."""
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)


def _started(mailing: Mailing, planned: Planned, centre: Centre, expected: int, by: Actor) -> Mailing:
    if not relay.is_set():
        raise relay.RelayNotSet
    if planned.count.number != expected:
        raise RecipientsChanged(planned.count.number)
    if not expected:
        raise MailingRefused(_("送る相手がいません。"))
    mailing.centre, mailing.created_by_id = centre, by.pk
    mailing.subject, mailing.text = planned.subject[:300], planned.text
    mailing.save(force_insert=True)
    _wait_in_line(mailing, planned)
    mailing.job = _queued(mailing, by)
    mailing.save(update_fields=["job"])
    _leave_a_trail(mailing, planned.parts, by)
    audit.record("MAILING_STARTED", by=by, centre=centre, count=expected, reason=str(mailing.uid))
    return mailing


def _wait_in_line(mailing: Mailing, planned: Planned) -> None:
    now, count = timezone.now(), planned.count
    for part in planned.parts:
        part.mailing = mailing
    parts = {part.position: part for part in MailingPart.objects.bulk_create(planned.parts)}
    states = {**dict.fromkeys(count.pks, State.WAITING), **dict.fromkeys(count.empty, State.EMPTY)}
    rows = Delivery.objects.bulk_create(
        [
            Delivery(mailing=mailing, subscriber_id=pk, state=state, next_try_at=now)
            for pk, state in states.items()
        ],
        batch_size=_BATCH,
    )
    through = Delivery.parts.through
    through.objects.bulk_create(
        [
            through(delivery_id=row.pk, mailingpart_id=parts[place].pk)
            for row in rows
            for place in count.parts.get(row.subscriber_id, ())
        ],
        batch_size=_BATCH,
    )


def _leave_a_trail(mailing: Mailing, parts: Sequence[MailingPart], by: Actor) -> None:
    """From the proposal that the sending was begun from, and from those of the bulletins that it holds."""
    held = [mailing.bulletin, *(part.bulletin for part in parts)]
    begun = [links.begun_from(bulletin.uid, by) for bulletin in held if bulletin is not None]
    for proposal in {mailing.proposal, *(found.uid for found in begun if found is not None)}:
        links.acted(proposal=proposal, kind="MAIL", target=mailing.uid, by=by)


def _queued(mailing: Mailing, by: Actor) -> Job:
    return queue.start(JOB, {"mailing": str(mailing.uid)}, by=by, centre=mailing.centre)


@transaction.atomic
def send_again(uid: uuid.UUID, *, by: Actor) -> int:
    """Put those back in line that the relay's log shows it never had; how many.

    What is unknown stays unknown. Raises Mailing.DoesNotExist, RelayNotSet, MailingRefused.
    """
    mailing = locked(uid, by)
    if not relay.is_set():
        raise relay.RelayNotSet
    found = mailing.deliveries.filter(state=State.NOT_SENT).update(
        state=State.WAITING, next_try_at=timezone.now(), put_off=0
    )
    if not found:
        raise MailingRefused(_("未達を確認したものはありません。"))
    go_on(mailing, by)
    audit.record("MAILING_SENT_AGAIN", by=by, centre=mailing.centre, count=found, reason=str(mailing.uid))
    return found


def go_on(mailing: Mailing, by: Actor) -> None:
    """See that a job is at it; the row of the mailing is locked by the caller."""
    if mailing.job is None or mailing.job.is_finished:
        mailing.job = _queued(mailing, by)
        mailing.save(update_fields=["job"])


def locked(uid: uuid.UUID, by: Actor) -> Mailing:
    rows = Mailing.objects.visible_to(by).select_related("centre", "job").select_for_update(of=("self",))
    return rows.get(uid=uid)
