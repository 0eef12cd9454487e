"""Which cases are in PIO-NET, under which number, and which have changed since or still wait.

What counts is the log: a row of `Registration` is only where to look, so one that somebody slips in hides no case.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.held import Held, Proven
from cases.law import calendar
from cases.protection import audit
from cases.protection.audit import stored
from cases.protection.models import AuditEntry
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor, Centre
from cases.records.registration import NUMBER_LENGTH, Registration
from cases.services import approval
from cases.services.approval import State as ApprovalState
from cases.services.entry import EntryRefused
from cases.services.followup import CaseStillOpen, ChangedMeanwhile
from cases.services.pionet import plan

REGISTERED: Final = "PIONET_REGISTERED"
# What the card in PIO-NET does not hold: a 経過 alone makes a case another revision, not another card.
_BESIDE_THE_CARD: Final = frozenset({"FOLLOW_UP_ADDED"})
_CHANGES: Final = ("FOLLOW_UP_ADDED", "CASE_CORRECTED", "CASE_CLOSED", "CASE_REOPENED")


class State(StrEnum):
    NOT_YET = "not_yet"
    REGISTERED = "registered"
    CHANGED_SINCE = "changed_since"


class RegistrationTaken(CasesError):
    """The uid of this registration is taken by one with another number, day or case."""

    code: ClassVar[str] = "registration_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この登録は別の内容で記録済みです。画面を開き直してください。"))


@dataclass(frozen=True)
class Standing:
    """Where one case stands. `row` is its newest genuine registration; `changes` what the log says came after it."""

    state: State
    row: Registration | None = None
    changes: tuple[str, ...] = ()

    @property
    def is_card_changed(self) -> bool:
        """Whether something changed that stands on the card too."""
        return any(change not in _BESIDE_THE_CARD for change in self.changes)


@dataclass(frozen=True)
class Listed:
    """A case of a list, with how many days it has waited: since its approval where it has one, else its closing."""

    case: Case
    standing: Standing
    days: int
    approval: ApprovalState = ApprovalState.NONE


# --- Where cases stand ----------------------------------------------------------------------------------------------
def standing_of(case: Case) -> Standing:
    return standings([case])[case.pk]


def standings(cases: Collection[Case]) -> dict[int, Standing]:
    """By the key of each case; five queries however many there are."""
    uids = [case.uid for case in cases]
    newest = audit.last_vouched([REGISTERED], uids) if cases else {}
    by_uid = {str(row.uid): row for row in _rows_named(newest.values())}
    found = {}
    changes = _changes([uid for uid in uids if uid in newest])
    for case in cases:
        entry = newest.get(case.uid)
        row = by_uid.get(entry.reason.split(" ")[0]) if entry is not None else None
        if entry is None or row is None or row.case_id != case.pk or _told(row) != entry.reason:
            found[case.pk] = Standing(State.NOT_YET)
            continue
        is_same = case.revision == row.revision
        after = () if is_same else tuple(action for action, at in changes.get(case.uid, ()) if at > entry.at)
        found[case.pk] = Standing(State.REGISTERED if is_same else State.CHANGED_SINCE, row, after)
    return found


def _rows_named(entries: Iterable[AuditEntry]) -> QuerySet[Registration]:
    named = [uuid.UUID(entry.reason.split(" ")[0]) for entry in entries]
    return Registration.objects.filter(uid__in=named).select_related("account")


def _changes(uids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, datetime]]]:
    found: dict[uuid.UUID, list[tuple[str, datetime]]] = {}
    entries = AuditEntry.objects.filter(case_uid__in=uids, action__in=_CHANGES).order_by("at", "pk")
    for case_uid, action, at in entries.values_list("case_uid", "action", "at"):
        if case_uid is not None:
            found.setdefault(case_uid, []).append((action, at))
    return found


def _told(row: Registration) -> str:
    """What the log keeps of a registration: nothing of the row can be changed without it."""
    return _words(row.uid, row.revision, row.registered_on, row.number)


def _words(uid: uuid.UUID, revision: int, registered_on: date, number: str) -> str:
    return f"{uid} {revision} {registered_on.isoformat()} {number}"


# --- Lists ----------------------------------------------------------------------------------------------------------
PROVEN_DAYS: Final = 400
"""Registrations of cases closed within so many days are held against the log for every list; older ones one by one."""
MOST_COUNTED: Final = 200


def belonging(by: Actor) -> CaseQuerySet:
    """Cases that belong into PIO-NET: taken at the desk or by the API, since the day that the centre named.

    What came with a ledger was registered, if at all, before there was this program.
    """
    cases = Case.objects.visible_to(by).exclude(source=Case.Source.IMPORT)
    for centre in Centre.objects.filter(pk__in=by.centre_ids):
        if since := plan.of(centre).since:
            cases = cases.exclude(centre=centre, received_on__lt=since)
    return cases


def to_register(by: Actor) -> CaseQuerySet:
    """Those of them that are closed."""
    return belonging(by).filter(closed_on__isnull=False)


def _waiting(by: Actor) -> CaseQuerySet:
    cases = to_register(by)
    held = Registration.objects.filter(case=OuterRef("pk"), is_last=True)
    unproven = _held_unproven.get((by.centre_ids, calendar.today()), lambda: _unproven(cases))
    return cases.filter(~Exists(held) | Q(pk__in=unproven))


def waiting(by: Actor, *, most: int) -> list[Listed]:
    """Closed cases that are not in PIO-NET, closed longest ago first. One closed now joins within 20 seconds."""
    today = calendar.today()
    pks = _held_waiting.get((by.centre_ids, most, today), lambda: _first_waiting(by, most))
    # What was held is looked at again: one that was registered, opened again or erased waits no more.
    cases = list(_waiting(by).filter(pk__in=pks).for_list().order_by("closed_on", "pk"))
    approvals = approval.standings(cases)
    listed = []
    for case in cases:
        approved = approvals[case.pk]
        days = (today - _ready_on(case, approved)).days
        listed.append(Listed(case, Standing(State.NOT_YET), days, approved.state))
    return listed


def _first_waiting(by: Actor, most: int) -> list[int]:
    return list(_waiting(by).order_by("closed_on", "pk").values_list("pk", flat=True)[:most])


def _ready_on(case: Case, standing: approval.Standing) -> date:
    """From which day on the case could have been registered."""
    if standing.state is ApprovalState.APPROVED and standing.step is not None:
        return calendar.local_date(standing.step.made_at)
    return case.closed_on or case.received_on


_held: Held[tuple[int, int]] = Held(60.0)
_held_waiting: Held[list[int]] = Held(20.0)
_held_unproven: Held[set[int]] = Held(60.0)
"""A row put in by hand hides a case for a minute at most; holding them all against the log at each look takes 0.1 s."""


def count_waiting(by: Actor) -> tuple[int, int]:
    """How many wait, and for how many days the first of them has; (0, 0) where none does. Up to a minute old.

    今日 asks on every visit, and of 50,000 closed cases the count takes 0.2 s.
    """
    return _held.get((by.centre_ids, calendar.today()), lambda: _count_waiting(by))


def _count_waiting(by: Actor) -> tuple[int, int]:
    found = _waiting(by).aggregate(n=Count("pk"), first=Min("closed_on"))
    return (found["n"], (calendar.today() - found["first"]).days) if found["n"] else (0, 0)


def waiting_by_day(by: Actor) -> list[tuple[date, int]]:
    """How many wait, by the day on which they were closed."""
    rows = _waiting(by).order_by().values_list("closed_on").annotate(n=Count("pk"))
    return [(day, n) for day, n in rows if day is not None]


def changed_since(by: Actor, *, most: int) -> list[Listed]:
    """Cases that changed after they were registered: those whose card changed first, then those with 経過 alone."""
    today = calendar.today()
    rows = Registration.objects.filter(is_last=True, case__centre_id__in=by.centre_ids)
    left = rows.exclude(revision=F("case__revision")).order_by("registered_on", "pk")
    pks = list(left.values_list("case_id", flat=True)[:most])
    cases = list(Case.objects.visible_to(by).filter(pk__in=pks).for_list())
    found = standings(cases)
    listed = [
        Listed(case, standing, (today - standing.row.registered_on).days)
        for case in sorted(cases, key=lambda case: pks.index(case.pk))
        if (standing := found[case.pk]).state is State.CHANGED_SINCE and standing.row is not None
    ]
    return sorted(listed, key=lambda one: not one.standing.is_card_changed)


def count_changed(by: Actor) -> int:
    """How many changed on their card since, up to MOST_COUNTED."""
    return sum(1 for one in changed_since(by, most=MOST_COUNTED) if one.standing.is_card_changed)


_Told = tuple[uuid.UUID, str]
_proven: Final = Proven[_Told](most=200_000)
_CHUNK: Final = 500


def _unproven(cases: CaseQuerySet) -> set[int]:
    """The keys of those cases whose row says that they are registered, and the log does not."""
    since = calendar.today() - timedelta(days=PROVEN_DAYS)
    recent = cases.filter(closed_on__gte=since).order_by().values("pk")
    rows = (
        Registration.objects.filter(is_last=True, case__in=recent)
        .order_by()
        .values_list("case_id", "case__uid", "uid", "revision", "registered_on", "number")
    )
    told = {
        (case_uid, _words(uid, revision, day, number)): pk
        for pk, case_uid, uid, revision, day, number in rows
    }
    proven = _proven.among(told, _last_in_the_log)
    return {pk for fact, pk in told.items() if fact not in proven}


def _last_in_the_log(told: Sequence[_Told]) -> Iterator[_Told]:
    """Those that a case's newest genuine entry says to the letter."""
    for start in range(0, len(told), _CHUNK):
        part = told[start : start + _CHUNK]
        newest = audit.last_vouched([REGISTERED], [case_uid for case_uid, _words in part])
        yield from (fact for fact in part if fact[0] in newest and newest[fact[0]].reason == fact[1])


# --- The words as they were spoken ----------------------------------------------------------------------------------
SPOKEN: Final = ("subject", "narrative", "advice", "trader_name")


def spoken(case_uid: uuid.UUID, *, by: Actor) -> dict[str, str]:
    """What is copied of a closed case, unmasked: through `reveal` with the purpose 登録.

    Raises Case.DoesNotExist, CaseStillOpen, BreakGlassNeeded.
    """
    case = Case.objects.visible_to(by).get(uid=case_uid)
    if case.is_open:
        raise CaseStillOpen(case)
    return reveal(case_uid, SPOKEN, by=by, purpose=Purpose.REGISTRATION)


# --- The step -------------------------------------------------------------------------------------------------------
def register(
    case_uid: uuid.UUID, *, uid: uuid.UUID, number: str, registered_on: date, revision: int, by: Actor
) -> Registration:
    """Note that this state of the case (`revision`, as the form showed it) is in PIO-NET. Idempotent by `uid`.

    Raises Case.DoesNotExist, EntryRefused, ChangedMeanwhile, RegistrationTaken, ChangedByHand.
    """
    try:
        row = _register(case_uid, uid, number, registered_on, revision, by)
    except IntegrityError:
        if Registration.objects.filter(uid=uid).exists():
            raise RegistrationTaken from None
        raise
    # Whoever registered sees the count go down and the case gone at once.
    _held.forget()
    _held_waiting.forget()
    return row


@transaction.atomic
def _register(
    case_uid: uuid.UUID, uid: uuid.UUID, number: str, registered_on: date, revision: int, by: Actor
) -> Registration:
    if by.pk is None:
        raise ValueError("a person registers, not the system")
    cases = Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre")
    case = cases.get(uid=case_uid)
    stored.require_as_recorded(case.uid)
    number = "".join(spelling.width(number).split())
    _check(case, number, registered_on)
    if (known := Registration.objects.filter(uid=uid).first()) is not None:
        if (known.case_id, known.number, known.registered_on) != (case.pk, number, registered_on):
            raise RegistrationTaken
        return known
    if case.revision != revision:
        raise ChangedMeanwhile(case)
    Registration.objects.filter(case=case, is_last=True).update(is_last=False)
    row = Registration.objects.create(
        uid=uid, case=case, revision=revision, number=number, registered_on=registered_on, account_id=by.pk
    )
    audit.record("PIONET_REGISTERED", by=by, case=case, reason=_told(row))
    return row


def _check(case: Case, number: str, registered_on: date) -> None:
    errors = {}
    if not number:
        errors["number"] = _("PIO-NETの番号を入力してください。")
    elif len(number) > NUMBER_LENGTH or not number.isascii() or not number.isprintable():
        errors["number"] = _("番号は英数字と記号で%(most)d文字までです。") % {"most": NUMBER_LENGTH}
    if not case.received_on <= registered_on <= calendar.today():
        errors["registered_on"] = _("登録日は受付日から今日までの日付にしてください。")
    if errors:
        raise EntryRefused(errors)
