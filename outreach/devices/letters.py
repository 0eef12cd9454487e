"""Letters that ask for a device back: numbered, and kept byte for byte as made until the borrower is forgotten.

A number is taken first, its paper made outside of any transaction, its bytes sealed last: where a machine stops in
between, the next letter of that loan has the number. Every borrower is opened by the door of contacts.
"""

import hashlib
import io
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contacts, streams
from cases.protection.keys import NO_YEAR
from cases.protection.purpose import Purpose
from cases.protection.sealed import SealBroken
from cases.records.centre import Actor, Centre
from consult.shell.paper import Block, Document, Paragraph, Table, pdf
from outreach.devices.models import Loan, LoanReminder

MOST: Final = 30
"""So many at once: the page waits for each of them to be set."""


class NothingOverdue(CasesError):
    """None of the chosen loans is overdue, or more were chosen than are made at once."""

    code: ClassVar[str] = "nothing_overdue"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("期限を過ぎた貸出を1件から%(most)d件まで選んでください。") % {"most": MOST})


@dataclass(frozen=True)
class Letter:
    """One letter as its borrower gets it, and the name under which it goes on the list for the file."""

    row: LoanReminder
    addressee: str
    data: bytes

    def __repr__(self) -> str:
        return f"<Letter {self.row}>"

    @property
    def file_name(self) -> str:
        return file_name(self.row)


def file_name(row: LoanReminder) -> str:
    """Says nothing of the borrower."""
    return f"{_('返却のお願い')}_{row.fiscal_year}-{row.number}.pdf"


def remind(uids: Sequence[uuid.UUID], *, centre: Centre, by: Actor) -> list[Letter]:
    """Make the letters of these loans, number and keep each. Not inside a transaction.

    What is not overdue, forgotten or of another centre is left out. Raises NothingOverdue, FontMissing, PaperNotMade.
    """
    rows = list(
        Loan.objects.visible_to(by)
        .overdue()
        .filter(uid__in=list(uids)[: MOST + 1], centre=centre, forgotten_on__isnull=True)
        .select_related("kind", "centre")
    )
    if not 1 <= len(rows) <= MOST:
        raise NothingOverdue
    audit.committed(audit.entry("LOAN_LETTERS_TAKEN", by=by, centre=centre, count=len(rows)))
    return [_made(loan, by) for loan in rows]


def _made(loan: Loan, by: Actor) -> Letter:
    row = _numbered(loan, by)
    told = contacts.reveal(loan, ["name", "address"], by=by, centre=loan.centre, purpose=Purpose.OUTREACH)
    data = pdf.at_once(document_of(row, loan, told), made_at=row.made_at)
    return Letter(_kept(row, data, by), told["name"], data)


@transaction.atomic
def _numbered(loan: Loan, by: Actor) -> LoanReminder:
    """The letter with its number: one whose paper was not made, else a new one."""
    centre = Centre.objects.select_for_update(no_key=True).get(pk=loan.centre_id)
    now = timezone.now().replace(microsecond=0)  # a PDF knows no parts of a second
    begun = loan.reminders.filter(number__isnull=False, digest="").first()
    if begun is not None:
        begun.made_at, begun.made_on = now, calendar.local_date(now)
        begun.save(update_fields=["made_at", "made_on"])
        return begun
    year = calendar.fiscal_year(calendar.local_date(now))
    taken = LoanReminder.objects.filter(centre=centre, fiscal_year=year).aggregate(most=Max("number"))
    return LoanReminder.objects.create(
        loan=loan, centre=centre, fiscal_year=year, number=(taken["most"] or 0) + 1,
        times=loan.reminders.count() + 1, made_on=calendar.local_date(now), made_at=now, made_by_id=by.pk,
    )  # fmt: skip


@transaction.atomic
def _kept(row: LoanReminder, data: bytes, by: Actor) -> LoanReminder:
    row.size = streams.store(row.sealed_owner, [data], centre_uid=row.loan.centre.uid, cohort=NO_YEAR)
    row.digest, row.made_by_id = hashlib.sha256(data).hexdigest(), by.pk
    row.save(update_fields=["size", "digest", "made_by"])
    audit.record("LOAN_LETTER_MADE", by=by, centre=row.loan.centre, reason=f"{row.uid} sha256:{row.digest}")
    return row


def file_of(uid: uuid.UUID, *, by: Actor) -> tuple[LoanReminder, bytes]:
    """A kept letter of the actor's centres and the bytes that were made, logged before.

    Raises LoanReminder.DoesNotExist, also once the borrower is forgotten; SealBroken where the bytes are others.
    """
    rows = LoanReminder.objects.filter(loan__forgotten_on__isnull=True, centre_id__in=by.centre_ids)
    row = rows.exclude(digest="").select_related("loan__centre").get(uid=uid)
    data = contacts.file_of(
        "LOAN_LETTER_OPENED", row.sealed_owner, by=by, centre=row.loan.centre, about=row.uid
    )
    if hashlib.sha256(data).hexdigest() != row.digest:
        raise SealBroken
    return row, data


def bundle(letters: Sequence[Letter], centre: Centre) -> bytes:
    """A zip of several letters, each with the bytes that are kept, and the list for the file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(f"{_('発送の控え')}.pdf", pdf.at_once(list_of(letters, centre)))
        for letter in letters:
            made.writestr(letter.file_name, letter.data)
    return file.getvalue()


# --- The papers: always Japanese, whatever the reader of the page prefers -------------------------------------------
def list_of(letters: Sequence[Letter], centre: Centre) -> Document:
    with translation.override(settings.LANGUAGE_CODE):
        rows = [
            (
                letter.row.shown_number, letter.addressee, letter.row.loan.kind.name,
                calendar.wareki(letter.row.loan.due_on or letter.row.made_on),
                _("%(n)d回目") % {"n": letter.row.times},
            )
            for letter in letters
        ]  # fmt: skip
        table = Table(
            _("%(n)d通。控えは事務所で保管し、送らないでください。") % {"n": len(letters)},
            (_("番号"), _("宛名"), _("種類"), _("返却期限"), _("回数")),
            rows,
            numeric=frozenset({4}),
        )
        return Document(
            title=_("返却のお願い 発送の控え"),
            blocks=[table],
            dated=calendar.wareki(calendar.today()),
            issuer=centre.name,
            contact=f"{centre.name} {centre.phone}".strip(),
        )


def document_of(row: LoanReminder, loan: Loan, told: dict[str, str]) -> Document:
    """The letter as its reader has it. Holds a name: never log it."""
    centre = loan.centre
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "kind": loan.kind.name,
            "lent": calendar.wareki(loan.lent_on or loan.applied_on),
            "due": calendar.wareki(loan.due_on or row.made_on),
            "number": loan.device_no or "—",
        }
        again = _("前にもお願いしましたが、まだ返却が確認できていません。") if row.times > 1 else ""
        blocks: list[Block] = [
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
        return Document(
            title=_("%(kind)sの返却のお願い") % words,
            blocks=blocks,
            issue=row.shown_number,
            dated=calendar.wareki(row.made_on),
            issuer=centre.name,
            contact=f"{centre.name} {centre.phone}".strip(),
            addressee=f"{told['address']}\n{_('%(name)s 様') % {'name': told['name']}}",
        )
