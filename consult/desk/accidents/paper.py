"""The notice of an accident as a paper: the items of the agency's form in its order, without a person's name."""

import uuid
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.law import accidents as law
from cases.law import calendar
from cases.law.accidents import Verdict
from cases.records.accidents import AccidentDecision
from cases.services import accidents
from consult.desk.accidents.forms import ANSWERS, ITEM_LABELS
from consult.desk.letters.papers import CasePaper
from consult.shell.accounts import Account
from consult.shell.paper import Block, Document, Table

ACCIDENT: Final = "accident"


def document_of(row: AccidentDecision, items: dict[str, str]) -> Document:
    case = row.case
    got_at = timezone.localtime(case.received_at, calendar.TOKYO)
    head = [
        (_("通知する機関"), f"{case.centre.name} {case.centre.phone}".strip()),
        (_("担当者"), "＿" * 10),
        (_("通知の日時"), "＿" * 10),
        (_("種別"), str(Verdict(row.verdict).label)),
        (_("情報を得た日時"), f"{calendar.both(got_at.date())} {got_at:%H:%M}"),
        (_("センターの相談番号"), case.number),
    ]
    asked = [(str(label), items.get(name) or "＿" * 10) for name, label in ITEM_LABELS.items()]
    words = dict(ANSWERS)
    answers = [
        (str(question.label), str(words[row.answers.get(question.name, "unknown")]), str(question.article))
        for question in law.QUESTIONS
    ]
    columns = [_("項目"), _("内容")]
    blocks: list[Block] = [
        Table(_("通知者と種別"), columns, head),
        Table(_("事故の内容"), columns, asked),
        Table(_("判定"), [_("質問"), _("答え"), _("根拠")], answers),
    ]
    return Document(
        title=_("消費者事故等の情報通知"),
        blocks=blocks,
        dated=calendar.both(calendar.local_date(row.decided_at)),
        contact=f"{case.centre.name} {case.centre.phone}".strip(),
    )


def paper_of(uid: uuid.UUID, by: Account) -> CasePaper:
    """Raises AccidentDecision.DoesNotExist, BreakGlassNeeded, KeyMissing."""
    row = accidents.find(uid, by=by)
    items = accidents.items_of(row, by=by)
    return CasePaper(row.case.uid, "消費者事故等の通知", document_of(row, items), row.decided_at)
