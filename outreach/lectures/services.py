"""What staff do with lectures. Each verb is one transaction with its entry in the log."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.trends import GROUPS
from cases.law import calendar
from cases.protection import audit, contacts, keys
from cases.records import codes
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from outreach import audiences
from outreach.lectures.models import Lecture
from outreach.words import Masking

MOST_PEOPLE: Final = 100_000


class LectureNotOpen(CasesError):
    """The lecture is over or cancelled; its plan no longer changes."""

    code: ClassVar[str] = "lecture_not_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この講座は実施済みか中止のため、予定を変えられません。"))


class LectureNotHeldYet(CasesError):
    """A result was given before the day of the lecture."""

    code: ClassVar[str] = "lecture_not_held_yet"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("開催日より前に結果は記録できません。"))


@dataclass(frozen=True, kw_only=True)
class LecturePlan:
    """What is planned. Hours are local; `lecturer` is sealed, None leaves it as it is."""

    title: str
    held_on: date
    starts_at: time
    ends_at: time
    venue: str
    audience: str
    age_group: str = "ALL"
    theme: str = ""
    area: str = ""
    lecturer: str | None = None
    expected_people: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Saved:
    """The row, and the kinds of personal data (氏名 …) that were masked in what was typed."""

    lecture: Lecture
    masked: list[str] = field(default_factory=list)


@transaction.atomic
def plan_lecture(plan: LecturePlan, *, centre: Centre, by: Actor, wave: uuid.UUID | None = None) -> Saved:
    """A new lecture of the centre; `wave`: the surge of the centre that it answers. Raises EntryRefused."""
    _check(plan, centre)
    lecture = Lecture(centre=centre, planned_by_id=by.pk, wave=wave)
    # Not by year: a contact lasts as long as the centre works with it.
    key, sealer = keys.create(lecture.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    masked = _fill(lecture, plan)
    sealer.seal(lecture, "lecturer", (plan.lecturer or "").strip())
    lecture.save(force_insert=True)
    audit.record("LECTURE_PLANNED", by=by, centre=centre)
    return Saved(lecture, masked)


@transaction.atomic
def reschedule(uid: uuid.UUID, plan: LecturePlan, *, by: Actor) -> Saved:
    """Replace the plan: day, hours, venue and the rest. A confirmed lecture stays confirmed.

    Raises Lecture.DoesNotExist outside the actor's scope, LectureNotOpen, EntryRefused.
    """
    lecture = _open_lecture(uid, by)
    _check(plan, lecture.centre, kept=lecture.audience)
    masked = _fill(lecture, plan)
    if plan.lecturer is not None:
        keys.sealer(lecture.sealed_owner).seal(lecture, "lecturer", plan.lecturer.strip())
    lecture.save()
    audit.record("LECTURE_RESCHEDULED", by=by, centre=lecture.centre)
    return Saved(lecture, masked)


@transaction.atomic
def confirm(uid: uuid.UUID, *, by: Actor) -> Lecture:
    """Raises Lecture.DoesNotExist, LectureNotOpen."""
    return _to_state(uid, Lecture.State.CONFIRMED, "LECTURE_CONFIRMED", by)


@transaction.atomic
def cancel(uid: uuid.UUID, *, by: Actor) -> Lecture:
    """Raises Lecture.DoesNotExist, LectureNotOpen."""
    return _to_state(uid, Lecture.State.CANCELLED, "LECTURE_CANCELLED", by)


@transaction.atomic
def record_result(
    uid: uuid.UUID, *, sessions: int, people: int, kind: str, note: str = "", by: Actor
) -> Saved:
    """What came of it: 回数, 延べ人数, 講座 or イベント. May be given again to correct it.

    Raises Lecture.DoesNotExist, LectureNotOpen for a cancelled one, LectureNotHeldYet, EntryRefused.
    """
    lecture = _locked(uid, by)
    if lecture.state == Lecture.State.CANCELLED:
        raise LectureNotOpen
    if lecture.held_on > calendar.today():
        raise LectureNotHeldYet
    if faults := dict(_result_faults(sessions, people, kind)):
        raise EntryRefused(faults)
    masking = Masking(lecture.centre)
    lecture.state = Lecture.State.DONE
    lecture.sessions, lecture.people, lecture.result_kind = sessions, people, kind
    lecture.note = masking.text(note.strip())
    lecture.save()
    audit.record("LECTURE_RESULT_RECORDED", by=by, centre=lecture.centre)
    return Saved(lecture, masking.masked)


def reveal_lecturer(uid: uuid.UUID, *, by: Actor, purpose: str) -> str:
    """The lecturer's name, logged before it is opened. Raises Lecture.DoesNotExist, PurposeNeeded."""
    lecture = Lecture.objects.visible_to(by).select_related("centre").get(uid=uid)
    shown = contacts.reveal(lecture, ["lecturer"], by=by, centre=lecture.centre, purpose=purpose)
    return shown["lecturer"]


def _locked(uid: uuid.UUID, by: Actor) -> Lecture:
    return (
        Lecture.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)
    )


def _open_lecture(uid: uuid.UUID, by: Actor) -> Lecture:
    lecture = _locked(uid, by)
    if not lecture.is_open:
        raise LectureNotOpen
    return lecture


def _to_state(uid: uuid.UUID, state: Lecture.State, action: str, by: Actor) -> Lecture:
    lecture = _open_lecture(uid, by)
    lecture.state = state
    lecture.save(update_fields=["state", "changed_at"])
    audit.record(action, by=by, centre=lecture.centre)
    return lecture


def _fill(lecture: Lecture, plan: LecturePlan) -> list[str]:
    masking = Masking(lecture.centre)
    lecture.title = masking.text(plan.title.strip())
    lecture.venue = masking.venue(plan.venue.strip())
    lecture.note = masking.text(plan.note.strip())
    for name in (
        "held_on", "starts_at", "ends_at", "audience", "age_group", "theme", "area", "expected_people",
    ):  # fmt: skip
        setattr(lecture, name, getattr(plan, name))
    return masking.masked


def _check(plan: LecturePlan, centre: Centre, *, kept: str = "") -> None:
    """`kept` is the audience that the row carries: it may stay, though it is offered no more."""
    if faults := dict(_plan_faults(plan, centre, kept)):
        raise EntryRefused(faults)


def _plan_faults(plan: LecturePlan, centre: Centre, kept: str) -> Iterator[tuple[str, str]]:
    for name, longest in (("title", 80), ("venue", 80), ("note", 400), ("lecturer", 80)):
        text = getattr(plan, name) or ""
        if len(text) > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    for name in ("title", "venue"):
        if not getattr(plan, name).strip():
            yield name, _("入力してください。")
    if plan.ends_at <= plan.starts_at:
        yield "ends_at", _("終了は開始より後の時刻にしてください。")
    for name, value, known in _choices(plan, centre, kept):
        if value not in known:
            yield name, _("選び直してください。")
    if plan.expected_people is not None and not 0 <= plan.expected_people <= MOST_PEOPLE:
        yield "expected_people", _("人数を確認してください。")


def _choices(plan: LecturePlan, centre: Centre, kept: str) -> Iterator[tuple[str, str, Any]]:
    yield "audience", plan.audience, dict(audiences.choices(kept))
    yield "age_group", plan.age_group, GROUPS
    yield "theme", plan.theme, {"", *codes.codes(Kind.SCAM_TYPE).by_code}
    yield "area", plan.area, {"", *(code for code, _label in area_choices(centre))}


def _result_faults(sessions: int, people: int, kind: str) -> Iterator[tuple[str, str]]:
    if not 1 <= sessions <= 1000:
        yield "sessions", _("回数は1から1,000までで入力してください。")
    if not 0 <= people <= MOST_PEOPLE:
        yield "people", _("人数を確認してください。")
    if kind not in Lecture.ResultKind.values:
        yield "kind", _("選び直してください。")
