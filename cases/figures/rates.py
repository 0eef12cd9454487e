"""Cases per 1,000 residents: of the whole municipality, or of the districts, ages and sexes that the table names.

A dimension that residents have (age, district, sex) divides them too; any other (手口) divides the cases alone. A row
or column of time (月, 年度) is divided by the residents of its own time.
Where no residents are known there is no rate, never 0.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from cases.figures.answers import Answers
from cases.figures.breaks import span_of
from cases.figures.definition import definition_of
from cases.figures.limits import BETWEEN, ELDER, YOUNG, AgeLimits
from cases.figures.models import CaseFact
from cases.figures.population import ALL, People, Used, people_by_day
from cases.figures.questions import CASES, RATES, Question, require_measure
from cases.figures.residents import BOTH, FEMALE, MALE, OPEN
from cases.figures.tabulation import Reading, reading, shown, tabulate
from cases.records import ages

PER: Final = 1000
_SPLIT_AT: Final = {"senior": 65, "old_old": 75, "over_80": 80}
_Ages = tuple[int, int]
_Days = tuple[date, date]


@dataclass(frozen=True)
class Rate:
    """Cases and the residents they are divided by; `residents` is None where nobody knows them."""

    cases: int
    residents: int | None

    @property
    def value(self) -> Fraction | None:
        """Per 1,000 residents."""
        return Fraction(self.cases * PER, self.residents) if self.residents else None


@dataclass(frozen=True)
class Lived:
    """Which residents: of these ages, districts and sexes; None is all of them, an empty set nobody who is counted."""

    ages: frozenset[_Ages] | None = None
    areas: frozenset[str] | None = None
    sexes: frozenset[str] | None = None

    def and_also(self, other: "Lived") -> "Lived":
        """Who is among both."""
        return Lived(
            _overlap(self.ages, other.ages), _both(self.areas, other.areas), _both(self.sexes, other.sexes)
        )

    def count(self, of: People) -> int | None:
        spans = {(0, OPEN)} if self.ages is None else self.ages
        areas = (ALL,) if self.areas is None else tuple(sorted(self.areas))
        sexes = {BOTH} if self.sexes is None else self.sexes
        found = [
            of.between(first, end, areas=areas, sex=sex) for first, end in spans for sex in sexes if areas
        ]
        known = [number for number in found if number is not None]
        return sum(known) if known and len(known) == len(found) else None


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return (other if one is None else one) if one is None or other is None else one & other


def _overlap(one: frozenset[_Ages] | None, other: frozenset[_Ages] | None) -> frozenset[_Ages] | None:
    if one is None or other is None:
        return other if one is None else one
    spans = {(max(a, c), min(b, d)) for a, b in one for c, d in other}
    return frozenset((first, end) for first, end in spans if first < end)


def rates(question: Question) -> Answers[Rate]:
    """The rate per cell, row, column and whole, by the residents in the middle of the period, or of a code of time.

    The definition says whose tables of which days were taken, or `None` where there is none. As of an earlier cut
    they are the tables that held then. Raises QuestionNotUnderstood for another kind of measure.
    """
    require_measure(question, RATES)
    read = reading(replace(question, measure=CASES))
    found = tabulate(read)
    table = found.over(shown(question, found))
    rows, across, _layers = table.codes
    cases = table.counts.sum(axis=(2, 3))
    living = people_by_day(question.centre_ids, known_at=question.known_at or _until_the_next_fact(question))
    among = _Counted(living, (question.start, question.end), _conditions(read))
    by_row = [_named(read, question.rows, code) for code in rows]
    by_column = [_named(read, question.columns, code) for code in across]
    answers = Answers(
        definition={
            **definition_of(Reading(question, read.facts)),
            "per": PER,
            "population": None,
        },
        row_codes=tuple(rows),
        column_codes=tuple(across),
        cells=tuple(
            tuple(Rate(int(cases[n, m]), among(row, column)) for m, column in enumerate(by_column))
            for n, row in enumerate(by_row)
        ),
        row_totals=tuple(Rate(int(cases[n].sum()), among(row)) for n, row in enumerate(by_row)),
        column_totals=tuple(
            Rate(int(cases[:, m].sum()), among(column)) for m, column in enumerate(by_column)
        ),
        total=Rate(int(cases.sum()), among()),
    )
    return replace(answers, definition={**answers.definition, "population": among.told()})


def _until_the_next_fact(question: Question) -> datetime | None:
    """The last moment at which the cut was the newest one; None where it still is.

    So a table that was taken in after a cut, and before anything else was recorded, belongs to it: whoever asked then
    saw it. Who issued a rate knows the moment itself and says `known_at`.
    """
    if question.as_of is None:
        return None
    later = CaseFact.objects.filter(seq__gt=question.as_of).order_by("seq")
    return later.values_list("recorded_at", flat=True).first()


def _told(used: Used) -> dict[str, str]:
    return {"table": str(used.table), "as_of": used.as_of.isoformat(), "source": used.source}


@dataclass(frozen=True)
class _Named:
    """What a row or column says of residents: who, and the days of a code of time."""

    lived: Lived
    days: _Days | None


def _named(read: Reading, name: str | None, code: str) -> _Named:
    return _Named(lived(read, name, code), span_of(name, code) if name else None)


class _Counted:
    """How many live where these conditions all hold; each combination is asked for once."""

    def __init__(self, living: Callable[[date], People | None], days: _Days, conditions: Lived) -> None:
        self._living, self._days, self._conditions = living, days, conditions
        self._people: dict[date, People | None] = {}
        self._known: dict[tuple[date, Lived], int | None] = {}

    def __call__(self, *further: _Named) -> int | None:
        wanted, (start, end) = self._conditions, self._days
        for one in further:
            wanted = wanted.and_also(one.lived)
            if one.days is not None:
                start, end = max(start, one.days[0]), min(end, one.days[1])
        return self._count(start + (end - start) / 2, wanted)

    def _count(self, on: date, wanted: Lived) -> int | None:
        if on not in self._people:
            self._people[on] = self._living(on)
        living = self._people[on]
        if living is not None and (on, wanted) not in self._known:
            self._known[on, wanted] = wanted.count(living)
        return self._known.get((on, wanted))

    def told(self) -> list[dict[str, str]] | None:
        """The tables that were taken, by centre and day; None where there is none."""
        used = {one for living in self._people.values() if living is not None for one in living.used}
        return [_told(one) for one in sorted(used, key=lambda one: (one.centre_id, one.as_of))] or None


def _conditions(read: Reading) -> Lived:
    """Whom the filters leave."""
    everybody = Lived()
    for name, accepted in read.question.filters.items():
        found = [lived(read, name, code) for code in accepted]
        if found and found[0] != Lived():
            everybody = everybody.and_also(_any_of(found))
    return everybody


def _any_of(found: Iterable[Lived]) -> Lived:
    """Who is among one of these, which all name the same: ages, districts or sexes."""
    ages_of = [one.ages for one in found if one.ages is not None]
    areas = [one.areas for one in found if one.areas is not None]
    sexes = [one.sexes for one in found if one.sexes is not None]
    return Lived(
        _merged(frozenset().union(*ages_of)) if ages_of else None,
        frozenset().union(*areas) if areas else None,
        frozenset().union(*sexes) if sexes else None,
    )


def _merged(spans: Iterable[_Ages]) -> frozenset[_Ages]:
    """The same ages, nobody twice: 60歳代 and 60〜64歳 overlap."""
    found: list[_Ages] = []
    for first, end in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((first, end))
    return frozenset(found)


def lived(read: Reading, name: str | None, code: str) -> Lived:
    """The residents that a code of a dimension stands for; all of them where it says nothing of residents."""
    if name == "area":
        return Lived(areas=frozenset({code}))
    if name == "sex":
        return Lived(sexes=frozenset({code}) & {MALE, FEMALE})
    if name in ("age_band", "age_band_fine"):
        band = ages.BY_CODE.get(code)
        is_known = band is not None and band.start is not None
        return Lived(ages=_span(band.start or 0, band.end) if band is not None and is_known else frozenset())
    if name in _SPLIT_AT:
        limit = _SPLIT_AT[name]
        return Lived(
            ages={f"{limit}_OVER": _span(limit), f"UNDER_{limit}": _span(0, limit)}.get(code, frozenset())
        )
    if name == "age_group":
        return Lived(ages=_of_group(code, read.limits))
    return Lived()


def _span(first: int, end: int | None = None) -> frozenset[_Ages]:
    return frozenset({(first, OPEN if end is None else end)})


def _of_group(code: str, limits: AgeLimits) -> frozenset[_Ages]:
    return {
        YOUNG: _span(0, limits.young_to + 1),
        BETWEEN: _span(limits.young_to + 1, limits.senior_from),
        ELDER: _span(limits.senior_from),
    }.get(code, frozenset())
