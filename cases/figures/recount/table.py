"""The case table itself, one column at a time: what a plain count has to count with, without the rooms of facts.

Every column is read in the order of the cases' keys, so that places of two columns are of the same case. Codes are
named as the dimensions name them; how often they occur, and with which yen, is counted here alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db.models import F, OuterRef, QuerySet, Subquery
from numpy.typing import NDArray

from cases.figures import ratios
from cases.figures.amount_classes import class_code
from cases.figures.counting import MENTIONS_OF, WEEKDAY, WEEKDAY_CODES
from cases.figures.dimensions import CALLER, DIMENSIONS, PARTY, Dimension
from cases.figures.facts import CASE, CONTACT, NO, SELF, YES
from cases.figures.layout import CLASSES
from cases.figures.questions import BY_CONTACT_KIND
from cases.law import calendar
from cases.records import ages, codes
from cases.records.card import CaseCode
from cases.records.case import Case, CaseScamType
from cases.records.centre import Area
from cases.records.codes import Kind
from cases.records.follow_up import FollowUp

UNKNOWN: Final = -1
_AT_ONCE: Final = 20_000
_OF_PERSON: Final = frozenset({"age_band", "sex", "area", "occupation"})
_MAIN: Final = {"scam_main": "main_scam_code", "issue_main": "main_issue_code"}

Column = NDArray[np.int64]
Advance = Callable[[int], None]
Code = Callable[[Any], str]


@dataclass(frozen=True)
class Asked:
    """What a column is made of: fields of the case, and the code that their values have."""

    fields: tuple[str, ...]
    code_of: Callable[..., str]


def rows_of(centre_id: int, kind: str) -> QuerySet[Any]:
    """The cases of the centre, or their 経過 that nobody took back, in the order of their keys."""
    if kind == CONTACT:
        contacts = FollowUp.objects.filter(case__centre=centre_id, withdrawn_at=None)
        return _with_mains(contacts, "case").order_by("pk")
    return _with_mains(Case.objects.filter(centre=centre_id), "pk").order_by("pk")


def _with_mains(rows: QuerySet[Any], case: str) -> QuerySet[Any]:
    scams = CaseScamType.objects.filter(case=OuterRef(case)).order_by("-is_main", "pk")
    issues = CaseCode.objects.filter(case=OuterRef(case), kind=Kind.ISSUE_KIND)
    first = issues.order_by("-is_main", "position", "pk")
    found: QuerySet[Any] = rows.alias(
        main_scam_code=Subquery(scams.values("code")[:1]), main_issue_code=Subquery(first.values("code")[:1])
    )
    return found


def numbers(rows: QuerySet[Any], field: str, advance: Advance) -> Column:
    """A column of amounts; UNKNOWN where there is none."""
    return np.fromiter(
        (UNKNOWN if value is None else value for (value,) in _read(rows, (field,), advance)), dtype=np.int64
    )


def days_to_close(rows: QuerySet[Any], advance: Advance) -> Column:
    found = _read(rows, ("received_on", "closed_on"), advance)
    return np.fromiter(
        (UNKNOWN if closed is None else (closed - received).days for received, closed in found),
        dtype=np.int64,
    )


def endings(rows: QuerySet[Any], advance: Advance) -> Column:
    """Which of the endings that the rates tell apart each case has."""
    return np.fromiter(
        (ratios.ending(outcome) for (outcome,) in _read(rows, ("outcome",), advance)), dtype=np.int64
    )


def places(rows: QuerySet[Any], asked: Asked, advance: Advance) -> tuple[Column, list[str]]:
    """Where each row counts, and the code of each place."""
    at: dict[str, int] = {}
    known: dict[tuple[Any, ...], int] = {}

    def place(values: tuple[Any, ...]) -> int:
        found = known.get(values)
        if found is None:
            found = known[values] = at.setdefault(asked.code_of(*values), len(at))
        return found

    column = np.fromiter((place(values) for values in _read(rows, asked.fields, advance)), dtype=np.int64)
    return column, list(at)


def _read(rows: QuerySet[Any], fields: tuple[str, ...], advance: Advance) -> Iterator[tuple[Any, ...]]:
    named = {f"_{n}": F(field) for n, field in enumerate(fields)}
    found = rows.annotate(**named).values_list(*named).iterator(chunk_size=_AT_ONCE)
    for number, values in enumerate(found):
        if number % _AT_ONCE == 0:
            advance(0)
        yield values


def asked_of(kind: str) -> Iterator[tuple[str, str]]:
    """Every dimension that cases, or 経過, are counted by, for each person whose codes it can be of."""
    for name, dimension in DIMENSIONS.items():
        if dimension.column in MENTIONS_OF or (name == BY_CONTACT_KIND and kind != CONTACT):
            continue
        yield name, PARTY
        if dimension.column in _OF_PERSON:
            yield name, CALLER


def asked(name: str, subject: str, dimension: Dimension, kind: str) -> Asked:
    """`dimension`: with the limits of age of the centre."""
    found = _asked(name, subject, dimension, kind)
    if kind == CASE:
        return found
    own = {"happened_at", "kind_of_contact", *_MAIN.values()}
    fields = tuple(field if field in own else f"case__{field}" for field in found.fields)
    return Asked(tuple("kind" if field == "kind_of_contact" else field for field in fields), found.code_of)


def _asked(name: str, subject: str, dimension: Dimension, kind: str) -> Asked:
    code_of: Code = dimension.code_of or str
    if dimension.code_of_day is not None or dimension.column == WEEKDAY:
        return _of_day(dimension, kind)
    if name == BY_CONTACT_KIND:
        return Asked(("kind_of_contact",), code_of)
    if dimension.column in CLASSES:
        return Asked((CLASSES[dimension.column],), class_code)
    if name in _MAIN:
        return Asked((_MAIN[name],), lambda code: code_of(code or ""))
    if name == "impaired":
        return Asked(("is_impaired",), lambda is_so: YES if is_so else NO)
    if name in ("product_class", "product_middle"):
        known = codes.codes(Kind.PRODUCT)
        above = known.roots if name == "product_class" else known.middles
        return Asked(("product",), lambda code: code_of(above.get(code, code)))
    column = DIMENSIONS[name].column
    if column in _OF_PERSON:
        return _of_person(column, subject, code_of)
    return Asked((column,), code_of)


def _of_day(dimension: Dimension, kind: str) -> Asked:
    def code_of(day: Any) -> str:
        if dimension.code_of_day is None:
            return WEEKDAY_CODES[day.weekday()]
        return dimension.code_of_day(day)

    if kind == CONTACT:
        return Asked(("happened_at",), lambda moment: code_of(calendar.local_date(moment)))
    return Asked(("received_on",), code_of)


def _of_person(column: str, subject: str, code_of: Code) -> Asked:
    """相談者: the 契約当事者 where the relation says so."""
    parts = ("age", "age_band") if column == "age_band" else (column,)
    party = tuple(f"party_{part}" for part in parts)

    def code(*values: Any) -> str:
        if column != "age_band":
            return code_of(values[0])
        age, band = values
        return code_of(band or ages.UNKNOWN if age is None else ages.band_of(age))

    if subject == PARTY:
        return Asked(party, code)
    caller = tuple(f"caller_{part}" for part in parts)
    no_area = Area.UNKNOWN if column == "area" else ""

    def code_of_caller(relation: str, *values: Any) -> str:
        own, others = values[: len(parts)], values[len(parts) :]
        return code(*own) if relation == SELF else code(*others[:-1], others[-1] or no_area)

    return Asked(("relation", *party, *caller), code_of_caller)
