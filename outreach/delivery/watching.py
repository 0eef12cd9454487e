"""What other rooms are told of mail: 今日, the page of the machine's health, and what became of a proposal."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import health, today
from cases.health import Group, Level, Reading
from cases.health.words import items
from cases.records.centre import Actor
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import add_to_nav
from outreach.delivery import demo, line, mailbox, mailings, relay, sending
from outreach.delivery.models import Delivery, Incoming, Mailing, Subscriber
from outreach.network import linked
from outreach.network.linked import Linked
from outreach.network.models import Member
from outreach.planning import links
from outreach.planning.links import Target

STUCK_AFTER: Final = timedelta(hours=1)
"""What is due so long and not sent stands still: its run was given up or cancelled, or no worker goes round."""

State = Delivery.State


def card(actor: Actor) -> today.Card | None:
    """今日, for whoever sends: unknown deliveries and mail that matched nobody."""
    unknown = Delivery.objects.filter(mailing__centre_id__in=actor.centre_ids, state=State.UNKNOWN).count()
    waiting = Incoming.objects.visible_to(actor).filter(state=Incoming.State.OPEN).count()
    if unknown:
        title = ngettext(
            "届いたかどうか分からないメールが%(n)d通あります",
            "届いたかどうか分からないメールが%(n)d通あります",
            unknown,
        )
        told = _("メールサーバーの記録を取り込むと、送信済みか、届いていないかが分かります。")
        return today.Card(title % {"n": unknown}, told, today.Level.WARNING, "mail", _("メール配信を開く"))
    if waiting:
        title = ngettext(
            "だれのものか分からない返信メールが%(n)d通あります",
            "だれのものか分からない返信メールが%(n)d通あります",
            waiting,
        )
        return today.Card(
            title % {"n": waiting}, "", today.Level.WARNING, "mail-inbox", _("返ってきたメールを開く")
        )
    return None


def look() -> Iterator[Reading]:
    """Mail that stands still or of which nobody knows, and the lines to both servers; for the whole machine."""
    limit = timezone.now() - STUCK_AFTER
    found = Delivery.objects.open().aggregate(
        stuck=Count(
            "pk", filter=Q(state=State.WAITING, next_try_at__lt=limit, mailing__created_at__lt=limit)
        ),
        unknown=Count("pk", filter=Q(state=State.UNKNOWN)),
    )
    stuck, unknown = found["stuck"], found["unknown"]
    yield Reading(
        name="mail.stuck",
        label=_("送られずに残るメール"),
        state=items(stuck) if stuck else _("ありません"),
        level=Level.WARNING if stuck else Level.OK,
        limit=_("1時間"),
        advice=_("メール配信の画面で、止まった送信を「再開」してください。") if stuck else "",
        numbers={"stuck": stuck},
    )
    yield Reading(
        name="mail.unknown",
        label=_("届いたかどうか分からないメール"),
        state=items(unknown) if unknown else _("ありません"),
        level=Level.WARNING if unknown else Level.OK,
        advice=_("メールサーバーの記録を、メール配信の画面で取り込んでください。") if unknown else "",
        numbers={"unknown": unknown},
        has_card=True,
    )
    if relay.is_set():
        yield _of_line("mail.relay", _("送信用のメールサーバー"), mailings.JOB)
    if mailbox.is_set():
        yield _of_line("mail.mailbox", _("返ってきたメールのメールボックス"), mailbox.JOB)


def _of_line(name: str, label: str, kind: str) -> Reading:
    """How the last run that spoke with the server ended; nobody is asked for this."""
    last, cut = line.last_run(kind), line.what_cut_off(kind)
    well = _("つながっています") if last else _("まだ使っていません")
    return Reading(
        name=name,
        label=label,
        state=_("つながらないか、断られました") if cut else well,
        level=Level.WARNING if cut else Level.OK,
        advice=cut,
        since=last.finished_at if last and cut else None,
    )


def _targets(uids: Sequence[uuid.UUID], actor: Actor) -> list[Target]:
    rows = Mailing.objects.visible_to(actor).filter(uid__in=uids).select_related("job")
    sent = Counter(
        Delivery.objects.filter(mailing__in=rows, state=State.SENT).values_list("mailing", flat=True)
    )
    return [
        Target(
            row.uid,
            row.subject,
            _state(row),
            "mailing",
            (_("まとめを%(n)d人に送信") if row.month else _("%(n)d人に送信")) % {"n": sent[row.pk]},
            sent[row.pk],
        )
        for row in rows
    ]


def _linked_to(member: Member, actor: Account) -> list[Linked] | None:
    """Subscriptions of a member, for who keeps the mail."""
    if not actor.may(roles.KEEP_MAIL):
        return None
    rows = Subscriber.objects.filter(centre=member.centre, member=member.uid).for_list().order_by("pk")
    return [
        Linked(
            row.uid,
            row.short_name,
            row.get_state_display(),
            row.get_frequency_display(),
            row.state == Subscriber.State.ACTIVE,
        )
        for row in rows
    ]


def _state(row: Mailing) -> str:
    return row.job.get_state_display() if row.job else ""


def register() -> None:
    """Called once when the app is ready."""
    sending.register()
    mailbox.register()
    demo.register()
    today.register("mail", roles.KEEP_MAIL, card)
    health.register("mail", Group.WORK, gettext_lazy("メール配信"), look)
    links.register("MAIL", _targets)
    linked.register(_linked_to)
    add_to_nav(roles.KEEP_MAIL, "mail", gettext_lazy("メール配信"))
