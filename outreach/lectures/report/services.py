"""Filing the 実施報告 of a lecture that was held."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor
from cases.services.entry import EntryRefused
from outreach.lectures.kinds import MOST, NUMBERS, Need
from outreach.lectures.models import Lecture
from outreach.lectures.report.bands import BANDS, QUESTIONS
from outreach.lectures.report.models import LectureReport
from outreach.words import Masking

ASKED_LENGTH: Final = 2000
# Beyond that a row of next themes is a list, not an answer.
MOST_THEMES: Final = 20


class LectureNotDone(CasesError):
    """The report comes after the result: how many came is known first."""

    code: ClassVar[str] = "lecture_not_done"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("先に実施の結果を記録してください。"))


@dataclass(frozen=True, kw_only=True)
class ReportEntry:
    """What is typed. Counts are people for `bands`, sheets for `answers` and `next_themes`; None is not counted.

    `people` corrects the number of the result, None leaves it.
    """

    people: int | None = None
    bands: Mapping[str, int] = field(default_factory=dict)
    answered: int | None = None
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    next_themes: Mapping[str, int] = field(default_factory=dict)
    asked: str = ""
    cases: int | None = None


@dataclass(frozen=True)
class Filed:
    report: LectureReport
    masked: list[str]


@transaction.atomic
def file_report(uid: uuid.UUID, entry: ReportEntry, *, by: Actor) -> Filed:
    """The report on a lecture that was held; filed again to correct it.

    Raises Lecture.DoesNotExist outside the actor's scope, LectureNotDone, EntryRefused.
    """
    found = Lecture.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    lecture = found.get(uid=uid)
    if lecture.state != Lecture.State.DONE:
        raise LectureNotDone
    if faults := dict(_faults(entry, lecture)):
        raise EntryRefused(faults)
    if entry.people is not None and entry.people != lecture.people:
        lecture.people = entry.people
        lecture.save(update_fields=["people", "changed_at"])
    masking = Masking(lecture.centre)
    report, _is_new = LectureReport.objects.get_or_create(lecture=lecture)
    report.bands = dict(entry.bands)
    report.answered = entry.answered
    report.answers = {question: dict(counts) for question, counts in entry.answers.items() if counts}
    report.next_themes = dict(entry.next_themes)
    report.asked = masking.text(entry.asked.strip())
    report.cases = entry.cases
    report.filed_by_id = by.pk
    report.save()
    audit.record("LECTURE_REPORT_FILED", by=by, centre=lecture.centre)
    return Filed(report, masking.masked)


def _faults(entry: ReportEntry, lecture: Lecture) -> Iterator[tuple[str, str]]:
    if any(not 0 <= count <= MOST for count in _counts(entry)):
        yield "answered", _("数を確認してください。")
    if not set(entry.bands) <= set(BANDS):
        yield "bands", _("選び直してください。")
    people = entry.people if entry.people is not None else (lecture.people or 0)
    if entry.people is not None and NUMBERS[lecture.result_kind].people is Need.NONE:
        yield "people", _("この種類に参加人数はありません。")
    elif entry.bands and sum(entry.bands.values()) != people:
        values = {"sum": sum(entry.bands.values()), "people": people}
        yield (
            "bands",
            _(
                "年代の合計(%(sum)d人)が参加人数(%(people)d人)と合いません。分からない人は年代不明に入れてください。"
            )
            % values,
        )
    yield from _of_answers(entry)
    if len(entry.asked) > ASKED_LENGTH:
        yield "asked", _("%(most)s文字以内で入力してください。") % {"most": ASKED_LENGTH}


def _of_answers(entry: ReportEntry) -> Iterator[tuple[str, str]]:
    """One sheet ticks one choice of a question at most, and may wish for several themes."""
    most = entry.answered or 0
    for question, counts in entry.answers.items():
        if question not in QUESTIONS or not set(counts) <= set(QUESTIONS[question][1]):
            yield question, _("選び直してください。")
        elif sum(counts.values()) > most:
            values = {"sum": sum(counts.values()), "answered": most}
            yield question, _("合計(%(sum)d枚)が回答数(%(answered)d枚)より多くなっています。") % values
    themes = entry.next_themes
    if len(themes) > MOST_THEMES or not set(themes) <= set(codes.codes(codes.Kind.SCAM_TYPE).by_code):
        yield "next_themes", _("選び直してください。")
    elif any(count > most for count in themes.values()):
        yield "next_themes", _("回答数(%(answered)d枚)より多いテーマがあります。") % {"answered": most}


def _counts(entry: ReportEntry) -> Iterator[int]:
    yield from (count for count in (entry.people, entry.answered, entry.cases) if count is not None)
    yield from entry.bands.values()
    yield from entry.next_themes.values()
    for counts in entry.answers.values():
        yield from counts.values()


def matches(lecture: Lecture, people: int | None) -> bool:
    """Whether the ages of a filed report still add up to this many people."""
    report = LectureReport.objects.filter(lecture=lecture).only("bands").first()
    return report is None or not report.bands or sum(report.bands.values()) == (people or 0)
