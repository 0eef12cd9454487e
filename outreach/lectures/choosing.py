"""Who should speak: the roster in order of a score that says its reasons. Greedy, one lecture at a time.

The score is the sum of what is shown: theme (+3 named, +1 speaks about everything, -3 not among them) and load
(+1.5 for nobody's lectures yet, down to 0 for whoever has the most of this 年度, or has reached the cap). Who has
something against the day comes last whatever the score. Equal ones stand in order of their labels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.law import calendar
from cases.records.codes import Kind, codes
from outreach.lectures import clashes
from outreach.lectures.clashes import Slot
from outreach.lectures.models import Lecture
from outreach.lectures.roster.models import Lecturer

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
    """The active roster of the lecture's centre, the best first. Three queries, however many speak."""
    lecturers = list(Lecturer.objects.for_list().filter(centre=lecture.centre, is_active=True))
    slot = clashes.slot_of(lecture)
    others = [clashes.slot_of(other) for other in clashes.at_the_same_days(slot, lecture.centre)]
    year = calendar.fiscal_year(lecture.held_on)
    loads = clashes.loads([row.pk for row in lecturers], year, but=lecture.uid)
    most = max([*loads.values(), 1])
    found = [_candidate(row, slot, others, loads.get(row.pk, 0), most) for row in lecturers]
    return sorted(found, key=lambda one: (bool(one.against), -one.score, one.lecturer.label))


def _candidate(lecturer: Lecturer, slot: Slot, others: list[Slot], load: int, most: int) -> Candidate:
    theme, why = _theme(lecturer, slot)
    full = lecturer.yearly_cap or most
    ease = LEAST_LOAD * max(0.0, 1 - load / max(full, 1))
    reasons = [*why, _load(lecturer, load)]
    return Candidate(
        lecturer, theme + ease, reasons, list(_against(replace(slot, assigned=lecturer), others, load))
    )


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


def _against(slot: Slot, others: list[Slot], load: int) -> Iterator[str]:
    if any(clashes.is_same_speaker(slot, other) for other in others):
        yield _("同じ日に別の講座があり、移動を含めて間に合いません。")
    yield from (clash.text for clash in clashes.of_lecturer(slot, load) if clash.needs_reason)
