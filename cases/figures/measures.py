"""Questions about many cases, and their answers: counts whose definition travels with them.

The subject is the 契約当事者, the day is the 受付日, one case counts once (新規件数). 延べ is a measure of its own.
Shares are fractions of whole cases with both denominators; percentages are made where they are shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Final

import numpy as np
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures import columns, counting
from cases.figures.columns import Facts
from cases.figures.counting import ERASED, Axis, Counts, Selection
from cases.figures.dimensions import (
    BLANK,
    DIMENSIONS,
    NOT_SENIOR,
    SENIOR,
    SENIOR_CODES,
    UNKNOWN,
    Dimension,
    current_scam,
)
from cases.figures.facts import SEPARATOR
from cases.records import ages
from cases.records.centre import Centre
from cases.records.codes import CodeSet

CASES: Final = "cases"
SCAM_MENTIONS: Final = "scam_mentions"
MEASURES: Final = {
    CASES: gettext_lazy("件数(新規の相談、主な手口で1件)"),
    SCAM_MENTIONS: gettext_lazy("手口の延べ件数"),
}
BY_MENTION: Final = "scam_any"
# The one column of a breakdown without a second dimension.
EVERYTHING: Final = "ALL"
_WITHOUT_ANSWER: Final = frozenset({UNKNOWN, ages.GROUP, BLANK})


class QuestionNotUnderstood(CasesError):
    """A dimension, measure, code or period that no breakdown knows."""

    code: ClassVar[str] = "question_not_understood"


@dataclass(frozen=True)
class Share:
    """`part` of `all`, of which for `known` the answer is known. A share of nothing is None, never 0."""

    part: int
    known: int
    all: int

    @property
    def of_known(self) -> Fraction | None:
        return Fraction(self.part, self.known) if self.known else None

    @property
    def of_all(self) -> Fraction | None:
        return Fraction(self.part, self.all) if self.all else None


@dataclass(frozen=True)
class SeniorShare:
    """契約当事者 aged 65 or older. `age_known` leaves out 年齢不明, 団体 and bands that cannot tell; `all` has them."""

    seniors: int
    age_known: int
    all: int

    @property
    def of_known(self) -> Fraction | None:
        return Share(self.seniors, self.age_known, self.all).of_known

    @property
    def of_all(self) -> Fraction | None:
        return Share(self.seniors, self.age_known, self.all).of_all


@dataclass(frozen=True)
class Question:
    """受付日 in [start, end), the centres, one or two dimensions, filters (every one must hold), as of a `seq`."""

    centre_ids: frozenset[int]
    start: date
    end: date
    rows: str
    columns: str | None = None
    measure: str = CASES
    filters: Mapping[str, Collection[str]] = field(default_factory=dict)
    as_of: int | None = None

    def __post_init__(self) -> None:
        """Raises QuestionNotUnderstood."""
        if self.end <= self.start:
            raise QuestionNotUnderstood(_("期間の終わりは始まりより後にしてください。"))
        if self.measure not in MEASURES:
            raise QuestionNotUnderstood(_("その数え方はありません: %(name)s") % {"name": self.measure})
        by = [self.rows, *([self.columns] if self.columns else [])]
        for name in (*by, *self.filters):
            if name not in DIMENSIONS:
                raise QuestionNotUnderstood(_("その集計項目はありません: %(name)s") % {"name": name})
        if BY_MENTION in by and self.measure != SCAM_MENTIONS:
            raise QuestionNotUnderstood(_("手口(延べ)は、手口の延べ件数でだけ集計できます。"))
        for name, accepted in self.filters.items():
            _require_known(DIMENSIONS[name], accepted)


@dataclass(frozen=True)
class Breakdown:
    """A table that adds up: `cells[i][j]` counts `row_codes[i]` × `column_codes[j]`.

    Without a second dimension the one column is `ALL`. `definition` is plain data, fit to be stored.
    """

    definition: Mapping[str, Any]
    row_codes: tuple[str, ...]
    column_codes: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    row_seniors: tuple[SeniorShare, ...]

    @property
    def row_totals(self) -> tuple[int, ...]:
        return tuple(sum(row) for row in self.cells)

    @property
    def column_totals(self) -> tuple[int, ...]:
        return tuple(sum(row[n] for row in self.cells) for n in range(len(self.column_codes)))

    @property
    def total(self) -> int:
        return sum(self.row_totals)

    @property
    def share_65(self) -> SeniorShare:
        rows = self.row_seniors
        return SeniorShare(
            sum(row.seniors for row in rows), sum(row.age_known for row in rows), sum(row.all for row in rows)
        )

    @property
    def as_of(self) -> int:
        """The last `seq` counted: asked again as of it, the answer is the same."""
        return int(self.definition["as_of"]["seq"])

    def row_share(self, row_code: str) -> Share:
        """The row's share of all rows; `known` leaves out 不明, 団体 and 未入力."""
        totals = dict(zip(self.row_codes, self.row_totals, strict=True))
        known = sum(count for code, count in totals.items() if code not in _WITHOUT_ANSWER)
        return Share(totals[row_code], known, self.total)


@dataclass(frozen=True)
class Comparison:
    """The same table now and one year before, cell by cell; a month or 年度 stands beside its successor."""

    now: Breakdown
    before: Breakdown


def breakdown(question: Question) -> Breakdown:
    """The answer, as of the last fact saved (or the question's `as_of`). Decrypts nothing."""
    facts = columns.read(question.as_of)
    table = _tabulate(question, facts)
    return _answer(question, facts, table.over(*_shown(question, table)))


def compare(question: Question) -> Comparison:
    """The answer beside that of the period one year earlier, over the same rows and columns and one cut."""
    facts = columns.read(question.as_of)
    earlier = replace(question, start=year_before(question.start), end=year_before(question.end))
    now, before = _tabulate(question, facts), _tabulate(earlier, facts).a_year_on(question)
    shown = _shown(question, now, before)
    return Comparison(
        now=_answer(question, facts, now.over(*shown)), before=_answer(earlier, facts, before.over(*shown))
    )


def erased_among(question: Question) -> int:
    """How many of what a question counts belongs to erased cases: a list of its cases is shorter by so many.

    An erased case stands on the first day of its month: a period that begins or ends within a month may count
    another number of them than before.
    """
    facts = columns.read(question.as_of)
    start, end = _days_to_count(question, facts)
    is_erased = counting.by_word(facts, "source", lambda word: int(word == ERASED))(2)
    return int(counting.count(facts, _selection(question, facts, start, end), [is_erased])[1])


def year_before(day: date) -> date:
    """The same day a year earlier; 2月29日 becomes 3月1日, so that half-open periods stay whole."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)


@dataclass(frozen=True)
class _Table:
    """`counts[row][column][senior, not, unknown]` with the codes of its places."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Counts

    def used(self, axis: int) -> set[str]:
        """The codes of the axis (0 rows, 1 columns) that have a count."""
        codes = (self.rows, self.columns)[axis]
        return {codes[int(place)] for place in self.counts.nonzero()[axis]}

    def over(self, rows: Sequence[str], across: Sequence[str]) -> "_Table":
        """The same counts laid out over other codes; what has none is zero."""
        laid_out = np.zeros((len(rows), len(across), len(SENIOR_CODES)), dtype=np.int64)
        row_places, column_places = _common(rows, self.rows), _common(across, self.columns)
        if row_places and column_places:
            (to_rows, from_rows), (to_columns, from_columns) = zip(*row_places), zip(*column_places)  # noqa: B905
            laid_out[np.ix_(to_rows, to_columns)] = self.counts[np.ix_(from_rows, from_columns)]
        return _Table(rows, across, laid_out)

    def a_year_on(self, question: Question) -> "_Table":
        """Months and 年度 named one year later, so that they meet those they are compared with."""
        rows, across = (
            [_next_year(code) if name and DIMENSIONS[name].is_of_time else code for code in codes]
            for name, codes in ((question.rows, self.rows), (question.columns, self.columns))
        )
        return _Table(rows, across, self.counts)


def _common(wanted: Sequence[str], held: Sequence[str]) -> list[tuple[int, int]]:
    places = {code: n for n, code in enumerate(held)}
    return [(n, places[code]) for n, code in enumerate(wanted) if code in places]


def _next_year(code: str) -> str:
    return f"{int(code[:4]) + 1:04d}{code[4:]}"


def _shown(question: Question, *tables: _Table) -> tuple[list[str], list[str]]:
    """Rows and columns to show: fixed codes, those in use, and between two months the empty ones."""
    shown: list[list[str]] = []
    for axis, name in enumerate((question.rows, question.columns)):
        if name is None:
            shown.append([EVERYTHING])
            continue
        dimension = DIMENSIONS[name]
        used = set().union(*(table.used(axis) for table in tables))
        if dimension.is_of_time and used:
            held = {code for table in tables for code in (table.rows, table.columns)[axis]}
            used = {code for code in held if min(used) <= code <= max(used)}
        shown.append(dimension.ordered({*dimension.fixed, *used}, question.centre_ids))
    return shown[0], shown[1]


def _tabulate(question: Question, facts: Facts) -> _Table:
    start, end = _days_to_count(question, facts)
    by = [question.rows, *([question.columns] if question.columns else []), "senior"]
    axes, codes = zip(*(DIMENSIONS[name].axis(facts, start, end) for name in by), strict=True)
    counts = counting.count(facts, _selection(question, facts, start, end), axes)
    across = codes[1] if question.columns else [EVERYTHING]
    return _Table(codes[0], across, counts.reshape(len(codes[0]), len(across), len(SENIOR_CODES)))


def _selection(question: Question, facts: Facts, start: date, end: date) -> Selection:
    filters = [
        _filter(question, facts, name, frozenset(accepted), start, end)
        for name, accepted in question.filters.items()
    ]
    return Selection(question.centre_ids, start, end, filters, by_mention=question.measure == SCAM_MENTIONS)


def _filter(
    question: Question, facts: Facts, name: str, accepted: frozenset[str], start: date, end: date
) -> Axis:
    if (
        name == BY_MENTION and question.measure == CASES
    ):  # the cases that carry one of them, as 主 or beside it
        return counting.by_word(
            facts,
            counting.SCAMS,
            lambda scams: not accepted.isdisjoint(map(current_scam, scams.split(SEPARATOR))),
        )(2)
    return DIMENSIONS[name].filter(facts, accepted, start, end)


def _days_to_count(question: Question, facts: Facts) -> tuple[date, date]:
    """The period, cut down to the days that have facts where days become codes: "all time" is 3 million days."""
    if not any(
        DIMENSIONS[name].code_of_day for name in (question.rows, question.columns, *question.filters) if name
    ):
        return question.start, question.end
    spanned = counting.days_spanned(facts, question.centre_ids)
    if spanned is None:
        return question.start, question.start
    start = min(max(question.start, spanned[0]), question.end)
    return start, max(min(question.end, spanned[1] + timedelta(days=1)), start)


def _answer(question: Question, facts: Facts, table: _Table) -> Breakdown:
    by_row = table.counts.sum(axis=1)
    senior, not_senior = SENIOR_CODES.index(SENIOR), SENIOR_CODES.index(NOT_SENIOR)
    return Breakdown(
        definition=_definition(question, facts),
        row_codes=tuple(table.rows),
        column_codes=tuple(table.columns),
        cells=tuple(tuple(int(cell) for cell in row) for row in table.counts.sum(axis=2)),
        row_seniors=tuple(
            SeniorShare(int(row[senior]), int(row[senior] + row[not_senior]), int(row.sum()))
            for row in by_row
        ),
    )


def _definition(question: Question, facts: Facts) -> dict[str, Any]:
    used = [
        DIMENSIONS[name].code_set for name in (question.rows, question.columns, *question.filters) if name
    ]
    versions = CodeSet.objects.values_list("kind").annotate(Max("version")).order_by("kind")
    centres = Centre.objects.filter(pk__in=question.centre_ids).order_by("code")
    return {
        "subject": "party",
        "counted": "new_cases" if question.measure == CASES else "scam_types_of_new_cases",
        "measure": question.measure,
        "day": "received_on",
        "from": question.start.isoformat(),
        "to": question.end.isoformat(),
        "centres": list(centres.values_list("code", flat=True)),
        "rows": question.rows,
        "columns": question.columns,
        "filters": {name: sorted(accepted) for name, accepted in sorted(question.filters.items())},
        "as_of": {"seq": facts.as_of, "recorded_at": facts.recorded_at and facts.recorded_at.isoformat()},
        "senior_from": ages.SENIOR_FROM,
        "denominators": {"age_known": [SENIOR, NOT_SENIOR], "all": list(SENIOR_CODES)},
        "code_sets": {kind: version for kind, version in versions if kind in used},
    }


def _require_known(dimension: Dimension, accepted: Collection[str]) -> None:
    known = dimension.known_codes()
    unknown = set() if known is None else set(accepted) - known
    if unknown:
        raise QuestionNotUnderstood(
            _("%(dimension)sにない区分です: %(codes)s")
            % {"dimension": dimension.label, "codes": ", ".join(sorted(unknown))}
        )
