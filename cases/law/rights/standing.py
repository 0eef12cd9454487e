"""Where a contract stands in the time of a right: day 1, last day, and what nobody knows about them."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.law.rights.facts import Facts
from cases.law.rights.table import Combine, Rule, Start

Right = Literal["yes", "no", "unclear"]
Situation = Literal[
    "COUNTING",  # day 1 is known
    "EARLIEST",  # day 1 is not known: the earliest last day that the facts allow
    "NOT_STARTED_DEFECT",
    "NOT_STARTED_OBSTRUCTION",
    "NO_DATES",
    "BEFORE_COVERAGE",
    "NO_RIGHT",  # the law gives none for this transaction, at this time, or under these facts
    "ASK_FIRST",  # whether the law gives one hangs on a fact that nobody knows
]


@dataclass(frozen=True, slots=True)
class FirstDay:
    """Day 1 as far as it is known. `missing` empty: the day is certain; else it may be later than `day`."""

    day: date | None
    by: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule and one contract, looked at for time alone."""

    right: Right
    situation: Situation
    last_day: date | None = None
    first: FirstDay | None = None
    missing: tuple[str, ...] = ()


_DOUBTS: Final = ("document_defect", "obstruction")


def has_no_valid_document(rule: Rule, facts: Facts) -> bool:
    """Whether the document is missing or defective, or was data before the law allowed that."""
    if not rule.counts_from_document:
        return False
    return facts.document_defect == "yes" or is_data_too_early(rule, facts)


def is_data_too_early(rule: Rule, facts: Facts) -> bool:
    allowed = rule.electronic_document_from
    return facts.document_form == "electronic" and allowed is not None and facts.concluded_on < allowed


def first_day(start: Start, facts: Facts) -> FirstDay:
    """Day 1 of a period.

    Of the earlier of two days one that is known is enough: the other is a paper that only sometimes exists.
    Of the later of two days the one that is known is the earliest possible. With none known, the contract
    day (else the day of application) is the earliest that the facts allow.
    """
    known = [(day, name) for name in start.inputs if (day := facts.day(name)) is not None]
    unknown = tuple(name for name in start.inputs if facts.day(name) is None)
    if known and start.combine is Combine.LATER:
        day, name = max(known)
        return FirstDay(day, name, unknown)
    if known:
        day, name = min(known)
        return FirstDay(day, name, ())
    asked = unknown if start.combine is Combine.LATER else start.inputs[-1:]
    for name in ("contract_on", "applied_on"):
        if (day_of := facts.day(name)) is not None:
            return FirstDay(day_of, name, asked)
    return FirstDay(None, "", (*asked, "contract_on"))


def standing(rule: Rule, facts: Facts) -> Standing:
    """Where the contract stands on `as_of`. A defect or obstruction that nobody knows of matters only afterwards."""
    if has_no_valid_document(rule, facts):
        return Standing("yes", "NOT_STARTED_DEFECT")
    doubts = _DOUBTS if rule.counts_from_document else ()
    if rule.counts_from_document and facts.obstruction == "yes":
        if facts.fresh_document_on is None:
            return Standing("yes", "NOT_STARTED_OBSTRUCTION", missing=("fresh_document_on",))
        first = FirstDay(facts.fresh_document_on, "fresh_document_on", ())
    else:
        first = first_day(rule.start, facts)
    if first.day is None:
        return Standing("unclear", "NO_DATES", first=first, missing=first.missing)
    last_day = rule.period.end(first.day)
    situation: Situation = "EARLIEST" if first.missing else "COUNTING"
    if facts.as_of <= last_day:
        return Standing("yes", situation, last_day, first, first.missing)
    open_doubts = tuple(name for name in doubts if getattr(facts, name) == "unknown")
    missing = first.missing + open_doubts
    return Standing("unclear" if missing else "no", situation, last_day, first, missing)
