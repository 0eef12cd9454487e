"""What stands against a time: a lecturer or a room taken twice, days off, and the school year.

Nothing here forbids a lecture. What `needs_reason` is held only when somebody typed why, and the page goes on saying
it; the rest is said and no more.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.law import calendar
from cases.law.calendar import Closed
from cases.records.centre import Centre
from cases.records.closed_days import closed_of
from cases.records.codes import Kind as CodeKind
from cases.records.codes import codes
from outreach import audiences
from outreach.lectures.models import Lecture
from outreach.lectures.plans import LecturePlan
from outreach.lectures.roster.models import Lecturer, Room
from outreach.lectures.school import services as school

# Office hours as municipal rules for 出前講座 give them (相模原市, 港区, 倉敷市): 9 to 17, at most two hours.
OPENS: Final = time(9)
CLOSES: Final = time(17)
LONGEST_MINUTES: Final = 120


@dataclass(frozen=True)
class Clash:
    """One thing that stands against it, in a sentence. `code` is stable; `needs_reason`: not without a typed reason."""

    code: str
    text: str
    needs_reason: bool = False


class Span(NamedTuple):
    """Minutes of one day as moments without zone, half-open [start, end)."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Slot:
    """What of a plan or a lecture takes time, somebody and somewhere. `uid` is the lecture's own, None for a plan."""

    uid: uuid.UUID | None
    held_on: date
    last_on: date
    starts_at: time
    ends_at: time
    venue: str
    theme: str
    audience: str
    travel_before: int
    travel_after: int
    lecturers: tuple[Lecturer, ...]
    room: Room | None

    @property
    def is_one_day(self) -> bool:
        return self.held_on == self.last_on

    @property
    def hours(self) -> Span:
        """Of one day; two lectures whose days meet are compared by these."""
        return _span(self.starts_at, self.ends_at)

    def away(self, other_venue: str) -> Span:
        """The hours with the way there and back; who speaks twice in one place does not travel between."""
        if self.venue and self.venue == other_venue:
            return self.hours
        return _span(self.starts_at, self.ends_at, self.travel_before, self.travel_after)


def slot_of(lecture: Lecture) -> Slot:
    return Slot(
        lecture.uid, lecture.held_on, lecture.last_day, lecture.starts_at, lecture.ends_at, lecture.venue,
        lecture.theme, lecture.audience, lecture.travel_before, lecture.travel_after,
        tuple(lecture.lecturers.all()), lecture.room,
    )  # fmt: skip


def slot_of_plan(plan: LecturePlan, centre: Centre, uid: uuid.UUID | None = None) -> Slot:
    """`uid` is the lecture that the plan is to replace. Two queries at most, for the roster."""
    room = Room.objects.filter(centre=centre, uid=plan.room).first() if plan.room else None
    lecturers = Lecturer.objects.for_list().filter(centre=centre)
    return Slot(
        uid, plan.held_on, plan.last_on or plan.held_on, plan.starts_at, plan.ends_at,
        plan.venue.strip() or (room.name if room else ""), plan.theme, plan.audience,
        plan.travel_before, plan.travel_after,
        tuple(lecturers.filter(uid__in=plan.lecturers)) if plan.lecturers else (), room,
    )  # fmt: skip


def clashes(of: LecturePlan | Lecture, *, centre: Centre, uid: uuid.UUID | None = None) -> list[Clash]:
    """Sentences, what needs a reason first. Three queries, one more where a cap is agreed, and one for schools."""
    slot = slot_of(of) if isinstance(of, Lecture) else slot_of_plan(of, centre, uid)
    return of_slot(slot, centre)


def of_slot(slot: Slot, centre: Centre) -> list[Clash]:
    closed = closed_of(centre.pk, slot.held_on)
    found = [
        *_with_others(slot, centre),
        *_of_lecturers(slot),
        *_of_the_days(slot, closed),
        *_of_the_hours(slot),
        *_of_schools(slot, centre),
    ]
    return sorted(found, key=lambda clash: not clash.needs_reason)


def at_the_same_days(slot: Slot, centre: Centre) -> list[Lecture]:
    """The other lectures of the centre that stand on any of its days; two queries."""
    return list(
        Lecture.objects.filter(centre=centre)
        .touching(slot.held_on, slot.last_on + timedelta(days=1))
        .standing()
        .exclude(uid__in=[slot.uid] if slot.uid else [])
        .for_list()
        .select_related("room")
        .with_lecturers()
        .order_by("held_on", "starts_at", "pk")
    )


def _with_others(slot: Slot, centre: Centre) -> Iterator[Clash]:
    for lecture in at_the_same_days(slot, centre):
        other = slot_of(lecture)
        values = {"title": lecture.title, "at": f"{lecture.starts_at:%H:%M}"}
        for lecturer in in_both(slot, other):
            yield Clash(
                "lecturer_twice",
                _("%(who)sは「%(title)s」(%(at)sから)と重なります。移動の時間も含みます。")
                % {**values, "who": lecturer},
                needs_reason=True,
            )
        if not slot.hours.meets(other.hours):
            continue
        if is_same_room(slot, other):
            yield Clash(
                "room_twice",
                _("部屋は「%(title)s」(%(at)sから)が使います。") % values,
                needs_reason=True,
            )
        elif lecture.venue and lecture.venue == slot.venue:
            yield Clash(
                "same_venue", _("同じ会場・同じ時間帯に「%(title)s」(%(at)sから)があります。") % values
            )
        else:
            yield Clash(
                "same_time", _("同じ時間帯に別の会場で「%(title)s」(%(at)sから)があります。") % values
            )


def in_both(slot: Slot, other: Slot) -> list[Lecturer]:
    """Those of the roster who would have to be in both, with the way between them."""
    if not slot.away(other.venue).meets(other.away(slot.venue)):
        return []
    return [lecturer for lecturer in slot.lecturers if lecturer in other.lecturers]


def is_same_room(slot: Slot, other: Slot) -> bool:
    """Whether both want one room of the centre at once; their days are known to meet."""
    return slot.room is not None and slot.room == other.room and slot.hours.meets(other.hours)


def _of_lecturers(slot: Slot) -> Iterator[Clash]:
    """What each of them does not take on; no query where no cap is agreed."""
    capped = [lecturer.pk for lecturer in slot.lecturers if lecturer.yearly_cap is not None]
    found = loads(capped, calendar.fiscal_year(slot.held_on), but=slot.uid) if capped else {}
    for lecturer in slot.lecturers:
        yield from of_lecturer(lecturer, slot, found.get(lecturer.pk, 0))


def of_lecturer(lecturer: Lecturer, slot: Slot, load: int) -> Iterator[Clash]:
    """What the lecturer does not take on; `load` counts the other lectures of the 年度."""
    who = {"who": lecturer.label}
    if lecturer.weekdays and slot.held_on.weekday() not in lecturer.weekdays:
        yield Clash("lecturer_off", _("%(who)sが担当できる曜日ではありません。") % who, needs_reason=True)
    if slot.theme and lecturer.themes and slot.theme not in lecturer.themes:
        theme = codes(CodeKind.SCAM_TYPE).text(slot.theme)
        yield Clash(
            "lecturer_theme",
            _("「%(theme)s」は、%(who)sの話せるテーマに入っていません。") % {**who, "theme": theme},
        )
    if lecturer.yearly_cap is not None and load >= lecturer.yearly_cap:
        told = ngettext(
            "%(who)sはこの年度にすでに%(n)s回で、上限に達しています。",
            "%(who)sはこの年度にすでに%(n)s回で、上限に達しています。",
            load,
        )
        yield Clash("lecturer_cap", told % {**who, "n": load}, needs_reason=True)


def loads(lecturers: Iterable[int], fiscal_year: int, *, but: uuid.UUID | None = None) -> dict[int, int]:
    """Lectures of the 年度 that stand, by lecturer's key, without the lecture `but`; one query."""
    found = (
        Lecture.objects.filter(lecturers__in=list(lecturers))
        .held_in(*calendar.fiscal_year_range(fiscal_year))
        .standing()
        .exclude(uid__in=[but] if but else [])
    )
    return dict(Counter(found.values_list("lecturers", flat=True)))


def _of_the_days(slot: Slot, closed: Closed) -> Iterator[Clash]:
    days = [slot.held_on + timedelta(days=n) for n in range((slot.last_on - slot.held_on).days + 1)]
    if not slot.is_one_day:
        off = sum(not calendar.is_working_day(day, closed) for day in days)
        if off:
            yield Clash(
                "days_off",
                ngettext("期間に休みの日が%(n)s日あります。", "期間に休みの日が%(n)s日あります。", off)
                % {"n": off},
            )
        return
    yield from _of_one_day(slot.held_on, closed)


def _of_one_day(day: date, closed: Closed) -> Iterator[Clash]:
    if day in closed.opened:
        return
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        yield Clash("turn_of_year", _("開催日は年末年始(12月29日〜1月3日)です。"), needs_reason=True)
    elif calendar.is_holiday(day):
        yield Clash("holiday", _("開催日は祝日です。"), needs_reason=True)
    elif day.weekday() >= 5:
        weekday = calendar.weekday_letter(day)
        yield Clash("weekend", _("開催日は%(weekday)s曜日です。") % {"weekday": weekday})
    if day in closed.closed:
        yield Clash("closed", _("開催日はセンターの休みの日です。"), needs_reason=True)


def _of_the_hours(slot: Slot) -> Iterator[Clash]:
    if slot.starts_at < OPENS or slot.ends_at > CLOSES:
        yield Clash("hours", _("9時から17時までの外の時間です。"))
    if slot.is_one_day and slot.hours.end - slot.hours.start > timedelta(minutes=LONGEST_MINUTES):
        yield Clash("long", _("2時間を超えています。"))


def _of_schools(slot: Slot, centre: Centre) -> Iterator[Clash]:
    """Holidays, examinations and events of the school year, where the audience comes together in a school."""
    if not audiences.is_school(slot.audience):
        return
    for row in school.against(centre, slot.held_on, slot.last_on, slot.venue):
        values = {"what": str(row), "school": row.school or _("市の全校")}
        yield Clash(
            f"school_{row.kind.lower()}",
            _("学校の予定「%(what)s」(%(school)s)と重なります。") % values,
            needs_reason=row.kind != row.Kind.EVENT,
        )


def _span(starts_at: time, ends_at: time, before: int = 0, after: int = 0) -> Span:
    day = date(2000, 1, 2)
    return Span(
        datetime.combine(day, starts_at) - timedelta(minutes=before),
        datetime.combine(day, ends_at) + timedelta(minutes=after),
    )
