"""今日: bulletins that wait for somebody: to be approved, and, approved or sent back, for one of their writers."""

from django.utils.translation import gettext as _

from cases import today
from cases.records.centre import Actor
from cases.today import Block, Level, Row
from consult.shell import roles
from outreach.bulletins.models import Bulletin, BulletinQuerySet

_SHOWN = 10


def to_approve(actor: Actor) -> Block | None:
    """For whoever approves: what was sent to them, the longest wait first."""
    found = Bulletin.objects.visible_to(actor).filter(state=Bulletin.State.IN_REVIEW)
    return _block(_("確認を待っている見守り通信"), found)


def to_go_on_with(actor: Actor) -> Block | None:
    """For a writer: what came back to them, approved or not."""
    back = (Bulletin.State.RETURNED, Bulletin.State.APPROVED)
    found = Bulletin.objects.visible_to(actor).filter(state__in=back, writers=actor.pk)
    return _block(_("続きを待っている見守り通信"), found)


def _block(title: str, found: BulletinQuerySet) -> Block | None:
    bulletins = list(found.order_by("changed_at", "pk"))
    if not bulletins:
        return None
    rows = [_row(bulletin) for bulletin in bulletins[:_SHOWN]]
    return Block(title, rows, len(bulletins), today.loudest(rows), all_url="bulletins")


def _row(bulletin: Bulletin) -> Row:
    is_approved = bulletin.state == Bulletin.State.APPROVED
    return Row(
        label=bulletin.title,
        url_name="bulletin",
        uid=bulletin.uid,
        detail=bulletin.get_state_display(),
        level=Level.INFO if is_approved else Level.WARNING,
    )


def register() -> None:
    today.register_block("bulletins to approve", roles.APPROVE_BULLETINS, to_approve)
    today.register_block("bulletins to go on with", roles.WRITE_BULLETINS, to_go_on_with)
