"""Letters to applicants: 決定, 不承認, 変更, 取消. Each has a number and is kept byte for byte as it was made.

Its number is taken first, its paper made outside of any transaction, its bytes sealed last: where a machine stops in
between, the number is kept and the same letter is made with it the next time.
"""

import hashlib
import uuid
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
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind as CodeKind
from consult.shell.paper import Block, Document, Paragraph, Table, pdf
from outreach import audiences
from outreach.applications import rulebooks, turns, wordings
from outreach.applications.models import Application, ApplicationLetter
from outreach.applications.services import PersonsErased, locked
from outreach.lectures.models import Lecture

Kind = ApplicationLetter.Kind
_NEEDED: Final = ("contact", "representative", "postcode", "address")
_DECIDED_BY: Final = {
    Kind.DECISION: "APPLICATION_DECIDED", Kind.CHANGE: "APPLICATION_DECIDED", Kind.REFUSAL: "APPLICATION_REFUSED",
}  # fmt: skip
"""The entry of the log that must stand behind a letter; a cancelled lecture speaks for itself."""


class LetterNotDue(CasesError):
    """The application is not where this letter would be true, or the log does not vouch for its decision."""

    code: ClassVar[str] = "letter_not_due"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("今の状態では、この通知書は出せません。申込みの状態を確かめてください。"))


def issue(uid: uuid.UUID, kind: str, *, by: Actor) -> ApplicationLetter:
    """Make the letter that is due, number it and keep it. Not inside a transaction.

    Names and address are revealed for it, logged first. Raises Application.DoesNotExist, LetterNotDue, PersonsErased,
    FontMissing, PaperNotMade.
    """
    letter = _numbered(uid, kind, by)
    if letter.is_made:
        return letter
    application = Application.objects.select_related("centre", "lecture").get(pk=letter.application_id)
    persons = contacts.reveal(
        application, _NEEDED, by=by, centre=application.centre, purpose=Purpose.OUTREACH
    )
    with translation.override(settings.LANGUAGE_CODE):
        document = document_of(letter, application, persons)
    data = pdf.at_once(document, made_at=letter.made_at)
    return _kept(letter, data, by)


@transaction.atomic
def _numbered(uid: uuid.UUID, kind: str, by: Actor) -> ApplicationLetter:
    """The letter with its number: one whose paper was not made yet, else a new one."""
    row = locked(uid, by)
    if not row.has_persons:
        raise PersonsErased
    begun = ApplicationLetter.objects.filter(application=row, kind=kind, digest="").first()
    listed = Application.objects.for_list().get(pk=row.pk)
    if turns.turn_of(listed, calendar.today()).letter != kind or not _is_vouched(row, kind):
        raise LetterNotDue
    if begun is not None:
        begun.told = _told(row)
        begun.save(update_fields=["told"])
        return begun
    centre = Centre.objects.select_for_update(no_key=True).get(pk=row.centre_id)
    now = timezone.now().replace(microsecond=0)  # a PDF knows no parts of a second
    dated = calendar.local_date(now)
    year = calendar.fiscal_year(dated)
    taken = ApplicationLetter.objects.filter(centre=centre, fiscal_year=year).aggregate(most=Max("number"))
    return ApplicationLetter.objects.create(
        centre=centre, application=row, kind=kind, fiscal_year=year, number=(taken["most"] or 0) + 1,
        symbol=rulebooks.of(centre).symbol, dated=dated, told=_told(row), wording=wordings.of(centre, kind).version,
        made_at=now, made_by_id=by.pk,
    )  # fmt: skip


def _told(row: Application) -> str:
    return turns.told_of(row.lecture) if row.lecture is not None else ""


def _is_vouched(row: Application, kind: str) -> bool:
    action = _DECIDED_BY.get(Kind(kind))
    if action is None:
        return True
    found = audit.vouched(action, centre_uid=row.centre.uid, reason=str(row.uid))
    return next(found, None) is not None


@transaction.atomic
def _kept(letter: ApplicationLetter, data: bytes, by: Actor) -> ApplicationLetter:
    row = ApplicationLetter.objects.select_for_update(of=("self",)).select_related("centre").get(pk=letter.pk)
    if row.is_made:  # two made it in the same moment: the first stays
        return row
    row.size = streams.store(row.sealed_owner, [data], centre_uid=row.centre.uid, cohort=NO_YEAR)
    row.digest = hashlib.sha256(data).hexdigest()
    row.made_by_id = by.pk
    row.save(update_fields=["size", "digest", "made_by"])
    audit.record(
        "APPLICATION_LETTER_MADE",
        by=by,
        centre=row.centre,
        reason=f"{row.uid} {row.kind} sha256:{row.digest}",
    )
    turns.settle(row.application)
    return row


def file_of(uid: uuid.UUID, *, by: Actor) -> tuple[ApplicationLetter, bytes]:
    """A kept letter of the actor's centres and its bytes, logged before.

    Raises ApplicationLetter.DoesNotExist, KeyMissing where its persons were erased, SealBroken where the bytes are
    not those that were made.
    """
    rows = ApplicationLetter.objects.filter(centre_id__in=by.centre_ids).exclude(digest="")
    letter = rows.select_related("centre", "application").get(uid=uid)
    if not letter.application.has_persons:
        raise PersonsErased
    data = contacts.file_of(
        "APPLICATION_LETTER_OPENED", letter.sealed_owner, by=by, centre=letter.centre, about=letter.uid
    )
    if hashlib.sha256(data).hexdigest() != letter.digest:
        raise SealBroken
    return letter, data


# --- The paper --------------------------------------------------------------------------------------------------
def document_of(letter: ApplicationLetter, application: Application, persons: dict[str, str]) -> Document:
    """The letter as its reader has it. Holds names: never log it."""
    wording = wordings.of(application.centre, letter.kind)
    values = _values(application)
    shown = _FACTS[Kind(letter.kind)]
    blocks: list[Block] = [Paragraph(wordings.filled(wording.opening, values))]
    rows = [(name, values[name]) for name in shown if values[name]]
    blocks.append(
        Table(_("講座の内容") if len(shown) > 1 else _("理由"), (_("項目"), _("内容")), rows, lead=0.34)
    )
    if wording.closing:
        blocks.append(Paragraph(wordings.filled(wording.closing, values)))
    centre = application.centre
    return Document(
        title=wordings.filled(wording.title, values),
        blocks=blocks,
        issue=letter.shown_number,
        dated=calendar.wareki(letter.dated),
        issuer=centre.name,
        contact=f"{centre.name} {centre.phone}".strip(),
        addressee=_addressee(application, persons),
    )


_OF_LECTURE: Final = ("開催日", "時間", "会場", "テーマ", "対象", "予定人数")
_FACTS: Final = {
    Kind.DECISION: _OF_LECTURE,
    Kind.CHANGE: _OF_LECTURE,
    Kind.CANCEL: ("開催日", "時間", "会場", "理由"),
    Kind.REFUSAL: ("理由",),
}


def _addressee(application: Application, persons: dict[str, str]) -> str:
    """As it is read through the window of an envelope."""
    person = persons["contact"] or persons["representative"]
    name = f"{person} 様" if person else ""
    group = application.group_name if person else f"{application.group_name} 御中"
    postcode = f"〒{persons['postcode']}" if persons["postcode"] else ""
    return "\n".join(line for line in (postcode, persons["address"], group, name) if line)


def _values(application: Application) -> dict[str, str]:
    lecture: Lecture | None = application.lecture
    theme = lecture.theme if lecture else application.theme
    people = lecture.expected_people if lecture else application.expected_people
    first = calendar.fiscal_year_range(application.fiscal_year)[0]
    return {
        "団体名": application.group_name,
        "申込日": calendar.wareki(application.received_on),
        "受付番号": f"{calendar.wareki_year(first)}度 第{application.number}号",
        "開催日": calendar.both(lecture.held_on) if lecture else "",
        "時間": f"{lecture.starts_at:%H:%M}から{lecture.ends_at:%H:%M}まで" if lecture else "",
        "会場": lecture.venue if lecture else application.venue,
        "テーマ": codes.codes(CodeKind.SCAM_TYPE).text(theme) if theme else "",
        "対象": audiences.text(application.audience),
        "予定人数": f"{people}人" if people is not None else "",
        "理由": application.state_note,
        "センター名": application.centre.name,
        "電話": application.centre.phone,
    }
