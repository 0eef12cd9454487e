"""重大事故等: decide, notify, and see what is still open. What the log does not vouch for does not count."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import accidents
from cases.law.accidents import Duty, Finding
from cases.protection import audit, keys, writings
from cases.protection.models import AuditEntry
from cases.records.accidents import AccidentDecision
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services.entry import EntryRefused
from cases.services.marks import mark_of

ITEMS: Final = (
    "happened", "place", "product", "maker", "victim", "harm", "summary", "cause", "measures",
)  # fmt: skip
"""What the notice form asks beside codes, in its order. No name of a person."""
ITEM_LENGTH: Final = 2000
NUMBER_LENGTH: Final = 40
ITEM_FIELDS: Final = ("trader_name",)
"""The values of the case that the items may hold."""
SHOWN: Final = 200
BATCH: Final = 1000
HARMS: Final = ("HARM", "DANGER")
"""危害 and 危険 on the card."""


class AlreadyNotified(CasesError):
    """The notice of this decision is on record."""

    code: ClassVar[str] = "already_notified"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この事故の通知は記録済みです。続報は、判定をやり直してから記録します。"))


class NotTheNewest(CasesError):
    """Another decision was made since, or the log does not know this one."""

    code: ClassVar[str] = "not_the_newest"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この判定は最新ではないか、操作記録に裏付けがありません。判定をやり直してください。")
        )


@dataclass(frozen=True)
class State:
    """What counts of a case: its newest vouched decision, and whether its notice is vouched for."""

    case: Case
    decision: AccidentDecision | None
    is_notified: bool

    @property
    def finding(self) -> Finding | None:
        return accidents.judge(self.decision.answers) if self.decision else None

    @property
    def duty(self) -> Duty:
        """What is still to do."""
        if self.is_notified:
            return Duty.NONE
        return self.finding.duty if self.finding else Duty.ASK_FIRST

    @property
    def is_open(self) -> bool:
        return self.duty != Duty.NONE


@transaction.atomic
def decide(
    case_uid: uuid.UUID, *, uid: uuid.UUID, answers: Mapping[str, str], items: Mapping[str, str], by: Actor
) -> AccidentDecision:
    """Record what the rule makes of the answers, with the entries of the form. Idempotent by `uid`.

    Open to whoever may notify, also of a case under 支援措置: nothing is shown, and the duty waits for nobody.
    Raises Case.DoesNotExist, EntryRefused, NotTheNewest (the uid is another case's), KeyMissing.
    """
    case = _locked(case_uid, by)
    known = AccidentDecision.objects.filter(uid=uid).first()
    if known is not None:
        if known.case_id != case.pk:
            raise NotTheNewest
        return known
    finding = _judged(answers)
    row = AccidentDecision(
        uid=uid,
        case=case,
        answers={name: answers.get(name, "unknown") for name in accidents.BY_NAME},
        verdict=finding.verdict,
        decided_at=timezone.now(),
        decided_by_id=by.pk,
    )
    held = {name: items.get(name, "").strip()[:ITEM_LENGTH] for name in ITEMS}
    text = json.dumps(held, ensure_ascii=False) if any(held.values()) else ""
    keys.sealer(case.sealed_owner, centre_uid=case.centre.uid).seal(row, "items", text)
    row.save(force_insert=True)
    audit.record("ACCIDENT_DECIDED", by=by, case=case, reason=_decided(row))
    return row


def _judged(answers: Mapping[str, str]) -> Finding:
    try:
        return accidents.judge(answers)
    except ValueError:
        raise EntryRefused({"answers": _("選び直してください。")}) from None


@transaction.atomic
def note_notice(
    uid: uuid.UUID, *, notified_at: datetime, notified_to: str, number: str = "", by: Actor
) -> AccidentDecision:
    """Note that the office was told: when, whom, under which number.

    Raises AccidentDecision.DoesNotExist, EntryRefused, NotTheNewest, AlreadyNotified.
    """
    case = _locked(find(uid, by=by).case.uid, by)
    state = state_of(case)
    row = state.decision
    if row is None or row.uid != uid:
        raise NotTheNewest
    if state.is_notified:
        raise AlreadyNotified
    _check_notice(row, notified_at, notified_to, number)
    row.notified_at, row.noted_at, row.notified_by_id = notified_at, timezone.now(), by.pk
    row.notified_to, row.number = notified_to, number.strip()
    row.save(update_fields=["notified_at", "noted_at", "notified_by", "notified_to", "number"])
    audit.record("ACCIDENT_NOTIFIED", by=by, case=case, reason=_notified(row))
    return row


def _check_notice(row: AccidentDecision, at: datetime, to: str, number: str) -> None:
    errors = {}
    if at > timezone.now():
        errors["notified_at"] = _("日時が未来になっています。")
    elif at < row.case.received_at:
        errors["notified_at"] = _("通知の日時が受付より前になっています。")
    if to not in AccidentDecision.Recipient.values:
        errors["notified_to"] = _("選び直してください。")
    if len(number.strip()) > NUMBER_LENGTH:
        errors["number"] = _("%(most)s文字以内で入力してください。") % {"most": NUMBER_LENGTH}
    if errors:
        raise EntryRefused(errors)


def find(uid: uuid.UUID, *, by: Actor) -> AccidentDecision:
    """A decision about a case in the actor's scope. Raises AccidentDecision.DoesNotExist."""
    rows = AccidentDecision.objects.filter(case__in=Case.objects.visible_to(by))
    return rows.select_related("case__centre", "decided_by", "notified_by", "job").get(uid=uid)


def items_of(row: AccidentDecision, *, by: Actor) -> dict[str, str]:
    """The entries of the form, logged before. Raises BreakGlassNeeded, KeyMissing, SealBroken."""
    text = writings.opened(
        "ACCIDENT_OPENED", [(row, "items")], case=row.case, by=by, fields=ITEM_FIELDS, about=str(row.uid)
    )[0]
    return {name: str(value) for name, value in json.loads(text or "{}").items() if name in ITEMS}


def state_of(case: Case) -> State:
    return states_of([case])[case.pk]


def states_of(cases: Sequence[Case]) -> dict[int, State]:
    """What counts of each case, in a fixed number of queries."""
    rows: dict[int, list[AccidentDecision]] = {case.pk: [] for case in cases}
    found = AccidentDecision.objects.filter(case__in=rows).defer(*AccidentDecision.SEALED)
    for row in found.select_related("decided_by", "notified_by").order_by("-decided_at", "-pk"):
        rows[row.case_id].append(row)
    # The last decision that a person made: where its row is gone or was changed, none counts and one is due.
    last = audit.last_vouched(["ACCIDENT_DECIDED"], [case.uid for case in cases])
    newest = {
        case.pk: next(
            (one for one in rows[case.pk] if case.uid in last and last[case.uid].reason == _decided(one)),
            None,
        )
        for case in cases
    }
    told = [(case.uid, _notified(one)) for case in cases if (one := newest[case.pk]) and one.notified_at]
    notified = audit.vouched_among("ACCIDENT_NOTIFIED", told)
    states = {}
    for case in cases:
        decision = newest[case.pk]
        is_told = decision is not None and (case.uid, _notified(decision)) in notified
        states[case.pk] = State(case, decision, is_told)
    return states


def unfinished(by: Actor) -> list[State]:
    """Cases of the actor's centres with something left to decide or to tell: at once first, then the oldest.

    A case with harm or danger on its card and no vouched decision is one of them, and so is one that the log knows
    a decision of whose row is gone. At most SHOWN of them; those that are done never push one out.
    """
    seen = Case.objects.visible_to(by)
    asked = {*seen.filter(harm__in=HARMS).values_list("pk", flat=True)}
    asked |= {*seen.filter(pk__in=AccidentDecision.objects.values("case")).values_list("pk", flat=True)}
    decided = AuditEntry.objects.filter(action="ACCIDENT_DECIDED").values("case_uid")
    asked |= {*seen.filter(uid__in=decided).values_list("pk", flat=True)}
    candidates = sorted(asked)
    waiting: dict[int, State] = {}
    for start in range(0, len(candidates), BATCH):
        light = Case.objects.filter(pk__in=candidates[start : start + BATCH]).only("uid")
        waiting |= {pk: state for pk, state in states_of(list(light)).items() if state.is_open}
    shown = seen.filter(pk__in=waiting).for_list().order_by("received_at")[:SHOWN]
    found = [replace(waiting[case.pk], case=case) for case in shown]
    order = {Duty.AT_ONCE: 0, Duty.ASK_FIRST: 1, Duty.PROMPTLY: 2}
    return sorted(found, key=lambda state: (order[state.duty], state.case.received_at))


def is_asked_for(case: Case) -> bool:
    """Whether the card says that somebody was hurt or could have been."""
    return case.harm in HARMS


def _decided(row: AccidentDecision) -> str:
    answers = [f"{name}={row.answers.get(name, '')}" for name in accidents.BY_NAME]
    return f"{row.uid} {row.verdict} {mark_of(row.decided_by_id, *answers)}"


def _notified(row: AccidentDecision) -> str:
    at = row.notified_at.astimezone(UTC).isoformat(timespec="seconds") if row.notified_at else ""
    return f"{row.uid} {row.notified_to} {mark_of(row.notified_by_id, at, row.number)}"


def _locked(case_uid: uuid.UUID, by: Actor) -> Case:
    return (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
