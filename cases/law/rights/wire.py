"""Facts and answers as JSON objects: one shape for the command, the API and whoever stores facts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from cases.errors import CasesError
from cases.law.rights import laws
from cases.law.rights.counting import LATEST_YEAR
from cases.law.rights.engine import Assessment
from cases.law.rights.facts import ANSWERS, CHOICES, DATES, INPUTS, NUMBERS, TRANSACTIONS, Facts
from cases.law.rights.others import ARTICLES, CREDIT_ARTICLES
from cases.law.rights.table import RULES

MOST_MONTHS: Final = 12_000


class FactsNotUnderstood(CasesError, ValueError):
    """An input that is not what its name promises; the message names the input and what was expected, no value."""

    code: ClassVar[str] = "facts_not_understood"
    status: ClassVar[int] = 400

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f'{expected} under "{name}"')
        self.name = name
        self.expected = expected


def read(given: Mapping[str, Any], *, as_of: date) -> Facts:
    """The facts of one object; absent and null are unknown. `as_of` stands in where the object names no day.

    Names that are no input are the caller's to refuse. Raises FactsNotUnderstood.
    """
    known: dict[str, Any] = {name: given[name] for name in INPUTS if given.get(name) is not None}
    for name, value in known.items():
        known[name] = _READ[name](name, value)
    known.setdefault("transaction", "")
    known.setdefault("as_of", as_of)
    return Facts(**known)


def _read_date(name: str, value: object) -> date:
    expected = "expected a date such as 2026-11-20"
    # `fromisoformat` also reads 20261120 and 2026-W47-5.
    if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or value[7] != "-":
        raise FactsNotUnderstood(name, expected)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise FactsNotUnderstood(name, expected) from None
    if day.year > LATEST_YEAR:
        raise FactsNotUnderstood(name, f"expected a year up to {LATEST_YEAR}")
    return day


def _read_answer(name: str, value: object) -> str:
    return _one_of(name, value, ("yes", "no", "unknown"))


def _read_choice(name: str, value: object) -> str:
    return _one_of(name, value, tuple(TRANSACTIONS) if name == "transaction" else CHOICES[name])


def _one_of(name: str, value: object, values: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in values:
        raise FactsNotUnderstood(name, f"expected one of {', '.join(values)}")
    return value


def _read_yen(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FactsNotUnderstood(name, "expected whole yen, 0 or more,")
    return value


def _read_months(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_MONTHS:
        raise FactsNotUnderstood(name, f"expected a number of months from 0 to {MOST_MONTHS}")
    return float(value)


_READ: Final = {
    **dict.fromkeys((*DATES, "as_of"), _read_date),
    **dict.fromkeys(ANSWERS, _read_answer),
    **dict.fromkeys(("transaction", *CHOICES), _read_choice),
    **dict(zip(NUMBERS, (_read_yen, _read_months), strict=True)),
}


def write(answer: Assessment) -> dict[str, Any]:
    """The answer as an object. Names of laws are never translated; cautions are in the reader's language."""
    return {
        "right": answer.right,
        "last_day": answer.last_day.isoformat() if answer.last_day else None,
        "days_left": answer.days_left,
        "notice_form": list(answer.notice_form),
        "basis": [_basis(basis) for basis in answer.basis],
        "missing": list(answer.missing),
        "cautions": list(answer.cautions),
        "other_rights": [
            {
                "kind": other.kind,
                "last_day": other.last_day.isoformat() if other.last_day else None,
                "basis": [_basis(basis) for basis in other.basis],
            }
            for other in answer.other_rights
        ],
    }


def _basis(basis: laws.Basis) -> dict[str, str]:
    return {"law": basis.law, "article": basis.article}


def rules() -> Iterator[dict[str, Any]]:
    """Every rule of withdrawal as an object, for somebody who checks them against the law."""
    for rule in RULES:
        yield {
            "name": rule.name,
            "transaction": rule.transaction,
            **_basis(rule.basis),
            "days": rule.period.days or None,
            "months": rule.period.months or None,
            "start": {"combine": rule.start.combine.value, "inputs": list(rule.start.inputs)},
            "when": {rule.when[0]: sorted(rule.when[1])} if rule.when else None,
            "conditions": [gate.value for gate in rule.gates],
            "counts_from_document": rule.counts_from_document,
            "obstruction": _basis(rule.obstruction) if rule.obstruction else None,
            "electronic_document_from": _iso(rule.electronic_document_from),
            "notice_forms": [
                {"valid_from": form.valid_from.isoformat(), "forms": list(form.forms)}
                for form in laws.NOTICE_FORMS[rule.basis.law]
            ],
            "valid_from": rule.valid_from.isoformat(),
            "valid_until": _iso(rule.valid_until),
            "sources": [_basis(source) for source in rule.sources],
        }


def other_rules() -> Iterator[dict[str, Any]]:
    """Every other right as an object."""
    for article in (*ARTICLES, *CREDIT_ARTICLES):
        yield {
            "kind": article.kind,
            "transaction": article.transaction,
            **_basis(article.basis),
            "valid_from": article.valid_from.isoformat(),
            "valid_until": _iso(article.valid_until),
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
