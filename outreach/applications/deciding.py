"""The way of an application: 確認中, 調整中, 決定 into a lecture, 不承認, 取下げ; and the rules it need not keep.

A decision counts for a letter only where the log vouches for it (`letters`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from outreach import audiences
from outreach.applications import rulebooks, turns
from outreach.applications.entry import asked_of
from outreach.applications.models import Application, ApplicationAllowance
from outreach.applications.rules import Asked, Finding, Rule, Slot, judge
from outreach.applications.services import ApplicationNotOpen, locked
from outreach.lectures import choosing
from outreach.lectures import services as lectures
from outreach.lectures.choosing import Beside
from outreach.lectures.clashes import Clash, clashes, slot_of_plan
from outreach.lectures.models import Lecture
from outreach.lectures.plans import LecturePlan
from outreach.planning import links
from outreach.words import Masking

State = Application.State
NOTE_LENGTH: Final = 400


class RulesNotKept(CasesError):
    """The time or the application does not keep a rule, and no reason was given for going on."""

    code: ClassVar[str] = "rules_not_kept"
    status: ClassVar[int] = 409

    def __init__(self, unmet: Sequence[Finding]) -> None:
        self.unmet = tuple(unmet)
        words = _("、").join(dict.fromkeys(str(finding.rule.label) for finding in unmet))
        text = _(
            "決まりに合わないか、まだ確かめていないことがあります(%(rules)s)。例外とする理由を入力してください。"
        ) % {"rules": words}
        self.errors = {"reason": text}
        super().__init__(text)


def unmet(application: Application, slot: Slot) -> list[Finding]:
    """Rules that the application at this time does not keep, or of which it is not known; without those excepted."""
    asked = asked_of(application)
    at_that_time = Asked(
        asked.people, asked.members_in_city, asked.venue_in_city, asked.purpose, [slot], asked.is_school
    )
    book = rulebooks.of(application.centre)
    excepted = {row.rule for row in application.allowances.all()}
    found = judge(at_that_time, book, on=application.received_on)
    return [
        finding
        for finding in found
        if not finding.is_kept and finding.rule not in excepted and finding.rule != Rule.CANDIDATES
    ]


@transaction.atomic
def allow(uid: uuid.UUID, rule: str, *, reason: str, by: Actor) -> ApplicationAllowance:
    """This application need not keep the rule. Raises EntryRefused, ApplicationNotOpen, Application.DoesNotExist."""
    row = _open(uid, by)
    errors = {}
    if rule not in Rule.values:
        errors["rule"] = _("選び直してください。")
    if not reason.strip():
        errors["reason"] = _("例外とする理由を入力してください。")
    if errors:
        raise EntryRefused(errors)
    return _allow(row, rule, reason, by)


def _allow(row: Application, rule: str, reason: str, by: Actor) -> ApplicationAllowance:
    plain = audit.typed(reason)
    made, is_new = ApplicationAllowance.objects.get_or_create(
        application=row, rule=rule, defaults={"reason": plain, "by_id": by.pk}
    )
    if is_new:
        audit.record("APPLICATION_EXCEPTED", by=by, centre=row.centre, reason=f"{row.uid} {rule} {plain}")
    return made


@transaction.atomic
def ask(uid: uuid.UUID, *, missing: str, by: Actor) -> Application:
    """The applicant is to tell what is missing; until then it is theirs. Raises EntryRefused, ApplicationNotOpen."""
    row = _open(uid, by)
    return _to_state(row, State.CHECKING, "APPLICATION_ASKED", _words(row, "missing", missing), by)


@transaction.atomic
def arrange(uid: uuid.UUID, *, by: Actor) -> Application:
    """Everything is known; day, lecturer and room are looked for. Raises ApplicationNotOpen."""
    return _to_state(_open(uid, by), State.ARRANGING, "APPLICATION_ARRANGING", "", by)


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Who speaks and where. `lecturers` and `room` are uids of the centre's roster; `lecturer` is one who is not in
    it, and is sealed. `travel_before` and `travel_after` are minutes.
    """

    lecturers: tuple[uuid.UUID, ...] = ()
    room: uuid.UUID | None = None
    lecturer: str | None = None
    travel_before: int = 0
    travel_after: int = 0


NOTHING_ARRANGED: Final = Arranged()


@transaction.atomic
def decide(
    uid: uuid.UUID,
    slot: Slot,
    *,
    arranged: Arranged = NOTHING_ARRANGED,
    title: str = "",
    reason: str = "",
    by: Actor,
) -> Lecture:
    """The application becomes a lecture at this time, one of its candidates or another.

    Every rule that is not kept is excepted with `reason`, which also stands beside what it clashes with. Raises
    RulesNotKept without one, EntryRefused (on `reason` for a clash without one), ApplicationNotOpen,
    Application.DoesNotExist.
    """
    row = _open(uid, by)
    broken = unmet(row, slot)
    if broken and not reason.strip():
        raise RulesNotKept(broken)
    for rule in dict.fromkeys(finding.rule for finding in broken):
        _allow(row, rule, reason, by)
    plan = _plan_of(row, slot, arranged, title=title, go_on=reason.strip())
    try:
        lecture = lectures.plan_lecture(plan, centre=row.centre, by=by, application=row.uid).lecture
    except EntryRefused as refusal:  # one reason goes on over rules and clashes alike
        names = {"go_on": "reason"}
        raise EntryRefused({names.get(name, name): why for name, why in refusal.errors.items()}) from None
    row.lecture = lectures.confirm(lecture.uid, by=by)
    kind = "CLASS" if row.kind == Application.Kind.CLASS else "LECTURE"
    links.acted(proposal=row.proposal, kind=kind, target=lecture.uid, by=by)
    _to_state(row, State.DECIDED, "APPLICATION_DECIDED", "", by)
    return lecture


def against(row: Application, slot: Slot) -> list[Clash]:
    """What stands against a lecture for the application at this time: other lectures, closed days, hours."""
    return clashes(_plan_of(row, slot), centre=row.centre)


def beside(row: Application, slots: Sequence[Slot]) -> tuple[list[Beside], list[Beside]]:
    """The lecturers and the rooms of the centre at each of these times."""
    return choosing.beside([slot_of_plan(_plan_of(row, slot), row.centre) for slot in slots], row.centre)


def _plan_of(
    row: Application,
    slot: Slot,
    arranged: Arranged = NOTHING_ARRANGED,
    *,
    title: str = "",
    go_on: str = "",
) -> LecturePlan:
    theme = codes.codes(Kind.SCAM_TYPE).text(row.theme) if row.theme else ""
    usual = (
        _("%(scam)sから身を守る") % {"scam": theme} if theme else _("出前講座(%(group)s)") % {"group": row}
    )
    ages = audiences.groups(row.audience)
    return LecturePlan(
        title=(title.strip() or usual)[:80],
        held_on=slot.day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        venue="" if arranged.room else row.venue[:80] or _("未定"),
        audience=row.audience,
        age_group=ages[0] if len(ages) == 1 else "ALL",
        theme=row.theme,
        area=row.area,
        **vars(arranged),
        expected_people=row.expected_people,
        go_on=go_on,
    )


@transaction.atomic
def refuse(uid: uuid.UUID, *, reason: str, by: Actor) -> Application:
    """不承認; the reason stands in the letter. Raises EntryRefused, ApplicationNotOpen."""
    row = _open(uid, by)
    return _to_state(row, State.REFUSED, "APPLICATION_REFUSED", _words(row, "reason", reason), by)


@transaction.atomic
def withdraw(uid: uuid.UUID, *, reason: str = "", by: Actor) -> Application:
    """The applicant takes it back. A lecture that came of it and is not over is cancelled with it.

    Raises ApplicationNotOpen for one that was refused, withdrawn or held.
    """
    row = locked(uid, by)
    if (
        row.state == State.DECIDED
        and row.lecture is not None
        and row.lecture.state != Lecture.State.CANCELLED
    ):
        lectures.cancel(row.lecture.uid, by=by)  # refuses one that was held
    elif not row.is_open and row.state != State.DECIDED:
        raise ApplicationNotOpen
    text = Masking(row.centre).text(reason.strip()[:NOTE_LENGTH])
    _to_state(row, State.WITHDRAWN, "APPLICATION_WITHDRAWN", text, by)
    turns.settle(row)
    return row


def _open(uid: uuid.UUID, by: Actor) -> Application:
    row = locked(uid, by)
    if not row.is_open:
        raise ApplicationNotOpen
    return row


def _words(row: Application, name: str, text: str) -> str:
    if not text.strip():
        raise EntryRefused({name: _("入力してください。")})
    if len(text) > NOTE_LENGTH:
        raise EntryRefused({name: _("%(most)s文字以内で入力してください。") % {"most": NOTE_LENGTH}})
    return Masking(row.centre).text(text.strip())


def _to_state(row: Application, state: Application.State, action: str, note: str, by: Actor) -> Application:
    row.state, row.state_at, row.state_note = state, timezone.now(), note
    if row.assigned_to_id is None:
        row.assigned_to_id = by.pk
    row.save(update_fields=["state", "state_at", "state_note", "assigned_to", "lecture", "changed_at"])
    audit.record(action, by=by, centre=row.centre, reason=str(row.uid))
    return row


def times_of(application: Application) -> list[Slot]:
    """The candidates as times, in the group's order."""
    return list(asked_of(application).slots)
