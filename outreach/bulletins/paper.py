"""A bulletin as a document for screen, mail and paper. Always Japanese, whatever the reader of the page prefers."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.law import calendar
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Paragraph
from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin


def document_of(
    bulletin: Bulletin,
    *,
    to: Bulletin.Audience | None = None,
    is_large: bool = False,
    is_mono: bool = False,
) -> Document:
    """What is printed. 188 stands on every one.

    `to`: for a file or a text that somebody takes along to these readers. It has no number but one that was released
    for them, and what is not issued says that it is a draft (案). `is_large`, `is_mono`: see `Document`.
    """
    is_draft = to is not None and bulletin.state != Bulletin.State.ISSUED
    with translation.override(settings.LANGUAGE_CODE):
        centre = bulletin.centre
        issued = calendar.wareki(calendar.local_date(bulletin.issued_at)) if bulletin.issued_at else ""
        return Document(
            title=bulletin.title,
            series=_("見守り通信(案)") if is_draft else _("見守り通信"),
            issue=bulletin.issue_name,
            dated=issued,
            issuer=centre.name,
            contact=f"{centre.name} {centre.phone}".strip(),
            blocks=_blocks(bulletin, to),
            is_large=is_large,
            is_mono=is_mono,
        )


def _blocks(bulletin: Bulletin, to: Bulletin.Audience | None) -> list[Block]:
    blocks: list[Block] = []
    if bulletin.examples:
        boxes = [Notice("", example.splitlines()) for example in bulletin.examples]
        blocks += [Heading(_("こんな相談がありました")), *boxes]
    counted = counts.sentence(bulletin) if to is None else counts.sentence_for(bulletin, to)
    if counted:
        blocks.append(Paragraph(counted))
    if bulletin.advice:
        blocks += [Heading(_("ひとこと助言")), BulletList(bulletin.advice, "number")]
    if bulletin.signs:
        blocks += [Heading(_("見守るときの気づきのポイント")), BulletList(bulletin.signs, "check")]
    blocks.append(
        Notice(
            _("消費者ホットライン 188(いやや)"),
            [
                _(
                    "局番なしの188で、お住まいの地域の相談窓口につながります。家族や見守る人からの相談も受け付けます。"
                )
            ],
            "call",
        )
    )
    return blocks
