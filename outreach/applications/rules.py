"""The rules of 出前講座 as numbers and codes, and the judgement of an application by them. Pure: no database, no clock.

A rule that is not kept forbids nothing: it warns, and staff may go on with a reason on record. What is not known yet
is never taken as kept. Sources: the rules that 相模原市, 港区 and 倉敷市 publish for their lectures (ten people or
more, half of them of the city; about a month ahead; working days from 9 to 17; up to two hours; not from 29 December
to 3 January; no politics, religion, profit or complaints to the city).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, time, timedelta
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar


class Known(models.TextChoices):
    """An answer that may still be open."""

    UNKNOWN = "UNKNOWN", gettext_lazy("未確認")
    YES = "YES", gettext_lazy("はい")
    NO = "NO", gettext_lazy("いいえ")


class Purpose(models.TextChoices):
    """What a meeting is for, as far as a rule asks."""

    UNKNOWN = "UNKNOWN", gettext_lazy("未確認")
    LEARNING = "LEARNING", gettext_lazy("くらしの学習")
    POLITICS = "POLITICS", gettext_lazy("政治活動")
    RELIGION = "RELIGION", gettext_lazy("宗教活動")
    PROFIT = "PROFIT", gettext_lazy("営利・宣伝")
    COMPLAINT = "COMPLAINT", gettext_lazy("市への苦情・要望")


REFUSABLE: Final = (Purpose.POLITICS, Purpose.RELIGION, Purpose.PROFIT, Purpose.COMPLAINT)


class Rule(models.TextChoices):
    PEOPLE = "PEOPLE", gettext_lazy("人数")
    MEMBERS = "MEMBERS", gettext_lazy("参加者")
    VENUE = "VENUE", gettext_lazy("会場")
    PURPOSE = "PURPOSE", gettext_lazy("目的")
    CANDIDATES = "CANDIDATES", gettext_lazy("候補日")
    LEAD = "LEAD", gettext_lazy("申込みの期限")
    DAY = "DAY", gettext_lazy("曜日・休日")
    YEAR_END = "YEAR_END", gettext_lazy("年末年始")
    HOURS = "HOURS", gettext_lazy("時間帯")
    LENGTH = "LENGTH", gettext_lazy("講座の長さ")


OF_A_TIME: Final = (Rule.LEAD, Rule.DAY, Rule.YEAR_END, Rule.HOURS, Rule.LENGTH)
"""Rules that a time keeps or not; the others concern the application as a whole."""


class Outcome(models.TextChoices):
    MET = "MET", gettext_lazy("合っています")
    UNMET = "UNMET", gettext_lazy("合いません")
    UNKNOWN = "UNKNOWN", gettext_lazy("未確認")
    EXEMPT = "EXEMPT", gettext_lazy("学校のため問いません")


@dataclass(frozen=True)
class RuleBook:
    """A centre's rules. Days of the week count from Monday, 0, as Python does; lengths are minutes."""

    least_people: int = 10
    members_in_city: bool = True
    venue_in_city: bool = True
    refused: tuple[str, ...] = tuple(REFUSABLE)
    least_candidates: int = 2
    lead_days: int = 30
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    on_holidays: bool = False
    year_end: bool = False
    opens: time = time(9)
    closes: time = time(17)
    shortest: int = 30
    longest: int = 120
    school_exempt: tuple[str, ...] = (Rule.PEOPLE, Rule.CANDIDATES)
    keep_years: int = 3
    symbol: str = ""

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "RuleBook":
        """The book that `plain` told of; what an older version did not know stays as shipped."""
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in plain.items() if name in known}
        for name in ("opens", "closes"):
            if name in given:
                given[name] = time.fromisoformat(given[name])
        for name in ("refused", "weekdays", "school_exempt"):
            if name in given:
                given[name] = tuple(given[name])
        return cls(**given)

    @property
    def plain(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            **asdict(self),
            "opens": f"{self.opens:%H:%M}",
            "closes": f"{self.closes:%H:%M}",
            "refused": [str(code) for code in self.refused],
            "weekdays": list(self.weekdays),
            "school_exempt": [str(code) for code in self.school_exempt],
        }


@dataclass(frozen=True)
class Slot:
    """A time asked for, in Japan."""

    day: date
    starts_at: time
    ends_at: time

    @property
    def minutes(self) -> int:
        return (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute


@dataclass(frozen=True)
class Asked:
    """What the rules look at."""

    people: int | None
    members_in_city: str
    venue_in_city: str
    purpose: str
    slots: Sequence[Slot]
    is_school: bool = False


@dataclass(frozen=True)
class Finding:
    """One rule and what came of it. `position`: of the time that it speaks of, from 1; 0 for the application."""

    rule: Rule
    outcome: Outcome
    words: str
    position: int = 0

    @property
    def is_kept(self) -> bool:
        return self.outcome in (Outcome.MET, Outcome.EXEMPT)


def judge(asked: Asked, book: RuleBook, *, on: date) -> list[Finding]:
    """Every rule, the application first, then each time in its order. `on`: the day it was received."""
    return [
        *_of_the_whole(asked, book),
        *(
            finding
            for position, slot in enumerate(asked.slots, start=1)
            for finding in judge_time(slot, book, on=on, is_school=asked.is_school, position=position)
        ),
    ]


def judge_time(
    slot: Slot, book: RuleBook, *, on: date, is_school: bool = False, position: int = 0
) -> Iterator[Finding]:
    """The rules of a time alone, for a time that nobody asked for as well."""
    found = (
        (Rule.LEAD, *_lead(slot, book, on)),
        (Rule.DAY, *_day(slot, book)),
        (Rule.YEAR_END, *_year_end(slot, book)),
        (Rule.HOURS, *_hours(slot, book)),
        (Rule.LENGTH, *_length(slot, book)),
    )
    for rule, is_met, words in found:
        yield _finding(rule, Outcome.MET if is_met else Outcome.UNMET, words, book, is_school, position)


def _finding(
    rule: Rule, outcome: Outcome, words: str, book: RuleBook, is_school: bool, position: int = 0
) -> Finding:
    if is_school and rule in book.school_exempt and outcome is not Outcome.MET:
        outcome = Outcome.EXEMPT
    return Finding(rule, outcome, words, position)


def _of_the_whole(asked: Asked, book: RuleBook) -> Iterator[Finding]:
    found = [(Rule.PEOPLE, *_people(asked, book))]
    if book.members_in_city:
        found.append(
            (
                Rule.MEMBERS,
                _of_known(asked.members_in_city),
                _("参加者の半数以上が、市内に住むか、通勤・通学する人"),
            )
        )
    if book.venue_in_city:
        found.append((Rule.VENUE, _of_known(asked.venue_in_city), _("会場が市内")))
    found.append((Rule.PURPOSE, *_purpose(asked, book)))
    enough = len(asked.slots) >= book.least_candidates
    words = _("候補日は%(least)d日以上(%(given)d日)") % {
        "least": book.least_candidates, "given": len(asked.slots),
    }  # fmt: skip
    found.append((Rule.CANDIDATES, Outcome.MET if enough else Outcome.UNMET, words))
    for rule, outcome, words in found:
        yield _finding(rule, outcome, words, book, asked.is_school)


def _of_known(answer: str) -> Outcome:
    return {Known.YES.value: Outcome.MET, Known.NO.value: Outcome.UNMET}.get(answer, Outcome.UNKNOWN)


def _people(asked: Asked, book: RuleBook) -> tuple[Outcome, str]:
    if asked.people is None:
        return Outcome.UNKNOWN, _("%(least)d人以上(人数は未確認)") % {"least": book.least_people}
    words = _("%(least)d人以上(予定%(people)d人)") % {"least": book.least_people, "people": asked.people}
    return (Outcome.MET if asked.people >= book.least_people else Outcome.UNMET), words


def _purpose(asked: Asked, book: RuleBook) -> tuple[Outcome, str]:
    refused = _("、").join(str(Purpose(code).label) for code in book.refused)
    words = _("次の目的でない: %(refused)s") % {"refused": refused or _("なし")}
    if asked.purpose == Purpose.UNKNOWN:
        return Outcome.UNKNOWN, words
    return (Outcome.UNMET if asked.purpose in book.refused else Outcome.MET), words


def _lead(slot: Slot, book: RuleBook, on: date) -> tuple[bool, str]:
    days = (slot.day - on).days
    words = _("開催日の%(least)d日前までの申込み(%(days)d日前)") % {"least": book.lead_days, "days": days}
    if days < 0:
        words = _("開催日が受付日より前です。")
    return slot.day >= on + timedelta(days=book.lead_days), words


def _day(slot: Slot, book: RuleBook) -> tuple[bool, str]:
    letter = calendar.weekday_letter(slot.day)
    if calendar.is_holiday(slot.day):
        return book.on_holidays, _("祝日・休日(%(letter)s)") % {"letter": letter}
    return slot.day.weekday() in book.weekdays, _("%(letter)s曜日") % {"letter": letter}


def _year_end(slot: Slot, book: RuleBook) -> tuple[bool, str]:
    is_year_end = (slot.day.month, slot.day.day) >= (12, 29) or (slot.day.month, slot.day.day) <= (1, 3)
    return book.year_end or not is_year_end, _("12月29日から1月3日までは行わない")


def _hours(slot: Slot, book: RuleBook) -> tuple[bool, str]:
    words = _("%(opens)sから%(closes)sまで") % {
        "opens": f"{book.opens:%H:%M}", "closes": f"{book.closes:%H:%M}",
    }  # fmt: skip
    return book.opens <= slot.starts_at and slot.ends_at <= book.closes, words


def _length(slot: Slot, book: RuleBook) -> tuple[bool, str]:
    words = _("%(shortest)d分から%(longest)d分まで(%(minutes)d分)") % {
        "shortest": book.shortest, "longest": book.longest, "minutes": slot.minutes,
    }  # fmt: skip
    return book.shortest <= slot.minutes <= book.longest, words
