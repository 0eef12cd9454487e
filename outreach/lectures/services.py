"""What staff do with lectures. Each verb is one transaction with its entry in the log."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contacts, keys
from cases.protection.sealed import Sealer
from cases.records.case import new_uid
from cases.records.centre import Actor, Centre
from cases.records.sent import check_unchanged, sent_before
from cases.services.entry import EntryRefused
from outreach.lectures import clashes, kinds, plans
from outreach.lectures.models import Lecture
from outreach.lectures.plans import LecturePlan as LecturePlan
from outreach.lectures.report import services as report
from outreach.lectures.roster.models import Lecturer, LecturerQuerySet, Room
from outreach.planning import links
from outreach.words import Masking

SEALED: Final = ("lecturer", "meeting")
_AS_GIVEN: Final = (
    "kind", "mode", "held_on", "starts_at", "ends_at", "audience", "age_group", "theme", "area", "expected_people",
    "travel_before", "travel_after",
)  # fmt: skip


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


class LectureStillOpen(CasesError):
    """What is sealed is destroyed once the lecture is over, not while it is planned."""

    code: ClassVar[str] = "lecture_still_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("実施済みか中止の講座でだけ消去できます。"))


@dataclass(frozen=True)
class Saved:
    """The row, and the kinds of personal data (氏名 …) that were masked in what was typed."""

    lecture: Lecture
    masked: list[str] = field(default_factory=list)


@transaction.atomic
def plan_lecture(
    plan: LecturePlan,
    *,
    centre: Centre,
    by: Actor,
    wave: uuid.UUID | None = None,
    proposal: uuid.UUID | None = None,
    application: uuid.UUID | None = None,
    uid: uuid.UUID | None = None,
) -> Saved:
    """A new lecture of the centre. `wave`, `proposal`, `application`: what it answers or was decided from.

    Idempotent by `uid`. Raises SentElsewhere; EntryRefused, on `go_on` where something stands against it that needs a
    reason.
    """
    if known := sent_before(uid, Lecture.objects.visible_to(by), centre):
        return Saved(known)
    _check(plan, centre)
    lecture = Lecture(
        uid=uid or new_uid(), centre=centre, planned_by_id=by.pk, wave=wave, application=application
    )
    # Not by year: a contact lasts as long as the centre works with it.
    key, sealer = keys.create(lecture.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    masked = _fill(lecture, plan, sealer)
    lecture.save(force_insert=True)
    lecture.lecturers.set(_lecturers(plan.lecturers, centre))
    links.acted(proposal=proposal, kind="LECTURE", target=lecture.uid, by=by)
    audit.record("LECTURE_PLANNED", by=by, centre=centre, reason=audit.typed(plan.go_on))
    return Saved(lecture, masked)


@transaction.atomic
def reschedule(uid: uuid.UUID, plan: LecturePlan, *, by: Actor, seen: str = "") -> Saved:
    """Replace the plan: day, hours, venue and the rest. A confirmed lecture stays confirmed.

    Raises Lecture.DoesNotExist outside the actor's scope, LectureNotOpen, SavedMeanwhile, EntryRefused.
    """
    lecture = _open_lecture(uid, by)
    check_unchanged(seen, lecture.changed_at)
    _check(plan, lecture.centre, lecture)
    masked = _fill(lecture, plan, keys.sealer(lecture.sealed_owner))
    lecture.sequence += 1
    lecture.save()
    lecture.lecturers.set(_lecturers(plan.lecturers, lecture.centre))
    audit.record("LECTURE_RESCHEDULED", by=by, centre=lecture.centre, reason=audit.typed(plan.go_on))
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
    uid: uuid.UUID,
    *,
    sessions: int,
    kind: str,
    people: int | None = None,
    quantity: int | None = None,
    views: int | None = None,
    note: str = "",
    by: Actor,
) -> Saved:
    """What came of it: 回数 and the numbers of its kind (`kinds.NUMBERS`). May be given again to correct it.

    Raises Lecture.DoesNotExist, LectureNotOpen for a cancelled one, LectureNotHeldYet, EntryRefused.
    """
    lecture = _locked(uid, by)
    if lecture.state == Lecture.State.CANCELLED:
        raise LectureNotOpen
    if lecture.held_on > calendar.today():
        raise LectureNotHeldYet
    found = kinds.faults(kind, sessions=sessions, people=people, quantity=quantity, views=views)
    if faults := dict(found):
        raise EntryRefused(faults)
    if lecture.state == Lecture.State.DONE and not report.matches(lecture, people):
        raise EntryRefused(
            {"people": _("実施報告の年代の合計と合いません。人数は実施報告で直してください。")}
        )
    masking = Masking(lecture.centre)
    lecture.state = Lecture.State.DONE
    lecture.sessions, lecture.people, lecture.result_kind = sessions, people, kind
    lecture.quantity, lecture.views = quantity, views
    lecture.note = masking.text(note.strip())
    lecture.save()
    audit.record("LECTURE_RESULT_RECORDED", by=by, centre=lecture.centre)
    return Saved(lecture, masking.masked)


@transaction.atomic
def assign(uid: uuid.UUID, lecturers: Sequence[uuid.UUID], *, go_on: str = "", by: Actor) -> Lecture:
    """These of the roster are to speak, and nobody else of it.

    Raises Lecture.DoesNotExist, LectureNotOpen, EntryRefused.
    """
    lecture = _open_lecture(uid, by)
    before = clashes.slot_of(lecture)
    rows = _lecturers(lecturers, lecture.centre).select_for_update(no_key=True)
    found = [row for row in rows if row.is_active or row in before.lecturers]
    if not found or len(found) < len(set(lecturers)):
        raise EntryRefused({"lecturers": _("選び直してください。")})
    known = _weighty(clashes.of_slot(before, lecture.centre))
    after = replace(before, lecturers=tuple(found))
    _want_reason(_weighty(clashes.of_slot(after, lecture.centre)), go_on, known, lecture.go_on)
    if go_on.strip():
        reasons = [lecture.go_on, Masking(lecture.centre).text(go_on.strip()[:200])]
        lecture.go_on = " ".join(filter(None, reasons))[-800:]
    lecture.save(update_fields=["go_on", "changed_at"])
    lecture.lecturers.set(found)
    audit.record("LECTURE_LECTURER_ASSIGNED", by=by, centre=lecture.centre, reason=audit.typed(go_on))
    return lecture


def reveal(uid: uuid.UUID, *, by: Actor, purpose: str) -> dict[str, str]:
    """The typed lecturer's name and the address of the meeting, as far as there are any; logged before they are
    opened. Raises Lecture.DoesNotExist, PurposeNeeded.
    """
    lecture = Lecture.objects.visible_to(by).select_related("centre").get(uid=uid)
    fields = [name for name in SEALED if getattr(lecture, name) is not None]
    return contacts.reveal(lecture, fields, by=by, centre=lecture.centre, purpose=purpose)


@transaction.atomic
def forget_persons(uid: uuid.UUID, *, by: Actor) -> Lecture:
    """Destroy the typed lecturer and the address of the meeting, with the key under which older backups hold them.

    Raises Lecture.DoesNotExist, LectureStillOpen for a plan, which may still need them.
    """
    lecture = _locked(uid, by)
    if lecture.is_open:
        raise LectureStillOpen
    for name in SEALED:
        setattr(lecture, name, None)
    lecture.save(update_fields=[*SEALED, "changed_at"])
    keys.destroy(lecture.sealed_owner)
    audit.record("LECTURE_PERSONS_FORGOTTEN", by=by, centre=lecture.centre)
    return lecture


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
    lecture.sequence += 1
    lecture.save(update_fields=["state", "sequence", "changed_at"])
    audit.record(action, by=by, centre=lecture.centre)
    return lecture


def _fill(lecture: Lecture, plan: LecturePlan, sealer: Sealer) -> list[str]:
    masking = Masking(lecture.centre)
    lecture.title = masking.text(plan.title.strip())
    lecture.venue = masking.venue(plan.venue.strip())
    lecture.note = masking.text(plan.note.strip())
    lecture.go_on = masking.text(plan.go_on.strip())
    for name in _AS_GIVEN:
        setattr(lecture, name, getattr(plan, name))
    lecture.last_on = plan.last_on if plan.last_on != plan.held_on else None
    lecture.room = _room(plan, lecture.centre)
    if lecture.room is not None and not lecture.venue:
        lecture.venue = lecture.room.name
    for name in SEALED:
        if (given := getattr(plan, name)) is not None:
            sealer.seal(lecture, name, given.strip())
    return masking.masked


def _check(plan: LecturePlan, centre: Centre, lecture: Lecture | None = None) -> None:
    """Raises EntryRefused: what is wrong with it, and what it may not be held against without a reason.

    The rows of the roster are locked, so that of two plans made at once for one room the later one sees the other.
    """
    faults = plans.faults(plan, centre, kept=lecture.audience if lecture else "")
    _lock(plan, centre)
    if len(_lecturers(plan.lecturers, centre)) < len(set(plan.lecturers)):
        faults["lecturers"] = _("選び直してください。")
    if plan.room and _room(plan, centre) is None:
        faults["room"] = _("選び直してください。")
    if faults:
        raise EntryRefused(faults)
    against = _weighty(clashes.clashes(plan, centre=centre, uid=lecture.uid if lecture else None))
    known = _weighty(clashes.clashes(lecture, centre=centre)) if lecture else []
    _want_reason(against, plan.go_on, known, lecture.go_on if lecture else "")


def _weighty(against: list[clashes.Clash]) -> list[str]:
    return [clash.text for clash in against if clash.needs_reason]


def _want_reason(against: list[str], go_on: str, known: list[str], kept: str) -> None:
    """Raises EntryRefused, on `go_on`, where something stands against it and nobody typed why it is held.

    What stood against it before (`known`) is covered by the reason of then (`kept`); anything new wants a new one.
    """
    reason = go_on.strip()
    is_new = not set(against) <= set(known)
    if against and (not reason or (is_new and reason == kept)):
        raise EntryRefused({"go_on": " ".join([*against, _("それでも行うときは、理由を入力してください。")])})


def _lock(plan: LecturePlan, centre: Centre) -> None:
    list(_lecturers(plan.lecturers, centre).select_for_update(no_key=True).values_list("pk"))
    if plan.room:
        rows = Room.objects.filter(centre=centre, uid=plan.room)
        list(rows.select_for_update(no_key=True).values_list("pk"))


def _room(plan: LecturePlan, centre: Centre) -> Room | None:
    return Room.objects.filter(centre=centre, uid=plan.room).first() if plan.room else None


def _lecturers(uids: Sequence[uuid.UUID], centre: Centre) -> LecturerQuerySet:
    """Those of the centre's roster, in one order for whoever locks them."""
    return Lecturer.objects.for_list().filter(centre=centre, uid__in=list(uids)).order_by("pk")
