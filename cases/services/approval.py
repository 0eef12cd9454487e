"""決裁: a closed case is put before another person, who approves this very state of it or sends it back.

What counts is the log: the newest genuine entry of a step says where a case stands, and a row that somebody slips
into the table says nothing. A step is about one revision; a later change of the case leaves an approval behind
(`State.CHANGED_AFTER`) until it is asked for again.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.held import Held
from cases.protection import audit, keys, match
from cases.protection.audit import stored
from cases.protection.models import AuditEntry
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.later_review import LaterReview
from cases.services import oversight
from cases.services.entry import NARRATIVE_LENGTH, EntryRefused
from cases.services.followup import CaseStillOpen, ChangedMeanwhile

Kind = ApprovalStep.Kind
ACTIONS: Final = {f"APPROVAL_{kind}": kind for kind in Kind}


class State(StrEnum):
    """Where a case stands with 決裁."""

    NONE = "none"  # never asked for, or withdrawn
    ASKED = "asked"
    RETURNED = "returned"
    APPROVED = "approved"
    CHANGED_AFTER = "changed_after"  # approved, and the case is another one since


class NotAskedFor(CasesError):
    """The case does not wait for a decision: never asked for, withdrawn, or decided already."""

    code: ClassVar[str] = "approval_not_asked_for"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        super().__init__(
            _("相談番号%(number)sは決裁を待っていません。ほかの人が先に決めたか、取り下げられています。")
            % {"number": case.number}
        )


class AskedAlready(CasesError):
    code: ClassVar[str] = "approval_asked_already"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        super().__init__(_("相談番号%(number)sは起案済みです。") % {"number": case.number})


class StepTaken(CasesError):
    """The uid of this step is taken by another one: its words must not vanish without a sign."""

    code: ClassVar[str] = "approval_step_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この操作は別の内容で記録済みです。画面を開き直してください。"))


class CaseGone(CasesError):
    """A case that was ticked is there no longer, or no longer the actor's to see."""

    code: ClassVar[str] = "case_gone"
    status: ClassVar[int] = 410

    def __init__(self) -> None:
        super().__init__(_("一覧を開いた後に廃棄されたか、見られなくなりました。"))


@dataclass(frozen=True)
class Standing:
    """Where one case stands, and by which step. `revision`: the state of the case that the step is about.

    `account_pk`: who took the step, by the log. `step` is None also where its row is gone.
    """

    state: State
    step: ApprovalStep | None = None
    revision: int | None = None
    account_pk: int | None = None

    @property
    def waits(self) -> bool:
        return self.state is State.ASKED


@dataclass(frozen=True)
class Chosen:
    """One case ticked in the list: the revision that was on the screen, and the uid of the step to be."""

    case_uid: uuid.UUID
    revision: int
    step_uid: uuid.UUID


@dataclass(frozen=True)
class Decided:
    """What became of one case of a batch; `refusal` is None where it was approved. Without a number: it is gone."""

    number: str
    case_uid: uuid.UUID
    refusal: CasesError | None = None


# --- Where cases stand ----------------------------------------------------------------------------------------------
def state_of(case: Case) -> State:
    return standing_of(case).state


def standing_of(case: Case) -> Standing:
    return standings([case])[case.pk]


def standings(cases: Collection[Case]) -> dict[int, Standing]:
    """By the key of each case, which must hold `uid` and `revision`; four queries however many there are."""
    newest = audit.last_vouched(ACTIONS, [case.uid for case in cases])
    told = {uid: entry.reason.split(" ") for uid, entry in newest.items()}
    named = ApprovalStep.objects.filter(uid__in=[step_uid for step_uid, _revision in told.values()])
    rows = {str(row.uid): row for row in named.select_related("account", "case")}
    found = {}
    for case in cases:
        if case.uid not in told:
            found[case.pk] = Standing(State.NONE)
            continue
        step_uid, revision = told[case.uid]
        entry = newest[case.uid]
        state = _state(ACTIONS[entry.action], int(revision), case)
        found[case.pk] = Standing(state, rows.get(step_uid), int(revision), entry.actor_id)
    return found


def _state(kind: Kind, revision: int, case: Case) -> State:
    if kind == Kind.APPROVED and case.revision != revision:
        return State.CHANGED_AFTER
    return {
        Kind.ASKED: State.ASKED,
        Kind.RETURNED: State.RETURNED,
        Kind.APPROVED: State.APPROVED,
        Kind.WITHDRAWN: State.NONE,
    }[kind]


def waiting(by: Actor, *, most: int) -> list[tuple[Case, Standing]]:
    """Closed cases of the actor's centres that wait for a decision, asked for longest ago first."""
    rows = ApprovalStep.objects.filter(
        is_last=True, kind=Kind.ASKED, case__centre_id__in=by.centre_ids, case__closed_on__isnull=False
    )
    found = rows.order_by("made_at").values_list("case_id", flat=True)[:most]
    return _standing_as(State.ASKED, [*_without_row(by, Kind.ASKED), *found])


def count_waiting(by: Actor) -> int:
    rows = ApprovalStep.objects.filter(
        is_last=True, kind=Kind.ASKED, case__centre_id__in=by.centre_ids, case__closed_on__isnull=False
    )
    return rows.count() + len(_without_row(by, Kind.ASKED))


LOOKED_BACK: Final = timedelta(days=400)
_lost: Held[list[int]] = Held(60.0)


def _without_row(by: Actor, kind: Kind) -> list[int]:
    """Keys of cases whose newest step by the log is of this kind, and the table says otherwise. Up to a minute old.

    A row that somebody deleted or changed by hand takes no case off the lists. Who slips a later entry into the log
    as well is named by its verification.
    """
    return _lost.get((by.centre_ids, kind), lambda: _look_for_lost(by, kind))


def _look_for_lost(by: Actor, kind: Kind) -> list[int]:
    later = AuditEntry.objects.filter(
        case_uid=OuterRef("case_uid"), action__in=ACTIONS, pk__gt=OuterRef("pk")
    )
    held = ApprovalStep.objects.filter(case__uid=OuterRef("case_uid"), is_last=True, kind=kind)
    lost = AuditEntry.objects.filter(~Exists(later), ~Exists(held), action=f"APPROVAL_{kind}")
    lost = lost.filter(at__gte=timezone.now() - LOOKED_BACK)
    cases = Case.objects.visible_to(by).filter(uid__in=lost.values("case_uid"))
    if kind == Kind.ASKED:
        cases = cases.filter(closed_on__isnull=False)
    return list(cases.values_list("pk", flat=True))


def _standing_as(state: State, pks: Iterable[int]) -> list[tuple[Case, Standing]]:
    order = list(pks)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=order).for_list()}
    found = standings(cases.values())
    return [(cases[pk], found[pk]) for pk in order if pk in cases and found[pk].state is state]


def of_holder(by: Actor, *, most: int) -> list[tuple[Case, Standing]]:
    """Cases in the actor's hands that came back, were changed after their approval, or wait; in this order."""
    rows = ApprovalStep.objects.filter(_in_hands_of(by), is_last=True)
    back = rows.filter(kind=Kind.RETURNED).order_by("made_at").values_list("case_id", flat=True)[:most]
    left = rows.filter(kind=Kind.APPROVED).exclude(revision=F("case__revision"))
    changed = left.order_by("made_at").values_list("case_id", flat=True)[:most]
    asked = rows.filter(kind=Kind.ASKED).order_by("made_at").values_list("case_id", flat=True)[:most]
    return [
        *_standing_as(State.RETURNED, [*_own(by, _without_row(by, Kind.RETURNED)), *back]),
        *_standing_as(State.CHANGED_AFTER, changed),
        *_standing_as(State.ASKED, [*_own(by, _without_row(by, Kind.ASKED)), *asked]),
    ]


def _own(by: Actor, pks: list[int]) -> list[int]:
    """Those of the cases that are in the actor's hands; no query where there are none."""
    held = (
        Case.objects.in_hands_of(by.pk).filter(pk__in=pks)
        if pks and by.pk is not None
        else Case.objects.none()
    )
    return list(held.values_list("pk", flat=True))


def count_returned(by: Actor) -> int:
    rows = ApprovalStep.objects.filter(_in_hands_of(by), is_last=True, kind=Kind.RETURNED)
    return rows.count() + len(_own(by, _without_row(by, Kind.RETURNED)))


def _in_hands_of(by: Actor) -> Q:
    """Steps of the actor's cases. Joined from the few steps: SQLite would walk all cases (50,000: 0.3 s)."""
    holds = Q(case__in_charge=by.pk) | Q(case__in_charge=None, case__counsellor=by.pk)
    return holds & Q(case__centre_id__in=by.centre_ids)


# --- The steps ------------------------------------------------------------------------------------------------------
def ask(case_uid: uuid.UUID, *, uid: uuid.UUID, comment: str = "", by: Actor) -> ApprovalStep:
    """起案: put a closed case before an approver, as it is now. Idempotent by `uid`.

    Raises Case.DoesNotExist, CaseStillOpen, AskedAlready, StepTaken, EntryRefused, ChangedByHand.
    """
    with _once():
        case = _locked(case_uid, by)
        if (known := _known(case, Kind.ASKED, uid, comment)) is not None:
            return known
        if case.is_open:
            raise CaseStillOpen(case)
        if state_of(case) in (State.ASKED, State.APPROVED):
            raise AskedAlready(case)
        return _add(case, Kind.ASKED, uid, comment, by)


def approve(
    case_uid: uuid.UUID,
    *,
    uid: uuid.UUID,
    revision: int,
    by: Actor,
    able: Collection[int],
    comment: str = "",
) -> ApprovalStep:
    """承認: this state of the case, which the approver had on the screen as `revision`. Idempotent by `uid`.

    Whoever asked for it, took the call or has the case does not approve it, unless nobody among `able` (keys of the
    accounts that may) is there beside them: then the act is listed for somebody to look at later.
    Raises Case.DoesNotExist, NotAskedFor, ChangedMeanwhile, CaseStillOpen, SecondPersonNeeded, StepTaken,
    EntryRefused, ChangedByHand.
    """
    with _once():
        case = _locked(case_uid, by)
        if (known := _known(case, Kind.APPROVED, uid, comment)) is not None:
            return known
        standing = _waiting_at(case, revision)
        first = by.pk if case.has_been_with(by.pk) else standing.account_pk
        row = _add(case, Kind.APPROVED, uid, comment, by)
        # After the entry about the case: the chain of a case is locked before that of its centre.
        oversight.by_second_person(
            LaterReview.Kind.CASE_APPROVAL, uid, first_pk=first, centre=case.centre, by=by, able=able
        )
        return row


def approve_all(
    chosen: Sequence[Chosen], *, by: Actor, able: Collection[int], comment: str = ""
) -> list[Decided]:
    """Approve several cases, each in a transaction and with an entry of its own; `comment` goes to all of them.

    One that changed since the list was loaded, that somebody else decided, or that is gone meanwhile is answered
    with its refusal; the others are approved.
    """
    numbers = dict(
        Case.objects.visible_to(by).of_uids([one.case_uid for one in chosen]).values_list("uid", "number")
    )
    answers = []
    for one in chosen:
        refusal: CasesError | None = None
        try:
            approve(one.case_uid, uid=one.step_uid, revision=one.revision, comment=comment, by=by, able=able)
        except CasesError as refused:
            refusal = refused
        except Case.DoesNotExist:
            refusal = CaseGone()
        answers.append(Decided(numbers.get(one.case_uid, ""), one.case_uid, refusal))
    return answers


def send_back(case_uid: uuid.UUID, *, uid: uuid.UUID, revision: int, comment: str, by: Actor) -> ApprovalStep:
    """差戻し, with what is to be put right. Idempotent by `uid`.

    Raises Case.DoesNotExist, NotAskedFor, ChangedMeanwhile, StepTaken, EntryRefused, ChangedByHand.
    """
    with _once():
        case = _locked(case_uid, by)
        if (known := _known(case, Kind.RETURNED, uid, comment)) is not None:
            return known
        if not comment.strip():
            raise EntryRefused({"comment": _("直してほしいところを入力してください。")})
        _waiting_at(case, revision, is_open_fine=True)
        return _add(case, Kind.RETURNED, uid, comment, by)


def withdraw(case_uid: uuid.UUID, *, uid: uuid.UUID, by: Actor) -> ApprovalStep:
    """取下げ by whoever asked for it or has the case. Idempotent by `uid`.

    Raises Case.DoesNotExist, NotAskedFor, StepTaken, ChangedByHand.
    """
    with _once():
        case = _locked(case_uid, by)
        if (known := _known(case, Kind.WITHDRAWN, uid, "")) is not None:
            return known
        standing = standing_of(case)
        if not standing.waits or by.pk not in (standing.account_pk, case.holder_id):
            raise NotAskedFor(case)
        return _add(case, Kind.WITHDRAWN, uid, "", by)


def reveal_for(case_uid: uuid.UUID, fields: Sequence[str], *, reason: str, by: Actor) -> dict[str, str]:
    """Sealed values for a decision: with the purpose 決裁, and only while the case waits for one.

    Raises as `reveal`, and NotAskedFor.
    """
    case = Case.objects.visible_to(by).get(uid=case_uid)
    if not standing_of(case).waits:
        raise NotAskedFor(case)
    return reveal(case_uid, fields, by=by, purpose=Purpose.APPROVAL, reason=reason)


# --- What the steps share -------------------------------------------------------------------------------------------
@contextmanager
def _once() -> Iterator[None]:
    """Two who send one uid for two cases meet at the unique index: for the second the uid is taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise StepTaken from None


def _locked(case_uid: uuid.UUID, by: Actor) -> Case:
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    stored.require_as_recorded(case.uid)
    return case


def _known(case: Case, kind: Kind, uid: uuid.UUID, comment: str) -> ApprovalStep | None:
    """The step of this uid, which an earlier sending made. Raises StepTaken where that was another one."""
    row = ApprovalStep.objects.filter(uid=uid).select_related("case").first()
    if row is None:
        return None
    if row.case_id != case.pk or row.kind != kind or not match.holds(row, "comment", comment):
        raise StepTaken
    return row


def _waiting_at(case: Case, revision: int, *, is_open_fine: bool = False) -> Standing:
    """Raises NotAskedFor, ChangedMeanwhile, CaseStillOpen."""
    standing = standing_of(case)
    if not standing.waits:
        raise NotAskedFor(case)
    if case.is_open and not is_open_fine:
        raise CaseStillOpen(case)
    if case.revision != revision:
        raise ChangedMeanwhile(case)
    return standing


def _add(case: Case, kind: Kind, uid: uuid.UUID, comment: str, by: Actor) -> ApprovalStep:
    if by.pk is None:
        raise ValueError("the system asks for nothing and approves nothing")
    if len(comment) > NARRATIVE_LENGTH:
        most = {"most": f"{NARRATIVE_LENGTH:,}"}
        raise EntryRefused({"comment": _("%(most)s文字以内で入力してください。") % most})
    ApprovalStep.objects.filter(case=case, is_last=True).update(is_last=False)
    row = ApprovalStep(uid=uid, case=case, kind=kind, revision=case.revision, account_id=by.pk)
    sealer = keys.sealer(case.sealed_owner)
    sealer.seal(row, "comment", comment)
    sealer.seal(row, "comment_redacted", match.redacted_for(case, sealer, comment))
    row.save(force_insert=True)
    audit.record(f"APPROVAL_{kind}", by=by, case=case, reason=f"{uid} {case.revision}")
    _lost.forget()
    return row
