"""A plan as somebody gives it, and what is wrong with it before anything is saved."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures.trends import GROUPS
from cases.records import codes
from cases.records.centre import Centre, area_choices
from outreach import audiences
from outreach.lectures.kinds import AT_A_PLACE, MOST, Kind, Mode

LONGEST: Final = {"title": 80, "venue": 80, "note": 400, "lecturer": 80, "meeting": 300, "go_on": 200}
MOST_TRAVEL: Final = 480
MOST_DAYS: Final = 366


@dataclass(frozen=True, kw_only=True)
class LecturePlan:
    """What is planned. Hours are local and those of every day from `held_on` to `last_on`.

    `lecturer` and `meeting` are sealed; None leaves them as they are. `lecturers` and `room` are uids of the centre's
    roster. `travel_before` and `travel_after` are minutes. `go_on`: why it is held in spite of what stands against it.
    """

    title: str
    held_on: date
    starts_at: time
    ends_at: time
    venue: str
    audience: str
    kind: str = Kind.LECTURE
    mode: str = Mode.IN_PERSON
    last_on: date | None = None
    age_group: str = "ALL"
    theme: str = ""
    area: str = ""
    room: uuid.UUID | None = None
    lecturers: tuple[uuid.UUID, ...] = ()
    lecturer: str | None = None
    meeting: str | None = None
    travel_before: int = 0
    travel_after: int = 0
    expected_people: int | None = None
    note: str = ""
    go_on: str = ""


def faults(plan: LecturePlan, centre: Centre, *, kept: str = "") -> dict[str, str]:
    """Field → reason. `kept` is the audience that the row carries: it may stay, though it is offered no more."""
    return dict([*_of_texts(plan), *_of_days(plan), *_of_choices(plan, centre, kept), *_of_numbers(plan)])


def _of_texts(plan: LecturePlan) -> Iterator[tuple[str, str]]:
    for name, longest in LONGEST.items():
        if len(getattr(plan, name) or "") > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    if not plan.title.strip():
        yield "title", _("入力してください。")
    if plan.mode in AT_A_PLACE and plan.room is None and not plan.venue.strip():
        yield "venue", _("会場を入力するか、部屋を選んでください。")


def _of_days(plan: LecturePlan) -> Iterator[tuple[str, str]]:
    if plan.ends_at <= plan.starts_at:
        yield "ends_at", _("終了は開始より後の時刻にしてください。")
    if plan.last_on is not None and not 0 <= (plan.last_on - plan.held_on).days <= MOST_DAYS:
        yield "last_on", _("最終日は開催日から1年以内の日にしてください。")


def _of_choices(plan: LecturePlan, centre: Centre, kept: str) -> Iterator[tuple[str, str]]:
    known: dict[str, Any] = {
        "kind": Kind.values,
        "mode": Mode.values,
        "audience": dict(audiences.choices(kept)),
        "age_group": GROUPS,
        "theme": {"", *codes.codes(codes.Kind.SCAM_TYPE).by_code},
        "area": {"", *dict(area_choices(centre))},
    }
    for name, values in known.items():
        if getattr(plan, name) not in values:
            yield name, _("選び直してください。")


def _of_numbers(plan: LecturePlan) -> Iterator[tuple[str, str]]:
    if plan.expected_people is not None and not 0 <= plan.expected_people <= MOST:
        yield "expected_people", _("人数を確認してください。")
    for name in ("travel_before", "travel_after"):
        if not 0 <= getattr(plan, name) <= MOST_TRAVEL:
            yield name, _("移動は480分(8時間)までです。")
