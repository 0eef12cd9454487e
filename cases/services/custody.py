"""Who looks after a case: 支援措置 on and off, 引継ぎ inside the centre, cases that belong together."""

import uuid
from typing import ClassVar, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.feed import rows as feed
from cases.protection import audit, keys, match
from cases.protection.audit import stored
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.reveal import Rule, rule_for
from cases.records.callbacks import Callback
from cases.records.case import Case, CaseQuerySet, new_uid
from cases.records.centre import Actor
from cases.records.custody import HandOver
from cases.records.links import CaseLink
from cases.services import followup, undo_notes
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry
from cases.services.undo_notes import Deed

NOTE_KIND: Final = "NOTE"
_OF_OFFERS: Final = (
    "HAND_OVER_OFFERED", "HAND_OVER_TAKEN", "HAND_OVER_WITHDRAWN", "HAND_OVER_ORDERED", "UNDONE_HAND_OVER",
)  # fmt: skip
"""Entries after which another offer waits, or none."""


class NoHandOverWaits(CasesError):
    """Nothing is offered to this person: taken, withdrawn, or for somebody else."""

    code: ClassVar[str] = "no_hand_over_waits"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この相談の引継ぎは待っていません。取り下げられたか、もう引き継がれています。"))


def _locked(case_uid: uuid.UUID, by: Actor) -> Case:
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    stored.require_as_recorded(case.uid)
    return case


@transaction.atomic
def guard(case_uid: uuid.UUID, *, is_guarded: bool, by: Actor) -> Case:
    """Put a case under DV等支援措置, or take it from there; again changes nothing.

    Anybody at the centre may protect a case at once. Taking the protection away opens the case to others, so that is
    for whoever took or has the case, or with 緊急の閲覧. Raises Case.DoesNotExist, BreakGlassNeeded.
    """
    case = _locked(case_uid, by)
    if case.is_guarded == is_guarded:
        return case
    if not is_guarded and rule_for(case, by) is Rule.GUARDED:
        raise BreakGlassNeeded
    case.is_guarded = is_guarded
    case.save(update_fields=["is_guarded", "changed_at"])
    if is_guarded:
        audit.record_change("CASE_GUARDED", by=by, case=case)
    else:
        audit.record_change("CASE_UNGUARDED", by=by, case=case)
    feed.changed([(case.uid, case.revision)])
    return case


# --- 引継ぎ ------------------------------------------------------------------------------------------------------
def waiting_for(account_pk: int | None) -> "list[HandOver]":
    """What is offered to this person and not yet taken, oldest first; the cases ready for a list."""
    return list(
        HandOver.objects.filter(to_account=account_pk, taken_at=None, withdrawn_at=None)
        .select_related("case", "from_account")
        .order_by("made_at")
    )


@transaction.atomic
def hand_over(case_uid: uuid.UUID, *, to_uid: uuid.UUID, note: str, by: Actor) -> HandOver:
    """Offer a case to a colleague, with a note that becomes a 経過. An offer that waits is replaced.

    The case stays with whoever has it until the offer is taken. A case under 支援措置 is passed on by its own people
    or with 緊急の閲覧 only. Raises Case.DoesNotExist, BreakGlassNeeded, EntryRefused.
    """
    case = _locked(case_uid, by)
    if rule_for(case, by) is Rule.GUARDED:
        raise BreakGlassNeeded
    to = get_user_model().objects.filter(uid=to_uid, centre=case.centre, is_active=True).first()
    if to is None or by.pk is None:
        raise EntryRefused({"to": _("選び直してください。")})
    if to.pk in (by.pk, case.holder_id):
        raise EntryRefused({"to": _("いまの担当や自分には引き継げません。")})
    HandOver.objects.filter(case=case, taken_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    row = HandOver.objects.create(case=case, from_account_id=by.pk, to_account=to)
    audit.record("HAND_OVER_OFFERED", by=by, case=case, reason=str(to.uid))
    made = [row.uid]
    if note.strip():
        entry = FollowUpEntry(uid=new_uid(), happened_at=timezone.now(), kind=NOTE_KIND, text=note)
        followup.add_follow_up(case.uid, entry, by=by)  # last: it restates the facts
        made.append(entry.uid)
        case.refresh_from_db(fields=["revision"])
    undo_notes.keep(case, Deed(undo_notes.Kind.HAND_OVER, subjects=tuple(made)), by=by)
    return row


@transaction.atomic
def take_over(case_uid: uuid.UUID, *, by: Actor) -> Case:
    """Take what is offered: from now on the case is one's own. Raises Case.DoesNotExist, NoHandOverWaits."""
    case = _locked(case_uid, by)
    waiting = HandOver.objects.filter(case=case, to_account=by.pk, taken_at=None, withdrawn_at=None)
    row = waiting.select_related("from_account").first()
    if row is None or not _is_vouched(row, case, by):
        raise NoHandOverWaits
    row.taken_at = timezone.now()
    row.save(update_fields=["taken_at"])
    case.in_charge_id = by.pk
    case.save(update_fields=["in_charge", "changed_at"])
    _pass_on_callbacks(case, row.from_account_id)
    audit.record_change("HAND_OVER_TAKEN", by=by, case=case)
    feed.changed([(case.uid, case.revision)])
    return case


def _pass_on_callbacks(case: Case, giver_pk: int) -> None:
    """What the giver had planned to do by name is for whoever has the case now."""
    Callback.objects.filter(case=case, for_account=giver_pk).waiting().update(for_account=None)


def _is_vouched(row: HandOver, case: Case, by: Actor) -> bool:
    """Whether the last that the log knows is that this person offered it to that one.

    A row that somebody slipped in passes nothing, nor does one that was taken back and made to wait again.
    """
    last = audit.last_vouched(_OF_OFFERS, [case.uid]).get(case.uid)
    said = (last.action, last.actor_uid, last.reason) if last is not None else None
    return said == ("HAND_OVER_OFFERED", row.from_account.uid, str(by.uid))


@transaction.atomic
def withdraw(case_uid: uuid.UUID, *, by: Actor) -> None:
    """Take back the offer that waits: for whoever made it and whoever has the case.

    Raises Case.DoesNotExist, NoHandOverWaits.
    """
    case = _locked(case_uid, by)
    row = HandOver.objects.filter(case=case, taken_at=None, withdrawn_at=None).first()
    if row is None or by.pk not in (row.from_account_id, row.to_account_id, case.holder_id):
        raise NoHandOverWaits
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record("HAND_OVER_WITHDRAWN", by=by, case=case)


# --- All cases of a leaver ------------------------------------------------------------------------------------------
def open_cases_of(account_pk: int, *, by: Actor) -> CaseQuerySet:
    """The open cases in somebody's hands, the oldest first."""
    return Case.objects.visible_to(by).open().in_hands_of(account_pk).order_by("received_at", "pk")


@transaction.atomic
def order(case_uid: uuid.UUID, *, from_pk: int, to_uid: uuid.UUID, by: Actor) -> bool:
    """Put a leaver's case into a colleague's hands by a manager's word; nobody has to take it.

    False where it is no longer the leaver's or no longer open: then nothing changes. A case under 支援措置 passes with
    緊急の閲覧 only, as ever. Raises Case.DoesNotExist, BreakGlassNeeded, ChangedByHand, EntryRefused.
    """
    case = _locked(case_uid, by)
    if not case.is_open or case.holder_id != from_pk:
        return False
    if rule_for(case, by) is Rule.GUARDED:
        raise BreakGlassNeeded
    to = get_user_model().objects.filter(uid=to_uid, centre=case.centre, is_active=True).first()
    if to is None or to.pk == from_pk:
        raise EntryRefused({"to": _("選び直してください。")})
    now = timezone.now()
    HandOver.objects.filter(case=case, taken_at=None, withdrawn_at=None).update(withdrawn_at=now)
    HandOver.objects.create(case=case, from_account_id=from_pk, to_account=to, taken_at=now)
    case.in_charge_id = to.pk
    case.save(update_fields=["in_charge", "changed_at"])
    _pass_on_callbacks(case, from_pk)
    audit.record_change("HAND_OVER_ORDERED", by=by, case=case, reason=str(to.uid))
    feed.changed([(case.uid, case.revision)])
    return True


def take_all(*, by: Actor) -> "tuple[int, list[str]]":
    """Take everything that is offered, each case in a transaction of its own; how many, and the numbers refused."""
    taken, refused = 0, []
    for row in waiting_for(by.pk):
        try:
            take_over(row.case.uid, by=by)
        except (CasesError, Case.DoesNotExist):  # erased meanwhile
            refused.append(row.case.number)
        else:
            taken += 1
    return taken, refused


# --- Cases that belong together -----------------------------------------------------------------------------------
@transaction.atomic
def link(case_uid: uuid.UUID, *, other_uid: uuid.UUID, kind: str, by: Actor) -> CaseLink:
    """Note that two cases of one centre belong together; the same pair again changes only the kind.

    Both leave word for the other rooms: the persons of one are masked in the words of the other.
    Raises Case.DoesNotExist, EntryRefused.
    """
    if kind not in CaseLink.Kind.values:
        raise EntryRefused({"kind": _("選び直してください。")})
    first, second = _pair(case_uid, other_uid, by)
    row, is_new = CaseLink.objects.get_or_create(
        first=first, second=second, defaults={"kind": kind, "linked_by_id": by.pk}
    )
    if not is_new and row.kind == kind:
        return row
    row.kind = kind
    row.save(update_fields=["kind"])
    for case in (first, second):
        match.mask_again(case, keys.sealer(case.sealed_owner))
        audit.record_change("CASES_LINKED", by=by, case=case)
    feed.changed([(case.uid, case.revision) for case in (first, second)])
    if is_new:
        here, there = (first, second) if first.uid == case_uid else (second, first)
        undo_notes.keep(here, Deed(undo_notes.Kind.LINK, subjects=(there.uid,)), by=by)
    return row


@transaction.atomic
def unlink(case_uid: uuid.UUID, *, other_uid: uuid.UUID, by: Actor) -> None:
    """Part two cases; where they are not linked nothing changes. Raises Case.DoesNotExist, EntryRefused."""
    first, second = _pair(case_uid, other_uid, by)
    deleted, _rows = CaseLink.objects.filter(first=first, second=second).delete()
    if not deleted:
        return
    for case in (first, second):
        audit.record("CASES_UNLINKED", by=by, case=case)
    feed.changed([(case.uid, case.revision) for case in (first, second)])


def _pair(case_uid: uuid.UUID, other_uid: uuid.UUID, by: Actor) -> tuple[Case, Case]:
    """Both cases, locked in one order, the smaller key first. Raises Case.DoesNotExist, EntryRefused."""
    if case_uid == other_uid:
        raise EntryRefused({"number": _("この相談自身の番号です。")})
    found = list(
        Case.objects.visible_to(by)
        .of_uids([case_uid, other_uid])
        .select_for_update(of=("self",))
        .select_related("centre")
        .order_by("pk")
    )
    if len(found) != 2:
        raise Case.DoesNotExist
    if found[0].centre_id != found[1].centre_id:
        raise EntryRefused({"number": _("ほかのセンターの相談とはつなげません。")})
    return found[0], found[1]
