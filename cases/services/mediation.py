"""あっせん: its beginning, what both sides offer, and how it ends; each a coded event whose words are a 経過."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar, states
from cases.law.states import Event
from cases.protection import audit, match
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.events import CaseEvent
from cases.services import events, followup, undo_notes
from cases.services.entry import MOST_YEN, EntryRefused
from cases.services.events import Happened
from cases.services.followup import FollowUpEntry

CONTACT_OF: Final = {
    Event.OFFER_BY_CONSUMER: "TO_TRADER",
    Event.OFFER_BY_TRADER: "FROM_TRADER",
}
"""As which kind of 経過 the words of an event are kept; the others as a note."""
_WITH_WORDS: Final = frozenset({Event.OFFER_BY_CONSUMER, Event.OFFER_BY_TRADER, Event.BROKEN_OFF})


class StepTaken(CasesError):
    """The uid is taken by an event of another case or with other content."""

    code: ClassVar[str] = "mediation_step_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "この記録は別の内容で保存済みです。画面を開き直し、変えた内容は新しい記録として残してください。"
            )
        )


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a mediation. `yen`: what is offered or agreed to be paid back or not to be paid; unknown is None."""

    uid: uuid.UUID
    code: str
    happened_at: datetime
    text: str = ""
    yen: int | None = None
    minutes: int | None = None


@transaction.atomic
def record(case_uid: uuid.UUID, step: Step, *, by: Actor) -> CaseEvent:
    """Record a step, also one that is written down after the case was closed. Idempotent by `step.uid`.

    Raises Case.DoesNotExist, EntryRefused, StepTaken, followup.FollowUpTaken.
    """
    case = followup.locked(case_uid, by=by)
    _check(step)
    known = CaseEvent.objects.select_related("follow_up__case").filter(uid=step.uid).first()
    if known is not None:
        if not _is_same(known, case, step):
            raise StepTaken
        return known
    row = events.note(case, Event(step.code), by=by, at=step.happened_at, uid=step.uid, yen=step.yen)
    audit.record("MEDIATION_STEP", by=by, case=case, reason=step.code)
    if step.text.strip() or step.minutes is not None:
        entry = FollowUpEntry(
            uid=step.uid,
            happened_at=step.happened_at,
            kind=CONTACT_OF.get(Event(step.code), "NOTE"),
            text=step.text.strip() or str(Event(step.code).label),
            minutes=step.minutes,
        )
        row.follow_up = followup.add_follow_up(case.uid, entry, by=by)  # last: it restates the facts
        row.save(update_fields=["follow_up"])
        undo_notes.forget(case)  # events are appended and stay; so do their words
    return row


def _is_same(known: CaseEvent, case: Case, step: Step) -> bool:
    if (known.case_id, known.code, known.yen) != (case.pk, step.code, step.yen):
        return False
    if known.follow_up is None or not step.text.strip():
        return not step.text.strip()
    return match.holds(known.follow_up, "text", step.text.strip())


def _check(step: Step) -> None:
    """Raises EntryRefused. The 経過 checks its words itself."""
    errors = {}
    if step.code not in states.MEDIATION:
        raise EntryRefused({"code": _("選び直してください。")})
    if step.yen is not None and not 0 <= step.yen <= MOST_YEN:
        errors["yen"] = _("金額は0円以上、10兆円以下で入力してください。")
    if step.code in _WITH_WORDS and not step.text.strip():
        errors["text"] = _("申出や打切りの内容を入力してください。")
    try:
        if calendar.local_date(step.happened_at) > calendar.today():
            errors["happened_at"] = _("日時が未来になっています。")
    except (ValueError, OverflowError):
        errors["happened_at"] = _("日時を確認してください。")
    if errors:
        raise EntryRefused(errors)


@dataclass(frozen=True)
class Mediation:
    """What the page shows: the steps in order, the latest offers of both sides, and the result that they propose."""

    steps: list[Happened]
    consumer: Happened | None
    trader: Happened | None
    outcome: str
    recovered_yen: int | None

    @property
    def is_under_way(self) -> bool:
        return bool(self.steps) and not self.outcome

    @property
    def gap_yen(self) -> int | None:
        """How far the two offers are apart, where both name an amount."""
        if self.consumer is None or self.trader is None:
            return None
        if self.consumer.yen is None or self.trader.yen is None:
            return None
        return self.consumer.yen - self.trader.yen


def of(case: Case) -> Mediation:
    steps = [one for one in events.of(case) if one.code in states.MEDIATION]
    latest = {one.code: one for one in steps}
    outcome = states.proposed_outcome(one.code for one in steps)
    agreed = latest.get(Event.AGREED) if outcome == states.OUTCOME_OF_END[Event.AGREED] else None
    return Mediation(
        steps,
        latest.get(Event.OFFER_BY_CONSUMER),
        latest.get(Event.OFFER_BY_TRADER),
        outcome,
        agreed.yen if agreed else None,
    )


def lacks_record(case: Case) -> bool:
    """Whether the case was closed as a mediation of which nothing is recorded; one query."""
    if case.outcome not in states.OUTCOME_OF_END.values():
        return False
    return not CaseEvent.objects.filter(case=case, code__in=states.MEDIATION).exists()
