"""The definition that travels with a number, as plain data: fit to be stored, and to ask the same again."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import Max

from cases.figures import reclassified, still
from cases.figures.counting import MENTIONS_OF
from cases.figures.dimensions import DIMENSIONS, NOT_SENIOR, SENIOR, SENIOR_CODES
from cases.figures.facts import CASE, SEPARATOR
from cases.figures.questions import (
    CASES,
    CONTACT_MINUTES,
    CONTACTS,
    DAYS_TO_CLOSE,
    ISSUE_MENTIONS,
    MEDIATION_RATE,
    RESOLUTION_RATE,
    SCAM_MENTIONS,
)
from cases.figures.tabulation import Reading
from cases.records import ages, codes
from cases.records.centre import Centre
from cases.records.codes import CodeSet, Kind

# What one count is, by measure; amounts and rates are of new cases.
_COUNTED: Final = {
    CASES: "new_cases",
    CONTACTS: "contacts",
    CONTACT_MINUTES: "contacts",
    SCAM_MENTIONS: "scam_types_of_new_cases",
    ISSUE_MENTIONS: "issue_kinds_of_new_cases",
    DAYS_TO_CLOSE: "closed_new_cases",
    MEDIATION_RATE: "closed_new_cases",
    RESOLUTION_RATE: "mediated_new_cases",
}
_YEARS: Final = {
    "fiscal_year": "fiscal", "quarter": "fiscal", "month": "calendar", "calendar_year": "calendar", "week": "iso",
}  # fmt: skip


def definition_of(read: Reading) -> dict[str, Any]:
    """Of whom, what, when, where, as of when, by which code sets. Two queries, none where the page is held still."""
    question, cut = read.question, read.facts
    versions = still.once(definition_of, _versions)
    used = {DIMENSIONS[name].code_set for name in (*question.by, *question.filters)} - {None}
    return {
        "subject": question.subject,
        "counted": _COUNTED.get(question.measure, "new_cases"),
        "measure": question.measure,
        "day": "received_on" if question.what == CASE else "contacted_on",
        "from": question.start.isoformat(),
        "to": question.end.isoformat(),
        "years": {name: _YEARS[name] for name in question.by if name in _YEARS},
        "centres": still.once((definition_of, question.centre_ids), lambda: _centres(question.centre_ids)),
        "rows": question.rows,
        "columns": question.columns,
        "layers": question.layers,
        "filters": {name: sorted(accepted) for name, accepted in sorted(question.filters.items())},
        "as_of": {"seq": cut.as_of, "recorded_at": cut.recorded_at and cut.recorded_at.isoformat()},
        "senior_from": ages.SENIOR_FROM,
        "age_limits": {"senior_from": read.limits.senior_from, "young_to": read.limits.young_to},
        "denominators": {"age_known": [SENIOR, NOT_SENIOR], "all": list(SENIOR_CODES)},
        "code_sets": {kind: version for kind, version in versions.items() if kind in used},
        "mapped": _mapped(read),
        "code_map": read.code_map.number,
        **_recoded(read),
    }


def _versions() -> Mapping[str, int]:
    return dict(CodeSet.objects.values_list("kind").annotate(Max("version")).order_by("kind"))


def _centres(centre_ids: Collection[int]) -> list[str]:
    return list(Centre.objects.filter(pk__in=centre_ids).order_by("code").values_list("code", flat=True))


def _mapped(read: Reading) -> Mapping[str, Mapping[str, str]]:
    """Codes that facts carry and that count under another, which took their place: {kind: {old: new}}."""
    found: dict[str, dict[str, str]] = {}
    for name in (*read.question.by, *read.question.filters):
        dimension = read.dimension(name)
        if (kind := dimension.code_set) is None:
            continue
        for old, new in codes.codes(kind).merged.items():
            if _is_carried(read, dimension.column, old):
                found.setdefault(Kind(kind).value, {})[old] = new
    return found


def _recoded(read: Reading) -> dict[str, Any]:
    """Codes of before that facts carry and that count under one of today, or compare with none.

    Of goods {old: new} and a list; of other code sets {kind: {old: new}}, with "" where none compares.
    """
    found: dict[str, dict[str, str]] = {}
    for name in (*read.question.by, *read.question.filters):
        dimension = read.dimension(name)
        if dimension.code_set is not None and (told := read.code_map.of(dimension.code_set)):
            known = codes.codes(dimension.code_set).by_code
            carried = _carried(read, dimension.column)
            for old in told.keys() & carried:
                until = known[old].valid_to if old in known else None
                if until is None or read.question.start < until:
                    found.setdefault(Kind(dimension.code_set).value, {})[old] = told[old]
    in_order = {kind: dict(sorted(lines.items())) for kind, lines in sorted(found.items())}
    goods = in_order.pop(reclassified.KIND.value, {})
    return {
        "reclassified": {old: new for old, new in goods.items() if new},
        "not_comparable": [old for old, new in goods.items() if not new],
        "recoded": in_order,
    }


def _is_carried(read: Reading, column: str, code: str) -> bool:
    words = read.facts.words.get(MENTIONS_OF.get(column, column), ())
    return any(code in word.split(SEPARATOR) for word in words)


def _carried(read: Reading, column: str) -> frozenset[str]:
    """Every code that a fact has in the column."""
    words = read.facts.words.get(MENTIONS_OF.get(column, column), ())
    return frozenset(code for word in words for code in word.split(SEPARATOR))
