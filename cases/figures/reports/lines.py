"""Counts by one dimension, now and a year before: what the tables print and the sentences tell of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.counting import ERASED
from cases.figures.dimensions import BLANK, DIMENSIONS, Dimension
from cases.figures.measures import CASES, Breakdown, Comparison
from cases.figures.reports.scope import Before, Scope
from cases.figures.tables import Chart, Column, Grid, Picture, Role, Row, Unit
from cases.records import ages, codes

# Rows that say that something is not known: never "the most frequent".
NO_ANSWER: Final = frozenset({BLANK, ERASED, ages.UNKNOWN, ages.GROUP})
_IN_ORDER: Final = frozenset(
    {"age_band", "weekday", "month", "fiscal_year", "product_class", "kind", "outcome"}
)
_TENTH: Final = Decimal("0.1")


def percent(part: int, whole: int) -> Decimal | None:
    """In percent with one decimal, a half rounded up; None for the share of nothing."""
    if not whole:
        return None
    return (Decimal(part * 100) / Decimal(whole)).quantize(_TENTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One code: its count now and a year before. `parts` are 再掲: codes below it, counted in it."""

    code: str
    label: str
    now: int
    before: int
    parts: tuple["Line", ...] = ()

    @property
    def difference(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Lines:
    """All codes of a dimension that have a count now or had one; they add up to the total."""

    rows: tuple[Line, ...]
    total: Line

    def ranked(self) -> list[Line]:
        """What is known and counted, the most frequent first."""
        known = [row for row in self.rows if row.code not in NO_ANSWER and row.now]
        return sorted(known, key=lambda row: -row.now)


def lines_of(
    scope: Scope,
    by: str,
    only: Mapping[str, Collection[str]] | None = None,
    *,
    by_root: bool = False,
    measure: str = CASES,
) -> Lines:
    """Counts by the dimension, in its own order or by count. `by_root`: codes below another one count in it."""
    found = scope.compared(by, None, only, measure=measure)
    lines = _ordered(by, _plain_lines(scope, by, found))
    kind = DIMENSIONS[by].code_set
    if by_root and kind is not None:
        lines = _by_root(lines, kind, DIMENSIONS[by])
    return Lines(tuple(lines), Line("", _("合計"), found.now.total, found.before.total))


def _plain_lines(scope: Scope, by: str, found: Comparison) -> list[Line]:
    dimension = DIMENSIONS[by]
    labels = dimension.texts(found.now.row_codes, scope.centre_ids)
    rows = zip(found.now.row_codes, labels, found.now.row_totals, found.before.row_totals, strict=True)
    return [
        Line(code, label, now, before)
        for code, label, now, before in rows
        if now or before or code in dimension.fixed
    ]


def _ordered(by: str, lines: list[Line]) -> list[Line]:
    if by in _IN_ORDER:
        return lines
    return sorted(lines, key=lambda line: (line.code in NO_ANSWER, -line.now, -line.before))


def _by_root(lines: Sequence[Line], kind: codes.Kind, dimension: Dimension) -> list[Line]:
    roots = codes.codes(kind).roots
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(roots.get(line.code, line.code), []).append(line)
    made = [_grouped(root, found, dimension) for root, found in grouped.items()]
    return sorted(made, key=lambda line: (line.code in NO_ANSWER, -line.now, -line.before))


def _grouped(root: str, found: Sequence[Line], dimension: Dimension) -> Line:
    if [line.code for line in found] == [root]:
        return found[0]
    parts = tuple(
        replace(line, label=_("うち%(name)s") % {"name": line.label}) for line in found if line.code != root
    )
    (label,) = dimension.texts([root])
    return Line(root, label, sum(line.now for line in found), sum(line.before for line in found), parts)


# --- as a grid ------------------------------------------------------------------------------------------------


def compared_grid(
    scope: Scope,
    lines: Lines,
    *,
    caption: str,
    title: str,
    top: int | None = None,
    picture: Picture | None = Picture.BARS,
) -> Grid:
    """件数, 構成比, the year before and the difference. `top`: further rows are added up as その他."""
    shown = _topped(lines, top)
    rows: list[Row] = []
    for line in shown:
        rows.append(_row(scope, line, lines.total, _role(line.code)))
        rows += [_row(scope, part, lines.total, Role.AGAIN) for part in line.parts]
    rows.append(_row(scope, lines.total, lines.total, Role.TOTAL))
    chart = Chart(picture, (1, 3) if scope.before == Before.WHOLE else (1,)) if picture else None
    return Grid(caption, comparing_columns(scope, title), tuple(rows), chart)


def comparing_columns(scope: Scope, title: str) -> tuple[Column, ...]:
    return (
        Column(title, Unit.TEXT),
        Column(_("件数")),
        Column(_("構成比(%)"), Unit.PERCENT),
        Column(scope.before_name),
        Column(_("増減"), Unit.CHANGE),
        Column(_("増減率(%)"), Unit.CHANGE_PERCENT),
    )


def _role(code: str) -> Role:
    return Role.UNKNOWN if code in NO_ANSWER else Role.PLAIN


def _row(scope: Scope, line: Line, total: Line, role: Role) -> Row:
    return Row((line.label, line.now, percent(line.now, total.now), *compared_cells(scope, line)), role)


def compared_cells(scope: Scope, line: Line) -> tuple[int | None, int | None, Decimal | None]:
    """The year before, difference and change; what there is no whole year before for is no data."""
    if scope.before == Before.NONE:
        return None, None, None
    if scope.before == Before.PART:
        return line.before, None, None
    return line.before, line.difference, percent(line.difference, line.before)


def _topped(lines: Lines, top: int | None) -> list[Line]:
    if top is None or len(lines.rows) <= top + 1:
        return list(lines.rows)
    known = [line for line in lines.rows if line.code not in NO_ANSWER]
    first = [line for line in known[:top] if line.now]
    rest = known[len(first) :]
    others = Line("OTHERS", _("上記以外"), sum(r.now for r in rest), sum(r.before for r in rest))
    return [*first, others, *(line for line in lines.rows if line.code in NO_ANSWER)]


def crossed_grid(
    scope: Scope, rows: str, columns: str, only: Mapping[str, Collection[str]] | None = None, *,
    caption: str, top: int | None = None, picture: Picture | None = None, drawn: Sequence[str] = (),
) -> Grid:  # fmt: skip
    """Rows × columns with totals. Columns that nobody is counted in are left out, rows as well.

    `drawn`: the codes of the columns in the picture, in its order; all where left out.
    """
    found = scope.compared(rows, columns, only).now
    kept = [n for n, total in enumerate(found.column_totals) if total]
    crossed = [*_crossed(scope, rows, found, kept)]
    first, rest = (crossed, []) if top is None or len(crossed) <= top + 1 else (crossed[:top], crossed[top:])
    if rest:
        sums = (
            sum(cell for cell in cells if isinstance(cell, int))
            for cells in zip(*(row.cells[1:] for row in rest), strict=True)
        )
        first.append(Row((_("上記以外"), *sums)))
    first.append(Row((_("合計"), *(found.column_totals[n] for n in kept), found.total), Role.TOTAL))
    across = DIMENSIONS[columns].texts(found.column_codes, scope.centre_ids)
    titles = (
        Column(str(DIMENSIONS[rows].label), Unit.TEXT),
        *(Column(across[n]) for n in kept),
        Column(_("合計")),
    )
    place = {found.column_codes[n]: at for at, n in enumerate(kept, start=1)}
    places = tuple(place[code] for code in (drawn or place) if code in place)
    return Grid(caption, titles, tuple(first), Chart(picture, places) if picture and places else None)


def _crossed(scope: Scope, by: str, found: Breakdown, kept: Sequence[int]) -> list[Row]:
    """The rows that have a count or always stand there: in their own order, or by count, what is not known last."""
    labels = DIMENSIONS[by].texts(found.row_codes, scope.centre_ids)
    rows = [
        (code, Row((label, *(cells[n] for n in kept), sum(cells)), _role(code)))
        for code, label, cells in zip(found.row_codes, labels, found.cells, strict=True)
        if any(cells) or code in DIMENSIONS[by].fixed
    ]
    if by not in _IN_ORDER:
        totals = dict(zip(found.row_codes, found.row_totals, strict=True))
        rows.sort(key=lambda row: (row[0] in NO_ANSWER, -totals[row[0]]))
    return [row for _code, row in rows]
