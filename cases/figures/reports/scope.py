"""What a report is about: a centre, a period, the same period a year before, and one cut of the fact log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import code_maps, measures, reclassified
from cases.figures import limits as age_limits
from cases.figures.limits import AgeLimits
from cases.figures.measures import CASES, Comparison, Question
from cases.figures.reclassified import CodeMap
from cases.figures.reports.models import ReportAmounts
from cases.law import calendar
from cases.records.centre import Centre

Only = Mapping[str, Collection[str]]
"""Conditions, of which every one must hold: a dimension and the codes that count."""
Taken = Mapping[tuple[str, str, bool], ReportAmounts]
"""By measure, group (ALL_AGES, ELDER, YOUNG) and whether it is of the year before."""
ALL_AGES: Final = "ALL"
_EARLIEST: Final = date(1950, 4, 1)
YEARS_SHOWN: Final = 10
MONTHS_SHOWN: Final = 13


class Span(StrEnum):
    """How long a report is. Values as stored."""

    YEAR = "YEAR"
    MONTH = "MONTH"


class Before(StrEnum):
    """What there is of the year before: nothing, a part of it, or the whole."""

    NONE = "none"
    PART = "part"
    WHOLE = "whole"


class PeriodNotBegun(CasesError):
    """Nothing can be reported of a period that lies ahead."""

    code: ClassVar[str] = "period_not_begun"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("まだ始まっていない期間の報告は作れません。"))


@dataclass(frozen=True)
class Example:
    """A case told without persons, in words of whoever chose it."""

    title: str
    text: str


@dataclass(frozen=True)
class Scope:
    """受付日 in [start, end) at one centre, as of the fact `as_of`. Every answer of one scope is of that one cut.

    `taken`: what erasure took out of the yen of this issued report, to be counted with what stands.
    `first_month` is the first day of the month of the centre's oldest case, None where it has no case.
    """

    centre: Centre
    span: Span
    start: date
    end: date
    as_of: int
    recorded_at: datetime | None
    first_month: date | None
    limits: AgeLimits = field(default_factory=AgeLimits)
    code_map: CodeMap = field(default_factory=reclassified.shipped)
    examples: Sequence[Example] = ()
    taken: Taken = field(default_factory=dict)
    _asked: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def centre_ids(self) -> frozenset[int]:
        return frozenset({self.centre.pk})

    @property
    def is_whole(self) -> bool:
        """Whether the period is a whole 年度 or month, not one that still goes on."""
        return (self.start, self.end) == whole_period(self.span, self.start)

    @property
    def name(self) -> str:
        """`令和7年度`, `令和8年11月`; with its last day where it still goes on."""
        named = name_of(self.span, self.start)
        if self.is_whole:
            return named
        last = calendar.month_and_day(self.end - timedelta(days=1))
        return _("%(period)s(%(last)sまで)") % {"period": named, "last": last}

    @property
    def before_name(self) -> str:
        if not self.is_whole:
            return _("前年同期")
        return _("前年度") if self.span == Span.YEAR else _("前年同月")

    @property
    def before(self) -> Before:
        start, end = measures.year_before(self.start), measures.year_before(self.end)
        if self.first_month is None or self.first_month >= end:
            return Before.NONE
        return Before.WHOLE if self.first_month <= start else Before.PART

    @property
    def elders(self) -> str:
        return _("高齢者(%(years)d歳以上)") % {"years": self.limits.senior_from}

    @property
    def young(self) -> str:
        return _("若者(%(years)d歳以下)") % {"years": self.limits.young_to}

    def question(
        self, rows: str, columns: str | None = None, only: Only | None = None, *, measure: str = CASES
    ) -> Question:
        return Question(
            self.centre_ids, self.start, self.end, rows, columns, measure, only or {}, self.as_of, limits=self.limits,
            code_map=self.code_map,
        )  # fmt: skip

    def questions(self, rows: str, *, measure: str) -> tuple[Question, Question]:
        """The same of the period and of a year before, for measures that `compared` does not answer."""
        now = self.question(rows, measure=measure)
        return now, replace(now, start=measures.year_before(self.start), end=measures.year_before(self.end))

    def compared(
        self, rows: str, columns: str | None = None, only: Only | None = None, *, measure: str = CASES
    ) -> Comparison:
        """The answer beside that of a year before; asked once, however many tables need it."""
        key = (rows, columns, tuple((name, *codes) for name, codes in (only or {}).items()), measure)
        if key not in self._asked:
            self._asked[key] = measures.compare(self.question(rows, columns, only, measure=measure))
        found: Comparison = self._asked[key]
        return found

    def code_sets(self) -> dict[str, int]:
        """The version of each code set that an answer of this scope used so far."""
        used: dict[str, int] = {}
        for found in self._asked.values():
            used |= found.now.definition["code_sets"]
        return used


def whole_period(span: Span, start: date) -> tuple[date, date]:
    """The half-open 年度 or month that begins on `start`."""
    if span == Span.YEAR:
        return calendar.fiscal_year_range(start.year)
    return start, (start + timedelta(days=31)).replace(day=1)


def name_of(span: Span, start: date) -> str:
    if span == Span.YEAR:
        return _("%(year)s度") % {"year": calendar.wareki_year(start)}
    return calendar.wareki_month(start)


def end_of(span: Span, start: date, *, today: date) -> date:
    """Where the report on a 年度 or month ends: behind `today` where it still goes on.

    Raises PeriodNotBegun.
    """
    if start > today:
        raise PeriodNotBegun
    return min(whole_period(span, start)[1], today + timedelta(days=1))


def scope_of(
    centre: Centre, span: Span, start: date, end: date, *, as_of: int | None = None,
    limits: AgeLimits | None = None, code_map: CodeMap | None = None, examples: Sequence[Example] = (),
    taken: Taken | None = None,
) -> Scope:  # fmt: skip
    """Without `as_of` the cut is the last fact there is; without `limits` or `code_map` those of the centre now."""
    months = measures.breakdown(Question(frozenset({centre.pk}), _EARLIEST, end, "month", as_of=as_of))
    used = [code for code, n in zip(months.row_codes, months.row_totals, strict=True) if n]
    first = date.fromisoformat(f"{min(used)}-01") if used else None
    recorded_at = months.definition["as_of"]["recorded_at"]
    moment = datetime.fromisoformat(recorded_at) if recorded_at else None
    limits = limits or age_limits.of_centres([centre.pk])
    code_map = code_map or code_maps.of_centres([centre.pk])
    return Scope(
        centre, span, start, end, months.as_of, moment, first, limits, code_map, examples, taken or {}
    )
