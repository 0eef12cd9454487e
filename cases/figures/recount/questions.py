"""Every dimension and measure as a page would count it, against a plain count of the cases."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any, Final

from cases.figures import code_maps, limits, measures, ratios
from cases.figures.amount_classes import class_code
from cases.figures.amounts import Amounts
from cases.figures.counting import DAY, MENTIONS_OF, RECEIVED_ON, WEEKDAY, WEEKDAY_CODES
from cases.figures.dimensions import CALLER, DIMENSIONS, PARTY, Dimension
from cases.figures.facts import CASE, CONTACT, SEPARATOR
from cases.figures.layout import CLASSES
from cases.figures.measures import AMOUNTS, CASES, CONTACTS, SHARES, Question
from cases.figures.questions import BY_CONTACT_KIND, CONTACT_MINUTES, DAYS_TO_CLOSE, MENTIONED
from cases.figures.recount.differences import Difference, compared
from cases.figures.recount.live import Live
from cases.records.case import Case

# All days that a case can have.
_EVER: Final = (date(1900, 1, 1), date(2200, 1, 1))
Values = Mapping[str, Counter[Any]]


def differences(live: Live, centre_id: int, centre: str, as_of: int) -> Iterator[Difference]:
    """What the engine counts as of that `seq`, without erased cases, and the cases do not."""

    def ask(rows: str, measure: str, subject: str = PARTY) -> Question:
        there = {"source": [code for code, _label in Case.Source.choices]}
        return Question(frozenset({centre_id}), *_EVER, rows, None, measure, there, as_of, subject)

    for name, expected, found in (
        *_of_dimensions(live, centre_id, ask),
        *_of_mentions(live, centre_id, ask),
        *_of_amounts(live, ask),
        *_of_shares(live, ask),
    ):
        yield from compared("count", centre, name, expected, found)


Ask = Callable[..., Question]
_Compared = Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]


def _of_dimensions(live: Live, centre_id: int, ask: Ask) -> _Compared:
    age_limits, code_map = limits.of_centres({centre_id}), code_maps.of_centres({centre_id})
    for measure, kind in ((CASES, CASE), (CONTACTS, CONTACT)):
        for name, dimension in DIMENSIONS.items():
            if dimension.column in MENTIONS_OF or (name == BY_CONTACT_KIND and kind != CONTACT):
                continue
            columns = set()
            for subject in (PARTY, CALLER):
                of_subject = dimension.of(subject, age_limits, code_map)
                if of_subject.column in columns:
                    continue
                columns.add(of_subject.column)
                found = measures.breakdown(ask(name, measure, subject))
                yield (
                    f"{measure} {name} {subject}",
                    _by_code(of_subject, live.values[kind]),
                    dict(zip(found.row_codes, found.row_totals, strict=True)),
                )


def _by_code(dimension: Dimension, values: Values) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    column = RECEIVED_ON if dimension.column in (DAY, WEEKDAY) else dimension.column
    code_of = _code_of(dimension)
    for value, times in values[CLASSES.get(column, column)].items():
        found[code_of(value)] += times
    return found


def _code_of(dimension: Dimension) -> Callable[[Any], str]:
    if dimension.column == WEEKDAY:
        return lambda day: WEEKDAY_CODES[day.weekday()]
    if dimension.column in CLASSES:
        return class_code
    return dimension.code_of_day or dimension.code_of or str


def _of_mentions(live: Live, centre_id: int, ask: Ask) -> _Compared:
    settings = limits.of_centres({centre_id}), code_maps.of_centres({centre_id})
    for measure, (name, column) in MENTIONED.items():
        expected: Counter[str] = Counter()
        code_of = DIMENSIONS[name].of(PARTY, *settings).code_of or str
        for combined, times in live.values[CASE][column].items():
            expected.update({code_of(code): times for code in combined.split(SEPARATOR) if code})
        found = measures.breakdown(ask(name, measure))
        yield measure, expected, dict(zip(found.row_codes, found.row_totals, strict=True))


def _of_amounts(live: Live, ask: Ask) -> _Compared:
    for measure in AMOUNTS:
        found = measures.amounts(ask("fiscal_year", measure)).total
        yield measure, _counts_of(_expected_amounts(live, measure)), _counts_of(found)


def _expected_amounts(live: Live, measure: str) -> Amounts:
    if measure == DAYS_TO_CLOSE:
        known, unknown = live.days_to_close, 0
    else:
        kind, column = (CONTACT, "minutes") if measure == CONTACT_MINUTES else (CASE, measure)
        values = live.values[kind][column]
        known, unknown = Counter({value: n for value, n in values.items() if value is not None}), values[None]
    listed = sorted(known.elements())
    if not listed:
        return Amounts(unknown=unknown)
    return Amounts(len(listed), unknown, sum(listed), Fraction(median(listed)), listed[-1])


def _counts_of(amounts: Amounts) -> dict[str, float]:
    told = {"n": amounts.n, "unknown": amounts.unknown, "total": amounts.total}
    return {**told, "median": float(amounts.median or 0), "largest": amounts.largest or 0}


def _of_shares(live: Live, ask: Ask) -> _Compared:
    ended: Counter[int] = Counter()
    for outcome, times in live.values[CASE]["outcome"].items():
        ended[ratios.ending(outcome)] += times
    for measure in SHARES:
        formula, found = ratios.FORMULAS[measure], measures.shares(ask("fiscal_year", measure)).total
        expected = {
            "part": sum(ended[one] for one in formula.part),
            "all": sum(ended[one] for one in formula.whole),
        }
        yield measure, expected, {"part": found.part, "all": found.all}
