"""What the desk may know of lectures: title, day and venue, to say that a call came of one."""

import uuid
from datetime import date

from cases import lectures
from cases.lectures import Told
from outreach.lectures.models import Lecture, LectureQuerySet


def listed(centre: uuid.UUID, start: date, end: date) -> list[Told]:
    """Lectures that begin in [start, end) and were not called off, the newest first; one query."""
    rows = _rows(centre).standing().held_in(start, end).order_by("-held_on", "-starts_at", "-pk")
    return [_told(row) for row in rows]


def found(uid: uuid.UUID, centre: uuid.UUID) -> Told | None:
    row = _rows(centre).filter(uid=uid).first()
    return _told(row) if row else None


def _rows(centre: uuid.UUID) -> LectureQuerySet:
    return Lecture.objects.filter(centre__uid=centre).only("uid", "title", "venue", "held_on")


def _told(row: Lecture) -> Told:
    return Told(row.uid, row.title, row.venue, row.held_on)


def register() -> None:
    """Called once when the app is ready."""
    lectures.register(listed, found)
