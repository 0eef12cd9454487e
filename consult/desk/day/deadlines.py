"""Last days of rights over many cases at once: from dates in the open alone, nothing sealed is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.rights.counting import years_after
from cases.records.case import Case
from cases.services.rights import last_days

SOON: Final = 3  # days left, from which on a last day is red
LIMITS_TOLD: Final = timedelta(days=60)
LIMITS_SOON: Final = 14
PASSED_TOLD: Final = 3
LONGEST_RIGHT: Final = timedelta(days=150)
"""More than any period of withdrawal (三月, 老人福祉法29条) with days to spare."""


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
    """クーリング・オフ and the like, the next to end first; then those that have just passed."""
    held = [case for case in cases if _may_run(case, as_of)]
    by_case = last_days(held, as_of=as_of, passed=PASSED_TOLD)
    found = []
    for case in held:
        answer = by_case[case.pk].answer if case.pk in by_case else None
        if answer is None or answer.last_day is None or answer.days_left is None:
            continue
        is_earliest = answer.situation == "EARLIEST"
        found.append(Deadline(case, _("クーリング・オフ"), answer.last_day, answer.days_left, is_earliest))
    return sorted(found, key=lambda one: (one.is_over, one.last_day))


def _may_run(case: Case, as_of: date) -> bool:
    """Whether a right of weeks or months can still run: a date of the last months, or facts that may hold one.

    The engine takes a millisecond for each case, and most open cases of a desk are older.
    """
    dates = (case.contracted_on, case.document_received_on, case.goods_received_on)
    return bool(case.law_facts) or any(day is not None and day >= as_of - LONGEST_RIGHT for day in dates)


def limits(cases: Iterable[Case], as_of: date) -> list[Deadline]:
    """取消権 that runs out within 60 days: a year from when one could have known, at the earliest from the contract;
    five years from the contract at the latest (消費者契約法7条1項, 特定商取引法9条の3第4項)."""
    found = []
    for case in cases:
        if case.contracted_on is None:
            continue
        for years, right in ((1, _("取消権(気づいた時から1年)")), (5, _("取消権(契約から5年)"))):
            last_day = years_after(case.contracted_on, years)
            if timedelta(0) <= last_day - as_of <= LIMITS_TOLD:
                found.append(Deadline(case, right, last_day, (last_day - as_of).days, years == 1))
    return sorted(found, key=lambda one: one.last_day)


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
