"""Last days of rights over many cases at once: from dates in the open alone, nothing sealed is opened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.rights import OtherRight, words
from cases.law.rights.counting import months_after
from cases.records.case import Case
from cases.services.rights import CaseRight, last_days, others_of_case

SOON: Final = 3  # days left, from which on a last day is red
LIMITS_TOLD: Final = timedelta(days=60)
LIMITS_SOON: Final = 14
PASSED_TOLD: Final = 3
LONGEST_RIGHT: Final = timedelta(days=150)
"""More than any period of withdrawal (三月, 老人福祉法29条) with days to spare."""
_MONTHS_OF_LIMITS: Final = (12, 60, 120)
"""How long after the contract a right beside withdrawal may end: 過量販売, 取消権, and 取消権 of 霊感などの告知."""
_TOLD: Final = frozenset({"excess_quantity", "rescission"})
"""The rest has no day of its own (中途解約), or hangs on what an advertisement said (返品)."""


@dataclass(frozen=True)
class Deadline:
    """The last day of a right of one case. `is_earliest`: a date is missing, it may be later."""

    case: Case
    right: str
    last_day: date
    days_left: int
    is_earliest: bool = False

    @property
    def is_over(self) -> bool:
        return self.days_left < 0


def cooling_off(cases: Iterable[Case], as_of: date) -> list[Deadline]:
    """クーリング・オフ and the like, the next to end first; then those that have just passed.

    Rights of a case that end on the same day share a line.
    """
    held = [case for case in cases if _may_run(case, as_of)]
    by_case = last_days(held, as_of=as_of, passed=PASSED_TOLD)
    found = [one for case in held for one in _of_case(case, by_case.get(case.pk, ()))]
    return sorted(found, key=lambda one: (one.is_over, one.last_day))


def _of_case(case: Case, coming: Iterable[CaseRight]) -> Iterator[Deadline]:
    by_day: dict[tuple[date, int, bool], list[str]] = {}
    for right in coming:
        answer = right.answer
        if answer.last_day is None or answer.days_left is None:
            continue
        key = (answer.last_day, answer.days_left, answer.situation == "EARLIEST")
        by_day.setdefault(key, []).append(words.withdrawal_label(right.transaction))
    for (last_day, days_left, is_earliest), labels in by_day.items():
        yield Deadline(case, _("・").join(labels), last_day, days_left, is_earliest)


def _may_run(case: Case, as_of: date) -> bool:
    """Whether a right of weeks or months can still run: a date of the last months, or facts that may hold one.

    The engine takes a millisecond for each case, and most open cases of a desk are older.
    """
    dates = (case.contracted_on, case.document_received_on, case.goods_received_on)
    return bool(case.law_facts) or any(day is not None and day >= as_of - LONGEST_RIGHT for day in dates)


def limits(cases: Iterable[Case], as_of: date) -> list[Deadline]:
    """Rights beside withdrawal that end within 60 days, each by its own count: 過量販売 a year from the contract;
    取消権 from when the lie was found out, where that is known, and from the contract at the latest."""
    found = [
        Deadline(case, words.other_label(other), last_day, (last_day - as_of).days)
        for case in cases
        if _may_end(case, as_of)
        for other in others_of_case(case, as_of=as_of)
        if (last_day := _told(other, as_of)) is not None
    ]
    return sorted(found, key=lambda one: one.last_day)


def _told(other: OtherRight, as_of: date) -> date | None:
    """The last day of a right that 今日 tells."""
    if other.kind not in _TOLD or other.last_day is None:
        return None
    return other.last_day if _is_near(other.last_day, as_of) else None


def _is_near(day: date, as_of: date) -> bool:
    return timedelta(0) <= day - as_of <= LIMITS_TOLD


def _may_end(case: Case, as_of: date) -> bool:
    """Whether the engine need be asked: a contract of the right age, or a day from which a 取消権 counts."""
    if case.contracted_on is not None and any(
        _is_near(months_after(case.contracted_on, months), as_of) for months in _MONTHS_OF_LIMITS
    ):
        return True
    return "noticed_on" in case.law_facts


def in_words(deadline: Deadline) -> str:
    """「11月27日(金)まで あと2日」."""
    words = {
        "day": calendar.month_and_day(deadline.last_day),
        "weekday": calendar.weekday_letter(deadline.last_day),
    }
    if deadline.days_left > 0:
        left = _("あと%(n)d日") % {"n": deadline.days_left}
    else:
        left = _("今日まで") if deadline.days_left == 0 else _("過ぎました")
    text = _("早ければ%(day)s(%(weekday)s)まで") if deadline.is_earliest else _("%(day)s(%(weekday)s)まで")
    return f"{text % words} {left}"
