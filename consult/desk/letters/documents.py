"""A kept letter as a paper: a postcard in life size and large, or a page."""

import uuid
from typing import Final

from django.utils.translation import gettext as _

from cases.law import letters as law
from cases.records.case import Case
from cases.records.letters import CaseLetter
from cases.services import letters
from cases.services.letters import Written
from consult.desk.letters.papers import CasePaper
from consult.shell.accounts import Account
from consult.shell.paper import Block, BulletList, Document, Heading, Paragraph, Postcard

LETTER: Final = "letter"
_FILE_NAMES: Final = {
    "COOLING_OFF_TRADER": "クーリング・オフ通知_事業者",
    "COOLING_OFF_CREDIT": "クーリング・オフ通知_クレジット会社",
    "RESCISSION": "取消通知",
    "MINOR": "取消通知_未成年",
    "PAYMENT_STOP": "支払停止の抗弁書",
    "TERMINATION": "中途解約通知",
}


def title_of(row: CaseLetter) -> str:
    """The heading of the letter itself, as its wording has it; always Japanese."""
    held = [one for one in law.wordings() if one.name == row.template]
    return held[0].title if held else str(row.get_kind_display())


def document_of(row: CaseLetter, words: Written) -> Document:
    title = title_of(row)
    steps = [str(step) for step in law.how_to_send(row.kind, row.medium)]
    keep = [str(thing) for thing in law.what_to_keep()]
    blocks: list[Block]
    if row.medium == CaseLetter.Medium.POSTCARD:
        blocks = [
            Paragraph(_("次のページの両面を、はがきに手で書き写してください。")),
            Heading(_("送り方")),
            BulletList(steps, "number"),
            Heading(_("残しておくもの")),
            BulletList(keep, "check"),
            Postcard(
                caption=_("はがきの表と裏"),
                front=f"{words.addressee}\n\n{words.sender}".strip(),
                back=f"{title}\n\n{words.text}".strip(),
            ),
        ]
        return Document(title=_("はがきの書き写し用の見本"), blocks=blocks)
    blocks = [Paragraph(part) for part in (words.addressee, words.text) if part.strip()]
    return Document(title=title, blocks=blocks)


def paper_of(version_uid: uuid.UUID, by: Account) -> CasePaper:
    """The kept wording as a file; its words are opened through the log. Raises CaseLetter.DoesNotExist."""
    row = (
        CaseLetter.objects.select_related("case__centre")
        .filter(case__in=Case.objects.visible_to(by))
        .get(uid=version_uid)
    )
    name = f"{_FILE_NAMES.get(row.kind, row.kind)}_{row.version}"
    return CasePaper(row.case.uid, name, document_of(row, letters.words_of(row, by=by)), row.made_at)
