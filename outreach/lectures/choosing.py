"""Who should speak: the roster in order of a score that says its reasons. Greedy, one lecture at a time.

The score is the sum of what is shown: theme (+3 named, +1 speaks about everything, -3 not among them) and load
(+1.5 for nobody's lectures yet, down to 0 for whoever has the most of this 年度, or has reached the cap). Who has
something against the day comes last whatever the score. Equal ones stand in order of their labels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.law import calendar
from cases.records.centre import Centre
from cases.records.codes import Kind, codes
from outreach.lectures import clashes
from outreach.lectures.clashes import Slot
from outreach.lectures.models import Lecture
from outreach.lectures.roster.models import Lecturer, Room

THEME_NAMED: Final = 3.0
THEME_ANY: Final = 1.0
THEME_NOT: Final = -3.0
LEAST_LOAD: Final = 1.5


@dataclass(frozen=True)
class Candidate:
    """One lecturer. `reasons` make the score; `against` are sentences of clashes that need a typed reason."""

    lecturer: Lecturer
    score: float
    reasons: list[str]
    against: list[str]


def candidates(lecture: Lecture) -> list[Candidate]:
    """The active roster of the lecture's centre and who speaks already, the best first. Four queries."""
    slot = clashes.slot_of(lecture)
    lecturers = [*_active(lecture.centre), *(row for row in slot.lecturers if not row.is_active)]
    others, loads = _known(slot, lecturers, lecture.centre)
    most = max([*loads.values(), 1])
    found = [_candidate(row, slot, others, loads.get(row.pk, 0), most) for row in lecturers]
    return sorted(found, key=lambda one: (bool(one.against), -one.score, one.lecturer.label))


@dataclass(frozen=True)
class Beside:
    """A lecturer or a room beside several times: what stands against it at each, nothing where it is free."""

    of: Lecturer | Room
    against: list[list[str]]


def beside(slots: Sequence[Slot], centre: Centre) -> tuple[list[Beside], list[Beside]]:
    """The active lecturers and rooms of the centre at each of the times. Two queries, and three for each time."""
    lecturers, rooms = _active(centre), list(Room.objects.filter(centre=centre, is_active=True))
    by_lecturer: list[list[list[str]]] = [[] for _row in lecturers]
    by_room: list[list[list[str]]] = [[] for _row in rooms]
    for slot in slots:
        others, loads = _known(slot, lecturers, centre)
        for n, lecturer in enumerate(lecturers):
            by_lecturer[n].append(list(_against(lecturer, slot, others, loads.get(lecturer.pk, 0))))
        for n, room in enumerate(rooms):
            is_taken = any(clashes.is_same_room(replace(slot, room=room), other) for other in others)
            by_room[n].append([_("別の講座が使います。")] if is_taken else [])
    return (
        [Beside(row, by_lecturer[n]) for n, row in enumerate(lecturers)],
        [Beside(row, by_room[n]) for n, row in enumerate(rooms)],
    )


def _active(centre: Centre) -> list[Lecturer]:
    return list(Lecturer.objects.for_list().filter(centre=centre, is_active=True))


def _known(slot: Slot, lecturers: Sequence[Lecturer], centre: Centre) -> tuple[list[Slot], dict[int, int]]:
    """The other lectures of its days, and how many each lecturer has in its 年度."""
    others = [clashes.slot_of(other) for other in clashes.at_the_same_days(slot, centre)]
    year = calendar.fiscal_year(slot.held_on)
    return others, clashes.loads([row.pk for row in lecturers], year, but=slot.uid)


def _candidate(lecturer: Lecturer, slot: Slot, others: list[Slot], load: int, most: int) -> Candidate:
    theme, why = _theme(lecturer, slot)
    full = lecturer.yearly_cap or most
    ease = LEAST_LOAD * max(0.0, 1 - load / max(full, 1))
    reasons = [*why, _load(lecturer, load)]
    return Candidate(lecturer, theme + ease, reasons, list(_against(lecturer, slot, others, load)))


def _theme(lecturer: Lecturer, slot: Slot) -> tuple[float, list[str]]:
    if not slot.theme:
        return 0.0, []
    values = {"theme": codes(Kind.SCAM_TYPE).text(slot.theme)}
    if not lecturer.themes:
        return THEME_ANY, [_("どのテーマも話せます。")]
    if slot.theme in lecturer.themes:
        return THEME_NAMED, [_("「%(theme)s」を話せます。") % values]
    return THEME_NOT, [_("「%(theme)s」は、講師の話せるテーマに入っていません。") % values]


def _load(lecturer: Lecturer, load: int) -> str:
    told = ngettext("今年度は%(n)s回です。", "今年度は%(n)s回です。", load) % {"n": load}
    if lecturer.yearly_cap is None:
        return told
    return _("今年度は%(n)s回です(上限%(cap)s回)。") % {"n": load, "cap": lecturer.yearly_cap}


def _against(lecturer: Lecturer, slot: Slot, others: list[Slot], load: int) -> Iterator[str]:
    speaking = replace(slot, lecturers=(lecturer,))
    if any(clashes.in_both(speaking, other) for other in others):
        yield _("同じ日に別の講座があり、移動を含めて間に合いません。")
    yield from (clash.text for clash in clashes.of_lecturer(lecturer, slot, load) if clash.needs_reason)
