"""Whose turn it is with an application, since when, and what is to be done: told by its state, lecture and letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Actor
from outreach.applications.models import Application, ApplicationLetter
from outreach.lectures.models import Lecture

State = Application.State
Letter = ApplicationLetter.Kind


class Who(StrEnum):
    OFFICE = "OFFICE"
    APPLICANT = "APPLICANT"
    NOBODY = "NOBODY"
    """Nothing is to be done until the day of the lecture, or ever again."""


@dataclass(frozen=True)
class Turn:
    """`what` is a line for a list; `since` a day in Japan; `letter`: the kind of letter that is due, if one is."""

    who: Who
    what: str
    since: date
    letter: str = ""
    is_finished: bool = False

    def waiting_days(self, today: date) -> int:
        """Days that it has waited for somebody; 0 where nobody is waited for."""
        return 0 if self.who is Who.NOBODY else max((today - self.since).days, 0)


def told_of(lecture: Lecture) -> str:
    """What a letter tells of a lecture: when one of these changes, the group must be told anew."""
    return f"{lecture.held_on} {lecture.starts_at:%H:%M} {lecture.ends_at:%H:%M} {lecture.venue}"[:320]


def turn_of(application: Application, today: date) -> Turn:
    """Needs `for_list`: its lecture and its letters."""
    since = _day(application.state_at)
    if application.state == State.RECEIVED:
        return Turn(Who.OFFICE, _("内容を確かめる"), since)
    if application.state == State.CHECKING:
        return Turn(Who.APPLICANT, _("不足している内容の返事"), since)
    if application.state == State.ARRANGING:
        return Turn(Who.OFFICE, _("日程・講師・会場を決める"), since)
    letters = [letter for letter in application.letters.all() if letter.is_made]
    if application.state == State.REFUSED:
        return _letter_or_end(application, letters, Letter.REFUSAL, _("不承認通知書を出す"), since)
    if application.lecture is None:  # withdrawn before anything was decided
        return Turn(Who.NOBODY, _("取下げ"), since, is_finished=True)
    return _of_lecture(application, application.lecture, letters, today)


def _letter_or_end(
    application: Application, letters: Iterable[ApplicationLetter], kind: Letter, words: str, since: date
) -> Turn:
    if application.has_persons and not any(letter.kind == kind for letter in letters):
        return Turn(Who.OFFICE, words, since, letter=kind)
    return Turn(Who.NOBODY, _("終わりました"), since, is_finished=True)


def _of_lecture(
    application: Application, lecture: Lecture, letters: list[ApplicationLetter], today: date
) -> Turn:
    since = _day(application.state_at)
    last = letters[-1] if letters else None
    if lecture.state == Lecture.State.CANCELLED:
        if last is None:  # nothing was told, so nothing is to be taken back
            return Turn(Who.NOBODY, _("取消し"), since, is_finished=True)
        return _letter_or_end(
            application, letters, Letter.CANCEL, _("取消通知書を出す"), _day(lecture.changed_at)
        )
    if lecture.state == Lecture.State.DONE:
        return Turn(Who.NOBODY, _("報告済み"), lecture.held_on, is_finished=True)
    if lecture.held_on < today:
        return Turn(Who.OFFICE, _("実施の結果を記録する"), lecture.held_on)
    if last is None and application.has_persons:
        return Turn(Who.OFFICE, _("決定通知書を出す"), since, letter=Letter.DECISION)
    if last is not None and last.told != told_of(lecture) and application.has_persons:
        return Turn(Who.OFFICE, _("変更通知書を出す"), _day(lecture.changed_at), letter=Letter.CHANGE)
    return Turn(Who.NOBODY, _("当日を待つ"), since)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment, calendar.TOKYO).date()


@dataclass(frozen=True)
class Waiting:
    """A line of the list."""

    application: Application
    turn: Turn
    days: int


_ORDER: Final = {Who.OFFICE: 0, Who.APPLICANT: 1, Who.NOBODY: 2}


def waiting(actor: Actor) -> list[Waiting]:
    """All applications of the actor's centres that are under way: the office's turn first, the longest wait first."""
    today = calendar.today()
    rows = Application.objects.visible_to(actor).under_way().for_list()
    found = [(row, turn_of(row, today)) for row in rows]
    lines = [Waiting(row, turn, turn.waiting_days(today)) for row, turn in found if not turn.is_finished]
    return sorted(lines, key=lambda line: (_ORDER[line.turn.who], -line.days, line.application.pk))


def settle(application: Application) -> None:
    """Note whether it is finished, so that lists need not look at it again. Called after what may end it."""
    row = Application.objects.for_list().get(pk=application.pk)
    is_finished = turn_of(row, calendar.today()).is_finished
    if row.is_finished != is_finished:
        Application.objects.filter(pk=row.pk).update(is_finished=is_finished)
