"""Letters that ask for a device back: one PDF with a list for the file and a sheet for each borrower.

Every borrower is opened by the door of contacts, one entry each; that the file was taken is an entry of its own.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contacts
from cases.protection.purpose import Purpose
from cases.records.centre import Actor, Centre
from consult.shell.paper import Block, Document, Heading, Paragraph, Sheet, Table
from outreach.devices.models import Loan, LoanReminder

MOST: Final = 200


class NothingOverdue(CasesError):
    """None of the chosen loans is overdue, or more were chosen than one file holds."""

    code: ClassVar[str] = "nothing_overdue"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("期限を過ぎた貸出を1件から%(most)d件まで選んでください。") % {"most": MOST})


@dataclass(frozen=True)
class Letter:
    """One borrower as the letter names them, and how often they were reminded, this letter counted."""

    loan: Loan
    name: str
    address: str
    times: int

    def __repr__(self) -> str:
        return f"<Letter {self.loan.pk}>"


def remind(uids: Sequence[uuid.UUID], *, centre: Centre, by: Actor) -> Document:
    """The letters of these loans, and on record that they were made. Not inside a transaction.

    What is not overdue, forgotten or of another centre is left out. Raises NothingOverdue.
    """
    rows = list(
        Loan.objects.visible_to(by)
        .overdue()
        .filter(uid__in=list(uids)[: MOST + 1], centre=centre, forgotten_on__isnull=True)
        .select_related("kind")
        .prefetch_related("reminders")
    )
    if not 1 <= len(rows) <= MOST:
        raise NothingOverdue
    audit.committed(audit.entry("LOAN_LETTERS_TAKEN", by=by, centre=centre, count=len(rows)))
    letters = []
    for loan in rows:
        told = contacts.reveal(loan, ["name", "address"], by=by, centre=centre, purpose=Purpose.OUTREACH)
        letters.append(Letter(loan, told["name"], told["address"], len(loan.reminders.all()) + 1))
    _note(rows, by)
    return document_of(letters, centre)


@transaction.atomic
def _note(rows: Sequence[Loan], by: Actor) -> None:
    made_on = calendar.today()
    LoanReminder.objects.bulk_create(
        LoanReminder(loan=loan, made_on=made_on, made_by_id=by.pk) for loan in rows
    )


def document_of(letters: Sequence[Letter], centre: Centre) -> Document:
    """Always Japanese, whatever the reader of the page prefers."""
    with translation.override(settings.LANGUAGE_CODE):
        today = calendar.wareki(calendar.today())
        blocks: list[Block] = [_list(letters)]
        for letter in letters:
            blocks += _sheet(letter, centre, today)
        return Document(
            title=_("返却のお願い 発送の控え"),
            blocks=blocks,
            dated=today,
            issuer=centre.name,
            contact=f"{centre.name} {centre.phone}".strip(),
        )


def _list(letters: Sequence[Letter]) -> Table:
    return Table(
        _("%(n)d通。控えは事務所で保管し、送らないでください。") % {"n": len(letters)},
        (_("宛名"), _("種類"), _("返却期限"), _("回数")),
        [
            (
                letter.name, letter.loan.kind.name, calendar.wareki(letter.loan.due_on or calendar.today()),
                _("%(n)d回目") % {"n": letter.times},
            )
            for letter in letters
        ],
        numeric=frozenset({3}),
    )  # fmt: skip


def _sheet(letter: Letter, centre: Centre, today: str) -> list[Block]:
    loan = letter.loan
    words = {
        "kind": loan.kind.name,
        "lent": calendar.wareki(loan.lent_on or loan.applied_on),
        "due": calendar.wareki(loan.due_on or calendar.today()),
        "number": loan.device_no or "—",
    }
    again = _("前にもお願いしましたが、まだ返却が確認できていません。") if letter.times > 1 else ""
    return [
        Sheet(
            f"{letter.address}\n\n{_('%(name)s 様') % {'name': letter.name}}",
            "\n".join((today, centre.name)),
        ),
        Heading(_("%(kind)sの返却のお願い") % words),
        Paragraph(
            _("%(lent)sにお貸しした%(kind)s(機器番号 %(number)s)の返却期限は、%(due)sでした。") % words
            + again
        ),
        Paragraph(
            _(
                "お手数ですが、下の連絡先までご返却ください。引き続きお使いになりたいとき、故障や紛失のときも、"
                "ご連絡ください。行き違いでご返却済みのときは、ご容赦ください。"
            )
        ),
        Paragraph(
            _("連絡先: %(centre)s 電話 %(phone)s") % {"centre": centre.name, "phone": centre.phone or "—"}
        ),
    ]
