"""After the first call: 経過, 訂正, 終了. Each is one transaction that leaves an audit entry, a feed row and facts."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.feed import rows as feed
from cases.figures import facts, stating
from cases.law import calendar
from cases.law.states import Event
from cases.protection import audit, keys, lookup, match
from cases.protection.audit import stored
from cases.protection.sealed import Sealer
from cases.records import codes
from cases.records.attachment import Attachment
from cases.records.case import Case, CaseScamType, scam_rows
from cases.records.centre import Actor
from cases.records.codes import Kind
from cases.records.follow_up import MOST_MINUTES, FollowUp
from cases.records.people import CasePerson
from cases.services import card, events, undo_notes
from cases.services.entry import (
    EARLIEST_YEAR,
    MOST_YEN,
    NARRATIVE_LENGTH,
    CaseEntry,
    EntryRefused,
    PersonEntry,
    check,
)
from cases.services.intake import (
    as_party,
    entry_digest,
    parties_of,
    seal_words,
    sealed_person,
    set_coded,
    values_of,
)
from cases.services.undo_notes import Deed


class CaseAlreadyClosed(CasesError):
    code: ClassVar[str] = "case_already_closed"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        super().__init__(_("相談番号%(number)sは終了済みです。") % {"number": case.number})


class CaseStillOpen(CasesError):
    code: ClassVar[str] = "case_still_open"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        super().__init__(_("相談番号%(number)sは終了していません。") % {"number": case.number})


class ChangedMeanwhile(CasesError):
    """Somebody saved the case after it was read for this change."""

    code: ClassVar[str] = "changed_meanwhile"
    status: ClassVar[int] = 412

    def __init__(self, case: Case) -> None:
        super().__init__(
            _("相談番号%(number)sは、開いた後にほかの人が変更しました。最新の内容を確認してください。")
            % {"number": case.number}
        )


class FollowUpTaken(CasesError):
    """The uid of this 経過 is taken by one with another case."""

    code: ClassVar[str] = "follow_up_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この経過は別の相談に保存済みです。画面を開き直してください。"))


class FollowUpHasOtherWords(FollowUpTaken):
    """The uid of this 経過 is taken by one of the same case with another text, which must not hide the later words."""

    def __init__(self) -> None:
        CasesError.__init__(
            self,
            _(
                "この経過は別の内容で保存済みです。画面を開き直し、変えた内容は新しい経過として残してください。"
            ),
        )


@dataclass(frozen=True, kw_only=True)
class FollowUpEntry:
    """One 経過. `uid` is minted when its form opens; the same uid twice is the same entry."""

    uid: uuid.UUID
    happened_at: datetime
    kind: str
    text: str
    minutes: int | None = None
    """対応時間, where somebody noted it."""
    people: tuple[PersonEntry, ...] = ()
    """Persons of whom the text speaks and the case may not know: masked like its own, not stored."""


def locked(case_uid: uuid.UUID, *, by: Actor) -> Case:
    """The case, its row locked, as its last recorded change left it. Raises Case.DoesNotExist, ChangedByHand."""
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    stored.require_as_recorded(case.uid)
    return case


def _changed(case: Case, action: str, by: Actor, deed: Deed | None = None) -> None:
    """What every change leaves behind; the facts come last, since they take the order lock on PostgreSQL.

    `deed`: what its doer may take back for some minutes.
    """
    case.revision += 1
    case.save()
    audit.record_change(action, by=by, case=case)
    feed.changed([(case.uid, case.revision)])
    if deed is not None:
        undo_notes.keep(case, deed, by=by)
    ((coded, contacts),) = stating.of_cases([case])
    facts.restate(coded, contacts)


def add_follow_up(case_uid: uuid.UUID, entry: FollowUpEntry, *, by: Actor) -> FollowUp:
    """Add a 経過 to a case, open or closed. Idempotent by `entry.uid`.

    Raises Case.DoesNotExist, EntryRefused, FollowUpTaken (FollowUpHasOtherWords).
    """
    try:
        return _add_follow_up(case_uid, entry, by)
    except IntegrityError:
        # Savers of one uid under two cases wait at different rows and meet here.
        if FollowUp.objects.filter(uid=entry.uid).exists():
            raise FollowUpTaken from None
        raise


@transaction.atomic
def _add_follow_up(case_uid: uuid.UUID, entry: FollowUpEntry, by: Actor) -> FollowUp:
    case = locked(case_uid, by=by)
    _check_follow_up(entry)
    if (known := FollowUp.objects.filter(uid=entry.uid).first()) is not None:
        if known.case_id != case.pk:
            raise FollowUpTaken
        if not match.holds(known, "text", entry.text):
            raise FollowUpHasOtherWords
        return known
    row = FollowUp(
        uid=entry.uid,
        case=case,
        happened_at=entry.happened_at,
        kind=entry.kind,
        minutes=entry.minutes,
        counsellor_id=by.pk,
    )
    sealer = keys.sealer(case.sealed_owner)
    sealer.seal(row, "text", entry.text)
    also = [as_party(person) for person in entry.people if not person.is_empty]
    sealer.seal(row, "text_redacted", match.redacted_for(case, sealer, entry.text, also))
    row.save(force_insert=True)
    _changed(case, "FOLLOW_UP_ADDED", by, Deed(undo_notes.Kind.FOLLOW_UP, subjects=(row.uid,)))
    return row


def _check_follow_up(entry: FollowUpEntry) -> None:
    errors = {}
    if not entry.text.strip():
        errors["text"] = _("経過の内容を入力してください。")
    elif len(entry.text) > NARRATIVE_LENGTH:
        errors["text"] = _("%(most)s文字以内で入力してください。") % {"most": f"{NARRATIVE_LENGTH:,}"}
    try:
        day = calendar.local_date(entry.happened_at)
    except (ValueError, OverflowError):
        day = date.max
    if day > calendar.today():
        errors["happened_at"] = _("日時が未来になっています。")
    elif day.year < EARLIEST_YEAR:
        errors["happened_at"] = _("日時を確認してください。")
    if entry.minutes is not None and not 0 <= entry.minutes <= MOST_MINUTES:
        errors["minutes"] = _("対応時間は0分から24時間(1440分)までで入力してください。")
    try:
        codes.require(Kind.CONTACT_KIND, [entry.kind or "?"], on=day)
    except codes.UnknownCode as unknown:
        errors["kind"] = str(unknown)
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def close_case(
    case_uid: uuid.UUID,
    *,
    outcome: str,
    closed_on: date,
    by: Actor,
    recovered_yen: int | None = None,
    advice: str | None = None,
    revision: int | None = None,
) -> Case:
    """Record the 処理結果 (and 被害回復額, 処理概要 if given) and close the case.

    `revision`: the one that was on the screen, where there was one; a case that changed since is looked at first.
    Raises Case.DoesNotExist, CaseAlreadyClosed, ChangedMeanwhile, EntryRefused, KeyMissing.
    """
    case = locked(case_uid, by=by)
    if not case.is_open:
        raise CaseAlreadyClosed(case)
    if revision is not None and case.revision != revision:
        raise ChangedMeanwhile(case)
    _check_closing(case, outcome, closed_on, recovered_yen, advice)
    before = undo_notes.before(case)
    case.outcome, case.closed_on, case.recovered_yen = outcome, closed_on, recovered_yen
    if advice is not None:
        sealer = keys.sealer(case.sealed_owner)
        sealer.seal(case, "advice", advice)
        sealer.seal(case, "advice_redacted", match.redacted_for(case, sealer, advice))
    # Years of keeping are counted from the closing: the key goes to the year that ends with the record.
    move_keys(case)
    events.note(case, Event.CLOSED, by=by)
    _changed(case, "CASE_CLOSED", by, Deed(undo_notes.Kind.CLOSE, before))
    return case


def move_keys(case: Case) -> None:
    """The keys of the case and of its files go to the year of its closing, or this one, and end with it."""
    cohort = calendar.fiscal_year(case.closed_on or calendar.today())
    for owner in (
        case.sealed_owner,
        *(file.sealed_owner for file in Attachment.objects.filter(case=case).only("uid")),
    ):
        keys.move(owner, cohort=cohort)


def _check_closing(
    case: Case, outcome: str, closed_on: date, recovered_yen: int | None, advice: str | None
) -> None:
    errors = {}
    if not case.received_on <= closed_on <= calendar.today():
        errors["closed_on"] = _("終了日は受付日から今日までの日付にしてください。")
    if recovered_yen is not None and not 0 <= recovered_yen <= MOST_YEN:
        errors["recovered_yen"] = _("金額は0円以上、10兆円以下で入力してください。")
    if advice is not None and len(advice) > NARRATIVE_LENGTH:
        errors["advice"] = _("%(most)s文字以内で入力してください。") % {"most": f"{NARRATIVE_LENGTH:,}"}
    try:
        codes.require(Kind.OUTCOME, [outcome or "?"], on=closed_on)
    except codes.UnknownCode as unknown:
        errors["outcome"] = str(unknown)
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def reopen_case(case_uid: uuid.UUID, *, by: Actor) -> Case:
    """Take a case up again: its 処理結果 and 終了日 are emptied.

    Raises Case.DoesNotExist, CaseStillOpen, KeyMissing.
    """
    case = locked(case_uid, by=by)
    if case.is_open:
        raise CaseStillOpen(case)
    before = undo_notes.before(case)
    case.outcome, case.closed_on, case.recovered_yen = "", None, None
    # Out of a year that may be destroyed while the case is at work again.
    move_keys(case)
    events.note(case, Event.REOPENED, by=by)
    _changed(case, "CASE_REOPENED", by, Deed(undo_notes.Kind.REOPEN, before))
    return case


@transaction.atomic
def correct_case(entry: CaseEntry, *, revision: int, by: Actor) -> Case:
    """Replace the content of a case by a corrected entry; number, centre and counsellor stay.

    `revision` is the one that the form was opened with; the same correction sent again is done already.
    Outcome and closing are kept as they are in the case.
    Raises Case.DoesNotExist, ChangedMeanwhile, EntryRefused.
    """
    case = locked(entry.uid, by=by)
    if case.revision == revision + 1 and bytes(case.entry_digest) == entry_digest(entry):
        return case
    if case.revision != revision:
        raise ChangedMeanwhile(case)
    check(entry, frozenset(case.centre.areas.values_list("code", flat=True)), at=case.centre.uid)
    if case.closed_on is not None and entry.received_on > case.closed_on:
        raise EntryRefused({"received_at": _("受付日時が終了日より後になっています。")})
    before = undo_notes.before(case, with_rows=True)
    closing = (case.outcome, case.closed_on, case.recovered_yen)
    sealer = keys.sealer(case.sealed_owner)
    digest = entry_digest(entry)
    entry = _with_caller_birth_date(entry, case, sealer)
    set_coded(case, entry)
    case.outcome, case.closed_on, case.recovered_yen = closing
    case.entry_digest = digest
    seal_words(case, entry, sealer)
    match.mask_follow_ups(case, sealer, parties_of(entry))
    _replace_rows(case, entry, sealer)
    _changed(case, "CASE_CORRECTED", by, Deed(undo_notes.Kind.CORRECTION, before))
    return case


def _with_caller_birth_date(entry: CaseEntry, case: Case, sealer: Sealer) -> CaseEntry:
    """The desk does not ask for a caller's birth date: one that came by the API stays with the caller."""
    if entry.caller.is_empty or entry.caller.birth_date is not None:
        return entry
    held = CasePerson.objects.filter(case=case, role=CasePerson.Role.CALLER).select_related("case").first()
    text = sealer.open(held, "birth_date") if held is not None else ""
    if not text:
        return entry
    return replace(entry, caller=replace(entry.caller, birth_date=date.fromisoformat(text)))


def _replace_rows(case: Case, entry: CaseEntry, sealer: Sealer) -> None:
    case.people.all().delete()
    case.scam_types.all().delete()
    people = ((CasePerson.Role.CALLER, entry.caller), (CasePerson.Role.PARTY, entry.party))
    CasePerson.objects.bulk_create(
        [sealed_person(case, role, person, sealer) for role, person in people if not person.is_empty]
    )
    card.replace(case, entry, sealer)
    lookup.retag(case, values_of(entry))
    CaseScamType.objects.bulk_create(scam_rows(case, entry.scam_main, entry.scam_others))
