"""A whole report as one piece of plain data: what the page, the Excel file and the paper all show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.limits import AgeLimits
from cases.figures.reports import definition
from cases.figures.reports.scope import Scope, Span, name_of
from cases.figures.still import still
from cases.figures.tables import Placed, ReportTable, from_plain, registered, to_plain

FORMAT: Final = 1
EXAMPLES: Final = 15


@dataclass(frozen=True)
class Head:
    """What the report says of itself. `lines` are (name, text): the definitions that hold for every table.

    `kinds` are (相談区分, count) and add up to the total; `erased`: cases among them that were erased when it was made.
    Both are what a later count is explained from. `limits`: whom it calls 高齢者 and 若者; `code_map`: by
    which table codes of before count.
    """

    title: str
    centre: str
    span: Span
    start: date
    end: date
    as_of: int
    recorded_at: datetime | None
    kinds: tuple[tuple[str, int], ...]
    erased: int
    limits: AgeLimits
    lines: tuple[tuple[str, str], ...]
    code_map: int = 0

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.kinds)


@dataclass(frozen=True)
class ReportData:
    head: Head
    tables: tuple[Placed, ...]

    def with_table(self, table: Placed) -> "ReportData":
        """With this table in its place, instead of another of its number."""
        others = [one for one in self.tables if one.number != table.number]
        return replace(self, tables=tuple(sorted([*others, table], key=lambda one: one.number)))


def head_of(scope: Scope, fresh: Sequence[tuple[str, str]] = ()) -> Head:
    """Asked after the tables: it names the code sets that they used. `fresh` says what was not coded or approved."""
    named = name_of(scope.span, scope.start)
    kinds = scope.compared("kind").now
    title = _("%(period)s 消費生活相談年報") if scope.span == Span.YEAR else _("%(period)s 消費生活相談月報")
    return Head(
        title=title % {"period": named},
        centre=str(scope.centre),
        span=scope.span,
        start=scope.start,
        end=scope.end,
        as_of=scope.as_of,
        recorded_at=scope.recorded_at,
        kinds=tuple((code, n) for code, n in zip(kinds.row_codes, kinds.row_totals, strict=True) if n),
        erased=measures.erased_among(scope.question("kind")),
        limits=scope.limits,
        lines=(*definition.lines_of(scope), *fresh),
        code_map=scope.code_map.number,
    )


def tables_for(span: Span) -> list[ReportTable]:
    """Every table, or those of a monthly report; 事例 are no figures and come in when the report is shown."""
    return [
        table for table in registered() if table.number != EXAMPLES and (table.in_month or span == Span.YEAR)
    ]


@still()
def built(table: ReportTable, scope: Scope) -> Placed:
    return Placed(table.number, str(table.title), table.build(scope))


def dumped(data: ReportData) -> str:
    """Canonical JSON: the same report is the same text."""
    head = data.head
    plain = {
        "format": FORMAT,
        "title": head.title,
        "centre": head.centre,
        "span": head.span.value,
        "start": head.start.isoformat(),
        "end": head.end.isoformat(),
        "as_of": head.as_of,
        "recorded_at": head.recorded_at and head.recorded_at.isoformat(),
        "kinds": [list(kind) for kind in head.kinds],
        "erased": head.erased,
        "limits": [head.limits.senior_from, head.limits.young_to],
        "code_map": head.code_map,
        "lines": [list(line) for line in head.lines],
        "tables": [to_plain(table) for table in data.tables],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loaded(text: str) -> ReportData:
    """Raises ValueError for a text that is no report of this format."""
    plain: dict[str, Any] = json.loads(text)
    if plain.get("format") != FORMAT:
        raise ValueError("another format of reports")
    head = Head(
        title=plain["title"],
        centre=plain["centre"],
        span=Span(plain["span"]),
        start=date.fromisoformat(plain["start"]),
        end=date.fromisoformat(plain["end"]),
        as_of=plain["as_of"],
        recorded_at=datetime.fromisoformat(plain["recorded_at"]) if plain["recorded_at"] else None,
        kinds=tuple((code, n) for code, n in plain["kinds"]),
        erased=plain["erased"],
        limits=AgeLimits(*plain["limits"]),
        lines=tuple((name, told) for name, told in plain["lines"]),
        code_map=plain.get("code_map", 0),
    )
    return ReportData(head, tuple(from_plain(table) for table in plain["tables"]))


def digest_of(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()
