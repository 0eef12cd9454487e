"""The answer to a request as papers: the copy with bars, the decision, and which part stays black by which article."""

import uuid
from collections import Counter

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.blackout import blacked, merged
from cases.law.disclosure import Outcome, article_text
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.requests import CitizenRequest, RequestPart
from cases.services import request_marks, requests
from consult.manage import audit_words
from consult.shell.accounts import Account
from consult.shell.paper import Block, Document, Heading, Paragraph, Table

# Entries that tell that somebody saw something of the case.
_LOOKS = ("CASE_VIEWED", "REVEALED")


def looks_of(case_uid: uuid.UUID) -> str:
    """Who saw the case, by day and office, without names: 職員 act in their office."""
    entries = AuditEntry.objects.filter(case_uid=case_uid, action__in=_LOOKS).order_by("at", "pk")
    counted: Counter[tuple[str, str, str]] = Counter()
    for entry in entries.iterator():
        day = calendar.local_date(entry.at).isoformat()
        fields = _("、").join(audit_words.field_text(name) for name in entry.fields)
        counted[day, audit_words.action_text(entry.action), fields] += 1
    return "\n".join(
        _("%(day)s %(action)s %(n)d回 %(fields)s")
        % {"day": day, "action": action, "n": count, "fields": fields}
        for (day, action, fields), count in counted.items()
    )


def part_text(name: str) -> str:
    """What a part is called on the page and in the papers."""
    if name == request_marks.LOOKS:
        return _("閲覧の記録")
    return audit_words.field_text(name)


def _frame(row: CitizenRequest, title: str, blocks: list[Block]) -> Document:
    return Document(
        title=title,
        blocks=blocks,
        dated=calendar.wareki(calendar.today()),
        issuer=row.centre.name,
        contact=f"{row.centre.name} {row.centre.phone}".strip(),
    )


def _decided(uid: uuid.UUID, by: Account) -> CitizenRequest:
    row = CitizenRequest.objects.visible_to(by).select_related("centre").get(uid=uid)
    if not row.is_decided:
        raise requests.RequestNotReady
    return row


def copy_of(uid: uuid.UUID, by: Account) -> Document:
    """Everything that is shown, each closed range a bar of one length: its letters are not in the document.

    Raises CitizenRequest.DoesNotExist, RequestNotReady.
    """
    row = _decided(uid, by)
    if row.outcome not in requests.SHOWN:
        raise requests.RequestNotReady
    parts = list(row.parts.all())
    black = requests.black_ranges(row)
    texts = requests.texts_of(row, parts, by=by)
    numbers = dict(
        Case.objects.filter(uid__in={part.case_uid for part in parts}).values_list("uid", "number")
    )
    blocks: list[Block] = []
    last = None
    for part, text in zip(parts, texts, strict=True):
        if part.case_uid != last:
            blocks.append(Heading(_("相談%(number)s") % {"number": numbers.get(part.case_uid, "")}))
            last = part.case_uid
        blocks += [Heading(part_text(part.name), 3), Paragraph(blacked(text, black.get(part.pk, [])))]
    note = _("■■■■は開示しない部分です。〔 〕の号は、個人情報保護法78条1項の号です。")
    return _frame(row, _("保有個人情報の写し"), [*blocks, Paragraph(note)])


def articles_of(row: CitizenRequest, parts: list[RequestPart]) -> list[tuple[str, str, int]]:
    """(article, part, places) of what stays black, as they stand in the copy."""
    black = requests.black_ranges(row)
    counted: Counter[tuple[str, str]] = Counter()
    for part in parts:
        for one in merged(black.get(part.pk, [])):
            counted[one.article, part_text(part.name)] += 1
    return [(article_text(article), name, count) for (article, name), count in sorted(counted.items())]


def decision_of(uid: uuid.UUID, by: Account) -> Document:
    """決定通知書. Raises CitizenRequest.DoesNotExist, RequestNotReady."""
    row = _decided(uid, by)
    words = requests.words_of(row, by=by)
    outcome = Outcome(row.outcome)
    blocks: list[Block] = [
        Paragraph(_("%(name)s 様") % {"name": words["requester_name"]}),
        Paragraph(
            _("%(day)s付けで請求のあった保有個人情報の開示について、次のとおり決定しました。")
            % {"day": calendar.wareki(row.received_on)}
        ),
        Heading(_("決定")),
        Paragraph(str(outcome.label)),
    ]
    if words["decision_reason"]:
        blocks += [Heading(_("理由")), Paragraph(words["decision_reason"])]
    if outcome == Outcome.PART:
        rows = [(article, name, str(n)) for article, name, n in articles_of(row, list(row.parts.all()))]
        header = [_("根拠"), _("部分"), _("箇所")]
        blocks.append(Table(_("開示しない部分とその根拠"), header, rows, frozenset({2})))
    blocks += [Heading(_("不服のあるとき")), Paragraph(_appeal())]
    return _frame(row, _("保有個人情報開示決定等通知書"), blocks)


def _appeal() -> str:
    """行政不服審査法 第18条, 行政事件訴訟法 第14条; the office fills in to whom."""
    return _(
        "この決定に不服があるときは、決定を知った日の翌日から3か月以内に審査請求をすることができます"
        "(行政不服審査法18条)。また、決定を知った日から6か月以内に、処分の取消しの訴えを起こすことができます"
        "(行政事件訴訟法14条)。"
    )
