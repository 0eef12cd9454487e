"""The copy that is given outside, and the ledger as a table. The ledger holds no person's value."""

import uuid
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.files import Cell, Column
from cases.law import calendar
from cases.law.disclosure import BY_CODE
from cases.records.disclosures import OutsideDisclosure
from cases.records.papers import OfficePaper
from cases.services import disclosures
from cases.services.coded_words import coded_rows
from cases.services.disclosures import CODED, GivenCase
from consult.manage import audit_words
from consult.shell.accounts import Account
from consult.shell.paper import Block, Document, Heading, Paragraph, Table


def ground_text(code: str) -> str:
    """「捜査関係事項照会(刑事訴訟法197条2項)」."""
    ground = BY_CODE.get(code)
    return f"{ground.label}({ground.article})" if ground else code


def document_of(uid: uuid.UUID, by: Account) -> Document:
    """The decided fields of each case as they are at this moment. Raises OutsideDisclosure.DoesNotExist."""
    row = OutsideDisclosure.objects.visible_to(by).select_related("centre").get(uid=uid)
    given = disclosures.values_to_give(row, by=by, reason=_("外部提供 %(uid)s") % {"uid": str(row.uid)[:8]})
    blocks: list[Block] = [
        Paragraph(_("%(ground)sにより、次のとおり提供します。") % {"ground": ground_text(row.ground)})
    ]
    for one in given:
        blocks += _blocks(row, one)
    return Document(
        title=_("照会に対する回答"),
        blocks=blocks,
        dated=calendar.wareki(calendar.today()),
        issuer=row.centre.name,
        contact=f"{row.centre.name} {row.centre.phone}".strip(),
    )


def _blocks(row: OutsideDisclosure, one: GivenCase) -> list[Block]:
    rows = coded_rows(one.case) if CODED in row.given_fields else []
    short = {name: value for name, value in one.values.items() if "." in name or name == "trader_name"}
    rows += [
        (audit_words.field_text(name), value or _("(記録なし)"))
        for name, value in short.items()
        if not name.startswith("follow_up.")
    ]
    title = _("相談%(number)s") % {"number": one.case.number}
    blocks: list[Block] = [Heading(title)]
    if rows:
        blocks.append(Table(title, [_("項目"), _("内容")], rows))
    for name, value in one.values.items():
        if name in ("narrative", "advice"):
            blocks += [Heading(audit_words.field_text(name), 3), Paragraph(value or _("(記録なし)"))]
    texts = [value for name, value in one.values.items() if name.startswith("follow_up.")]
    if texts:
        blocks += [Heading(audit_words.field_text("follow_ups"), 3), *(Paragraph(text) for text in texts)]
    return blocks


def ledger_columns() -> list[Column]:
    titles = (
        _("整理番号"), _("受けた日"), _("求めた者"), _("根拠"), _("本人の同意"), _("相談の件数"),
        _("求められた項目"), _("決定"), _("提供した項目"), _("決定した日"), _("決定した人"), _("回答した日"),
        _("方法"), _("写しのSHA-256"),
    )  # fmt: skip
    return [Column(title) for title in titles]


def ledger_rows(rows: list[OutsideDisclosure]) -> Iterator[list[Cell]]:
    """One line per inquiry; `rows` have their cases prefetched."""
    uids = [row.uid for row in rows]
    found = OfficePaper.objects.filter(kind=OfficePaper.Kind.GIVEN, subject_uid__in=uids)
    digests = {paper.subject_uid: paper.digest for paper in found.order_by("made_at")}
    for row in rows:
        yield [
            str(row.uid)[:8],
            row.received_on,
            row.get_requester_display(),
            ground_text(row.ground),
            row.get_consent_display(),
            len(row.disclosed.all()),
            _fields(row.asked_fields),
            row.get_decision_display() if row.is_decided else _("未決定"),
            _fields(row.given_fields) if row.is_decided else "",
            calendar.local_date(row.decided_at) if row.decided_at else None,
            str(row.decided_by or ""),
            row.answered_on,
            row.get_means_display(),
            digests.get(row.uid, ""),
        ]


def _fields(names: list[str]) -> str:
    return _("、").join(audit_words.field_text(name) for name in names)
