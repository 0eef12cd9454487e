"""Tables 1 and 5: how many, over the years, and how and on which days they came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import measures, published
from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import Breakdown
from cases.figures.reports import earlier, sentences
from cases.figures.reports.lines import compared_grid, lines_of, percent
from cases.figures.reports.scope import MONTHS_SHOWN, YEARS_SHOWN, Scope, Span, name_of
from cases.figures.tables import Cell, Chart, Column, Grid, Picture, Row, TableData, Unit
from cases.law import calendar

LINES_MOST: Final = 5
"""In one picture."""


def development(scope: Scope) -> TableData:
    """1 件数推移: ten 年度 or thirteen months by 相談区分, and beside them what was published before."""
    now = scope.compared("kind")
    grids = [_series(scope)]
    if grid := _published(scope):
        grids.append(grid)
    return TableData(
        sentences=(
            sentences.change(scope, _("相談"), now.now.total, now.before.total),
            sentences.leading(_("相談区分"), lines_of(scope, "kind")),
        ),
        grids=tuple(grids),
        definition=(
            _("新規の相談を1件と数え、継続の相談(経過)は数えません。"),
            _("公表値は、印刷された値をそのまま載せたもので、件数には加えていません。"),
        ),
    )


def _series(scope: Scope) -> Grid:
    is_of_years = scope.span == Span.YEAR
    question = replace(
        scope.question("fiscal_year" if is_of_years else "month", "kind"), start=_first_shown(scope)
    )
    found = measures.breakdown(question)
    kept = [n for n, total in enumerate(found.column_totals) if total] or list(range(len(found.column_codes)))
    labels = DIMENSIONS["kind"].texts(found.column_codes)
    columns = (
        Column(DIMENSIONS[question.rows].label.__str__(), Unit.TEXT),
        Column(_("件数")),
        *(Column(labels[n]) for n in kept),
        Column(_("前の年度との差") if is_of_years else _("前の月との差"), Unit.CHANGE),
        Column(_("増減率(%)"), Unit.CHANGE_PERCENT),
    )
    rows = _rows(scope, found, kept)
    told = earlier.published_counts(scope)
    return Grid(
        caption=_("相談件数の推移"),
        columns=(*columns, *earlier.columns_of(told)),
        rows=tuple(earlier.beside(scope, rows, told, len(columns)) if told else rows.values()),
        chart=Chart(Picture.LINES, _drawn(len(kept), len(columns), len(told))),
        note=_series_note(scope) + earlier.note_of(told),
    )


def _rows(scope: Scope, found: Breakdown, kept: Sequence[int]) -> dict[int, Row]:
    """By the number of the year; of months by their place."""
    rows: dict[int, Row] = {}
    last: int | None = None
    is_year = scope.span == Span.YEAR
    lines = zip(found.row_codes, found.cells, found.row_totals, strict=True)
    for place, (code, cells, total) in enumerate(lines):
        start = date(int(code), 4, 1) if is_year else date.fromisoformat(f"{code}-01")
        is_whole = _is_whole(scope, start)
        moved = _moved(total, last if is_whole else None)
        label = _label(scope, start, is_whole)
        rows[start.year if is_year else place] = Row((label, total, *(cells[n] for n in kept), *moved))
        last = total if is_whole else None
    return rows


def _drawn(kinds: int, width: int, told: int) -> tuple[int, ...]:
    """The positions in the picture: the whole, what was published of it, and as many 相談区分 as can be told apart."""
    published_at = range(width, width + told)
    return (1, *range(2, 2 + min(kinds, LINES_MOST - 1 - told)), *published_at)


def _first_shown(scope: Scope) -> date:
    if scope.span == Span.YEAR:
        return date(scope.start.year - YEARS_SHOWN + 1, 4, 1)
    months = scope.start.year * 12 + scope.start.month - MONTHS_SHOWN
    return date(months // 12, months % 12 + 1, 1)


def _is_whole(scope: Scope, start: date) -> bool:
    """Whether the row counts a whole 年度 or month: not the one that goes on, nor the one that records begin in."""
    is_going_on = start == scope.start and not scope.is_whole
    return not is_going_on and scope.first_month is not None and scope.first_month <= start


def _label(scope: Scope, start: date, is_whole: bool) -> str:
    named = name_of(scope.span, start)
    return named if is_whole else _("%(period)s(一部)") % {"period": named}


def _moved(total: int, before: int | None) -> tuple[Cell, Cell]:
    return (None, None) if before is None else (total - before, percent(total - before, before))


def _series_note(scope: Scope) -> str:
    if scope.first_month is None or scope.first_month <= _first_shown(scope):
        return ""
    return _("%(month)sより前の記録はありません。") % {"month": calendar.wareki_month(scope.first_month)}


def _published(scope: Scope) -> Grid | None:
    """What was printed before or elsewhere, as it was printed, with source and definition."""
    rows = published.figures_for(scope.centre_ids)
    if not rows:
        return None
    titles = (_("項目"), _("年・年度"), _("値"), _("定義"), _("出典"))
    return Grid(
        caption=_("公表値(参考)"),
        columns=tuple(Column(title, Unit.TEXT) for title in titles),
        rows=tuple(
            Row((row.name, row.year, f"{row.value.normalize():,f}{row.unit}", row.definition, row.source))
            for row in rows
        ),
    )


def reception(scope: Scope) -> TableData:
    """5 受付方法/曜日."""
    channels, days = lines_of(scope, "channel", by_root=True), lines_of(scope, "weekday")
    return TableData(
        sentences=(
            sentences.leading(_("受付方法"), channels),
            sentences.leading(_("受付の曜日"), days),
        ),
        grids=(
            compared_grid(scope, channels, caption=_("受付方法別"), title=_("受付方法")),
            compared_grid(scope, days, caption=_("曜日別"), title=_("曜日")),
        ),
        definition=(
            _("受付方法は新規の相談を受けた方法です。"),
            _("曜日は受付日の曜日です。開所日数の違いは考えていません。"),
        ),
    )
