"""Amounts, shares and rates, row by row of every dimension: what the engine answers against the case table itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Any, Final

import numpy as np

from cases.figures import code_maps, limits, measures, ratios
from cases.figures.amounts import Amounts
from cases.figures.breaks import span_of
from cases.figures.dimensions import DIMENSIONS, PARTY
from cases.figures.facts import CASE, CONTACT
from cases.figures.limits import BETWEEN, ELDER, YOUNG, AgeLimits
from cases.figures.measures import CASES, SHARES, Question
from cases.figures.population_rows import PopulationTable, Residents
from cases.figures.questions import (
    CONTACT_MINUTES,
    CONTRACT_YEN,
    DAYS_TO_CLOSE,
    PAID_YEN,
    RATE_PER_1000,
    RECOVERED_YEN,
)
from cases.figures.recount import pairs, table
from cases.figures.recount.differences import Difference, compared
from cases.figures.recount.table import UNKNOWN, Advance, Column
from cases.figures.residents import FEMALE, MALE, OPEN
from cases.records.case import Case

_EVER: Final = (date(1900, 1, 1), date(2200, 1, 1))
_YEN: Final = (CONTRACT_YEN, PAID_YEN, RECOVERED_YEN)
_ENDINGS: Final = 4
_OPEN_CASE: Final = ratios.ending("")
_OF_RESIDENTS: Final = frozenset(
    {"age_band", "age_band_fine", "senior", "old_old", "over_80", "age_group", "sex", "area"}
)
_BAND: Final = re.compile(r"(?:UNDER_(\d+)|(\d+)S|(\d+)_(\d+)|(\d+)_OVER)")
Told = dict[str, Any]


@dataclass(frozen=True)
class _Cases:
    """The columns of a centre's cases, or of their 経過, that are counted by every dimension."""

    rows: Any
    amounts: Mapping[str, Column]
    endings: Column


def differences(
    centre_id: int, centre: str, as_of: int, night: int, advance: Advance
) -> Iterator[Difference]:
    """Where a row of a dimension has another amount, share or rate than the cases have, or a pair of them another cell.

    `night` chooses the pairs. `advance` is called between steps: whoever counts at night may be told to stop there.
    """
    age_limits, code_map = limits.of_centres({centre_id}), code_maps.of_centres({centre_id})
    there = {"source": [code for code, _label in Case.Source.choices]}

    def ask(name: str, measure: str, subject: str) -> Question:
        return Question(
            frozenset({centre_id}), *_EVER, name, None, measure, there, as_of, subject, limits=age_limits
        )

    asked_pairs, crossed = pairs.of_night(night), pairs.Crossed()
    for kind, held in ((CASE, _cases(centre_id, advance)), (CONTACT, _contacts(centre_id, advance))):
        for name, subject in table.asked_of(kind):
            of_subject = DIMENSIONS[name].of(subject, age_limits, code_map)
            asked = table.asked(name, subject, of_subject, kind)
            places, codes = table.places(held.rows, asked, advance)
            if kind == CASE and subject == PARTY:
                crossed.keep(name, places, codes, among=asked_pairs)
            for measure, expected, found in _of_dimension(held, places, codes, name, subject, ask):
                yield from compared("count", centre, f"{measure} {name} {subject}", expected, found)
                advance(0)
            if kind == CASE and (subject == PARTY or name in _OF_RESIDENTS):
                expected, found = _rates(
                    centre_id, places, codes, age_limits, ask(name, RATE_PER_1000, subject)
                )
                yield from compared("count", centre, f"{RATE_PER_1000} {name} {subject}", expected, found)

    for one in asked_pairs:
        question = replace(ask(one[0], CASES, PARTY), columns=one[1])
        yield from compared("count", centre, f"{CASES} {one[0]} x {one[1]}", *crossed.counted(question))
        advance(0)


def _cases(centre_id: int, advance: Advance) -> _Cases:
    rows = table.rows_of(centre_id, CASE)
    amounts = {name: table.numbers(rows, name, advance) for name in _YEN}
    amounts[DAYS_TO_CLOSE] = table.days_to_close(rows, advance)
    return _Cases(rows, amounts, table.endings(rows, advance))


def _contacts(centre_id: int, advance: Advance) -> _Cases:
    rows = table.rows_of(centre_id, CONTACT)
    minutes = table.numbers(rows, "minutes", advance)
    return _Cases(rows, {CONTACT_MINUTES: minutes}, np.empty(0, dtype=np.int64))


Ask = Callable[[str, str, str], Question]


def _of_dimension(
    held: _Cases, places: Column, codes: list[str], name: str, subject: str, ask: Ask
) -> Iterator[tuple[str, Told, Told]]:
    for measure, values in held.amounts.items():
        counted = places
        if measure == DAYS_TO_CLOSE:  # open cases have no days yet, known or unknown
            is_closed = held.endings != _OPEN_CASE
            counted, values = places[is_closed], values[is_closed]
        found = measures.amounts(ask(name, measure, subject))
        yield measure, _amounts(counted, values, codes), _told(found.row_codes, found.row_totals)
    for measure in SHARES if len(held.endings) else ():
        formula, shares = ratios.FORMULAS[measure], measures.shares(ask(name, measure, subject))
        by_ending = np.bincount(places * _ENDINGS + held.endings, minlength=len(codes) * _ENDINGS)
        counts = by_ending.reshape(len(codes), _ENDINGS)
        expected = {
            f"{code} {part}": int(counts[n, list(endings)].sum())
            for n, code in enumerate(codes)
            for part, endings in (("part", formula.part), ("all", formula.whole))
        }
        rows = zip(shares.row_codes, shares.row_totals, strict=True)
        told = {f"{code} {part}": getattr(one, part) for code, one in rows for part in ("part", "all")}
        yield measure, expected, told


def _amounts(places: Column, values: Column, codes: list[str]) -> Told:
    """n, unknown, total, median and largest of every code, by a plain sort."""
    order = np.lexsort((values, places))
    places, values = places[order], values[order]
    bounds = np.searchsorted(places, np.arange(len(codes) + 1))
    told: Told = {}
    for n, code in enumerate(codes):
        of_code = values[bounds[n] : bounds[n + 1]].tolist()
        known = [value for value in of_code if value != UNKNOWN]
        told |= _as_told(
            code, len(known), len(of_code) - len(known), sum(known), median(known) if known else 0,
            known[-1] if known else 0,
        )  # fmt: skip
    return told


def _told(codes: tuple[str, ...], found: tuple[Amounts, ...]) -> Told:
    told: Told = {}
    for code, one in zip(codes, found, strict=True):
        told |= _as_told(code, one.n, one.unknown, one.total, float(one.median or 0), one.largest or 0)
    return told


def _as_told(code: str, n: int, unknown: int, total: int, middle: float, largest: int) -> Told:
    parts = {"n": n, "unknown": unknown, "total": total, "median": float(middle), "largest": largest}
    return {f"{code} {part}": value for part, value in parts.items()}


# --- rates ----------------------------------------------------------------------------------------------------------


def _rates(
    centre_id: int, places: Column, codes: list[str], age_limits: AgeLimits, question: Question
) -> tuple[Told, Told]:
    found = measures.rates(question)
    counted = np.bincount(places, minlength=len(codes)).tolist()
    cases = {f"{code} cases": n for code, n in zip(codes, counted, strict=True)}
    rows = list(zip(found.row_codes, found.row_totals, strict=True))
    held = PopulationTable.objects.filter(centre=centre_id, confirmed_at__isnull=False, ended_at=None)
    by_day = list(held.order_by("as_of"))
    living = {
        f"{code} residents": _residents(_of_its_time(by_day, question, code), question, code, age_limits)
        if by_day
        else None
        for code, _rate in rows
    }
    return (
        {**cases, **living},
        {
            **{f"{code} cases": rate.cases for code, rate in rows},
            **{f"{code} residents": rate.residents for code, rate in rows},
        },
    )


def _of_its_time(by_day: list[PopulationTable], question: Question, code: str) -> PopulationTable:
    """The last table before the middle of the code's days, else the first one."""
    start, end = span_of(question.rows, code) or (question.start, question.end)
    before = [one for one in by_day if one.as_of <= start + (end - start) / 2]
    return before[-1] if before else by_day[0]


def _residents(held: PopulationTable, question: Question, code: str, age_limits: AgeLimits) -> int | None:
    """Of the code: by the table's own rows for a district or a sex, by classes of ages that make a band up."""
    name, rows = question.rows, Residents.objects.filter(table=held)
    if name not in _OF_RESIDENTS:
        return _sum(rows.filter(area="*", sex=""), 0, OPEN)
    if name == "area":
        return _sum(rows.filter(area=code, sex=""), 0, OPEN)
    if name == "sex":
        return _sum(rows.filter(area="*", sex=code), 0, OPEN) if code in (MALE, FEMALE) else None
    span = _span(code, age_limits)
    return None if span is None else _sum(rows.filter(area="*", sex=""), *span)


def _span(code: str, age_limits: AgeLimits) -> tuple[int, int] | None:
    """[first, end) in years; None for 年齢不明 and 団体."""
    groups = {
        YOUNG: (0, age_limits.young_to + 1),
        BETWEEN: (age_limits.young_to + 1, age_limits.senior_from),
        ELDER: (age_limits.senior_from, OPEN),
    }
    if code in groups:
        return groups[code]
    named = _BAND.fullmatch(code)
    if named is None:
        return None
    under, decade, first, last, over = (None if part is None else int(part) for part in named.groups())
    if under is not None:
        return 0, under
    if decade is not None:
        return decade, decade + 10
    return (first, last + 1) if first is not None and last is not None else (over or 0, OPEN)


def _sum(rows: Any, first: int, end: int) -> int | None:
    """The people of a class of ages, or of the smallest classes that make it up exactly; None where none do."""
    people = dict(rows.filter(first=first, end=end).values_list("end", "people"))
    if people.get(end) is not None:
        return int(people[end])
    inside = rows.filter(first__gte=first, end__lte=end, first__lt=OPEN).exclude(first=first, end=end)
    smallest: dict[int, tuple[int, int | None]] = {}
    for at, until, count in inside.order_by("-end").values_list("first", "end", "people"):
        smallest[at] = (until, count)
    at, total = first, 0
    while at < end:
        until, count = smallest.get(at, (at, None))
        if count is None:
            return None
        at, total = until, total + count
    return total
