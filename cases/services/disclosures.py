"""外部提供: an inquiry is entered, decided by two, answered with what `reveal` gives at that moment, and kept."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import erasing
from cases.errors import CasesError
from cases.law.disclosure import BY_CODE, is_in_force
from cases.protection import keys, office
from cases.protection.purpose import Purpose
from cases.protection.reveal import REVEALABLE, reveal
from cases.protection.sealed import Owner
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.disclosures import DisclosedCase, OutsideDisclosure
from cases.records.later_review import LaterReview
from cases.services import oversight, papers, steps

Decision = OutsideDisclosure.Decision
CODED: Final = "coded"
"""What a case holds in the open: dates, codes, amounts."""
DISCLOSABLE: Final = REVEALABLE | {CODED}
SEALED: Final = ("requester_name", "document_number", "asked_words", "decision_reason")
REMIND_DAYS: Final = 14


class DisclosureRefused(CasesError):
    """What was entered cannot stand: the ground does not fit, or more is given than was asked."""

    code: ClassVar[str] = "disclosure_refused"
    status: ClassVar[int] = 422


class DisclosureNotReady(CasesError):
    """The step does not fit the state of the inquiry."""

    code: ClassVar[str] = "disclosure_not_ready"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この照会は、今の状態ではこの操作ができません。画面を開き直してください。"))


@dataclass(frozen=True, kw_only=True)
class InquiryEntry:
    """An inquiry as it arrived. `uid` is minted when the form opens."""

    uid: uuid.UUID
    requester: str
    requester_name: str
    document_number: str
    ground: str
    received_on: date
    answer_by: date | None
    consent: str
    case_uids: tuple[uuid.UUID, ...]
    asked_fields: tuple[str, ...]
    asked_words: str = ""


@transaction.atomic
def enter(entry: InquiryEntry, *, centre: Centre, by: Actor) -> OutsideDisclosure:
    """Put an inquiry into the ledger. Idempotent by `entry.uid`.

    Raises DisclosureRefused; OutsideDisclosure.DoesNotExist where the uid is taken at another centre.
    """
    if OutsideDisclosure.objects.filter(uid=entry.uid).exists():
        return OutsideDisclosure.objects.visible_to(by).get(uid=entry.uid)
    _check_ground(entry)
    row = OutsideDisclosure(
        uid=entry.uid, centre=centre, requester=entry.requester, ground=entry.ground,
        received_on=entry.received_on, answer_by=entry.answer_by, consent=entry.consent,
        asked_fields=sorted(set(entry.asked_fields) & DISCLOSABLE), entered_by_id=by.pk,
    )  # fmt: skip
    key, sealer = keys.create(row.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    for name in ("requester_name", "document_number", "asked_words"):
        sealer.seal(row, name, getattr(entry, name))
    row.save(force_insert=True)
    uids = Case.objects.visible_to(by).filter(uid__in=entry.case_uids).values_list("uid", flat=True)
    DisclosedCase.objects.bulk_create([DisclosedCase(disclosure=row, case_uid=uid) for uid in uids])
    steps.record("DISCLOSURE_ENTERED", row.uid, centre=centre, by=by)
    return row


def _check_ground(entry: InquiryEntry) -> None:
    ground = BY_CODE.get(entry.ground)
    if ground is None or entry.requester not in ground.requesters:
        raise DisclosureRefused(_("この根拠は、選んだ相手からの求めには当たりません。"))
    if not is_in_force(ground, entry.received_on):
        raise DisclosureRefused(_("この根拠は、受けた日には効力がありません。"))
    given = (OutsideDisclosure.Consent.WRITTEN, OutsideDisclosure.Consent.ORAL)
    if entry.ground == "CONSENT" and entry.consent not in given:
        raise DisclosureRefused(_("本人の同意による提供では、同意をどのように得たかを選んでください。"))


def locked(uid: uuid.UUID, by: Actor) -> OutsideDisclosure:
    """In the caller's transaction. Raises OutsideDisclosure.DoesNotExist."""
    rows = OutsideDisclosure.objects.visible_to(by).select_for_update(of=("self",))
    return rows.select_related("centre").get(uid=uid)


@transaction.atomic
def propose(
    uid: uuid.UUID, decision: str, *, given_fields: Sequence[str], reason: str, by: Actor
) -> OutsideDisclosure:
    """The first person's decision; it waits for the second. May be proposed anew until it is confirmed.

    Raises DisclosureNotReady, DisclosureRefused.
    """
    row = locked(uid, by)
    if row.is_decided:
        raise DisclosureNotReady
    given = set(given_fields) if decision != Decision.REFUSE else set()
    if decision == Decision.GIVE:
        given = set(row.asked_fields)
    if not given <= set(row.asked_fields):
        raise DisclosureRefused(_("求められていない項目は提供できません。"))
    if decision == Decision.PARTLY and not given:
        raise DisclosureRefused(_("提供する項目を選んでください。"))
    if decision != Decision.GIVE and not reason.strip():
        raise DisclosureRefused(_("提供しない部分がある理由を書いてください。"))
    row.decision, row.given_fields, row.proposed_by_id = decision, sorted(given), by.pk
    keys.sealer(row.sealed_owner).seal(row, "decision_reason", reason)
    row.save()
    steps.record("DISCLOSURE_PROPOSED", row.uid, centre=row.centre, by=by)
    return row


@transaction.atomic
def confirm(uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None) -> OutsideDisclosure:
    """The second person's word; `able` as for `oversight.is_alone`. Raises DisclosureNotReady, SecondPersonNeeded."""
    row = locked(uid, by)
    if row.is_decided or not row.decision:
        raise DisclosureNotReady
    oversight.by_second_person(
        LaterReview.Kind.DISCLOSURE, row.uid, first_pk=row.proposed_by_id, centre=row.centre, by=by, able=able
    )
    row.decided_at, row.decided_by_id = timezone.now(), by.pk
    row.save(update_fields=["decided_at", "decided_by"])
    steps.record("DISCLOSURE_DECIDED", row.uid, centre=row.centre, by=by)
    return row


@transaction.atomic
def answered(uid: uuid.UUID, *, on: date, means: str, by: Actor) -> OutsideDisclosure:
    """Note that the answer went out. Raises DisclosureNotReady."""
    row = locked(uid, by)
    if not row.is_decided or row.answered_on is not None:
        raise DisclosureNotReady
    row.answered_on, row.means = on, means
    row.save(update_fields=["answered_on", "means"])
    steps.record("DISCLOSURE_ANSWERED", row.uid, centre=row.centre, by=by)
    return row


@dataclass(frozen=True)
class GivenCase:
    """What is given of one case. Holds values: never log it."""

    case: Case
    values: dict[str, str]

    def __repr__(self) -> str:
        return "<GivenCase>"


def values_to_give(row: OutsideDisclosure, *, by: Actor, reason: str) -> list[GivenCase]:
    """The decided fields of each case as they are now; one entry per case in the log, purpose 苦情・開示請求.

    Raises DisclosureNotReady, KeyMissing; cases that were erased meanwhile are left out.
    """
    if not row.is_decided or row.decision == Decision.REFUSE:
        raise DisclosureNotReady
    uids = list(row.disclosed.values_list("case_uid", flat=True))
    cases = Case.objects.visible_to(by).of_uids(uids).for_list().order_by("number")
    fields = [name for name in row.given_fields if name in REVEALABLE]
    return [
        GivenCase(
            case,
            reveal(case.uid, fields, by=by, purpose=Purpose.REQUEST, reason=reason) if fields else {},
        )
        for case in cases
    ]


def words_of(row: OutsideDisclosure, *, by: Actor) -> dict[str, str]:
    """The sealed words of an inquiry, logged before they are opened."""
    texts = office.opened(
        "DISCLOSURE_OPENED", [(row, name) for name in SEALED], by=by, centre=row.centre, about=row.uid
    )
    return dict(zip(SEALED, texts, strict=True))


def _forget_case(case_uid: uuid.UUID) -> None:
    """A kept copy that holds the case goes with it; the line, the decision and the digest stay."""
    for row in DisclosedCase.objects.filter(case_uid=case_uid).select_related("disclosure"):
        papers.destroy(row.disclosure.uid)


def _owners_with(case_uid: uuid.UUID) -> list[Owner]:
    """What an old backup needs to read the kept copies that hold the case."""
    rows = DisclosedCase.objects.filter(case_uid=case_uid).select_related("disclosure")
    return [owner for row in rows for owner in papers.owners_of(row.disclosure.uid)]


def register() -> None:
    erasing.register("disclosures", _forget_case, owners=_owners_with)
