"""次は誰が何を: what is to be done for which lecture until when, and marking it done."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.lectures.kinds import NUMBERS, Need
from outreach.lectures.models import Lecture
from outreach.lectures.services import LectureNotOpen
from outreach.lectures.steps.models import LectureStep, ReminderDays

Kind = LectureStep.Kind
# How long after it was held a lecture without a report is still asked about.
REPORT_WITHIN: Final = timedelta(days=90)
REPORT_DUE: Final = timedelta(days=14)
MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Step:
    """One thing to do. `kind` is that of `LectureStep`, empty for what the lecture's own state says.

    `who` is the account that planned the lecture, empty where nobody is named. Late: `due` lies before today.
    """

    lecture: Lecture
    kind: str
    what: str
    who: str
    due: date
    is_late: bool


def next_steps(actor: Actor, today: date) -> list[Step]:
    """What is to be done at the actor's centres and has come up, by the day it is due. Five queries."""
    days = {row.centre_id: row for row in ReminderDays.objects.filter(centre__in=actor.centre_ids)}
    found = Lecture.objects.visible_to(actor).select_related("planned_by")
    coming = list(
        found.filter(state__in=(Lecture.State.PLANNED, Lecture.State.CONFIRMED))
        .filter(held_on__lte=today + timedelta(days=MOST_DAYS))
        .with_lecturers()
    )
    done: dict[int, set[str]] = {}
    for lecture, kind in LectureStep.objects.filter(lecture__in=coming).values_list("lecture", "kind"):
        done.setdefault(lecture, set()).add(kind)
    held = found.filter(state=Lecture.State.DONE, report__isnull=True, held_on__gte=today - REPORT_WITHIN)
    steps = [
        step
        for row in coming
        for step in _before(row, days.get(row.centre_id) or ReminderDays(), done.get(row.pk, set()), today)
    ]
    steps += [
        _step(row, "", _("実施報告を書く"), row.last_day + REPORT_DUE, today) for row in held if _counts(row)
    ]
    return sorted(steps, key=lambda step: (step.due, step.lecture.held_on, step.lecture.pk, step.kind))


def _before(lecture: Lecture, days: ReminderDays, done: set[str], today: date) -> Iterator[Step]:
    if lecture.last_day < today:
        yield _step(lecture, "", _("結果を記録する"), lecture.last_day, today)
        return
    if lecture.state == Lecture.State.PLANNED:
        yield from _if_come(lecture, "", _("開催を決定する"), days.decide, today)
    for kind, before in _wanted(lecture, days):
        if kind not in done:
            yield from _if_come(lecture, kind, str(Kind(kind).label), before, today)


def _wanted(lecture: Lecture, days: ReminderDays) -> Iterator[tuple[str, int]]:
    """What this lecture needs: nobody to ask where nobody speaks or nobody applied."""
    if lecture.lecturers.all() or lecture.has_lecturer:
        yield Kind.LECTURER, days.lecturer
    yield Kind.MATERIALS, days.materials
    if lecture.application is not None:
        yield Kind.APPLICANT, days.applicant


def _if_come(lecture: Lecture, kind: str, what: str, before: int, today: date) -> Iterator[Step]:
    due = lecture.held_on - timedelta(days=before)
    if due <= today + timedelta(days=7):
        yield _step(lecture, kind, what, due, today)


def _step(lecture: Lecture, kind: str, what: str, due: date, today: date) -> Step:
    who = str(lecture.planned_by) if lecture.planned_by else ""
    return Step(lecture, kind, what, who, due, due < today)


def _counts(lecture: Lecture) -> bool:
    return NUMBERS[lecture.result_kind].people is Need.MUST


@transaction.atomic
def mark_done(uid: uuid.UUID, kind: str, *, by: Actor) -> None:
    """Made sure of; told twice it is one row. Raises Lecture.DoesNotExist, LectureNotOpen, EntryRefused."""
    lecture = _open(uid, kind, by)
    who = {"done_by_id": by.pk}
    _row, is_new = LectureStep.objects.get_or_create(lecture=lecture, kind=kind, defaults=who)
    if is_new:
        audit.record("LECTURE_STEP_DONE", by=by, centre=lecture.centre, reason=kind)


@transaction.atomic
def take_back(uid: uuid.UUID, kind: str, *, by: Actor) -> None:
    """It is to be done again. Raises Lecture.DoesNotExist, LectureNotOpen, EntryRefused."""
    lecture = _open(uid, kind, by)
    gone, _by_model = LectureStep.objects.filter(lecture=lecture, kind=kind).delete()
    if gone:
        audit.record("LECTURE_STEP_TAKEN_BACK", by=by, centre=lecture.centre, reason=kind)


def _open(uid: uuid.UUID, kind: str, by: Actor) -> Lecture:
    found = Lecture.objects.visible_to(by).for_list().select_for_update(of=("self",))
    lecture = found.get(uid=uid)
    if kind not in Kind.values:
        raise EntryRefused({"kind": _("選び直してください。")})
    if not lecture.is_open:
        raise LectureNotOpen
    return lecture


@transaction.atomic
def set_days(centre: Centre, days: dict[str, int], *, by: Actor) -> ReminderDays:
    """How many days before each step is due. Raises EntryRefused."""
    names = ("decide", "lecturer", "materials", "applicant")
    faults = {
        name: _("0から366までの日数で入力してください。")
        for name in names
        if not 0 <= days.get(name, -1) <= MOST_DAYS
    }
    if faults:
        raise EntryRefused(faults)
    row, _is_new = ReminderDays.objects.update_or_create(
        centre=centre, defaults={name: days[name] for name in names}
    )
    audit.record("LECTURE_REMINDERS_SET", by=by, centre=centre)
    return row


def done_for(lecture: Lecture) -> list[tuple[str, str, LectureStep | None]]:
    """Kind, words and the row of each step of this lecture, for its page; one query."""
    rows = {row.kind: row for row in LectureStep.objects.filter(lecture=lecture).select_related("done_by")}
    return [(kind, str(Kind(kind).label), rows.get(kind)) for kind, _days in _wanted(lecture, ReminderDays())]
