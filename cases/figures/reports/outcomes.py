"""Table 12: how consultations ended, with the two rates of mediation and their formula."""

from django.utils.translation import gettext as _

from cases.figures.measures import Breakdown
from cases.figures.reports import sentences
from cases.figures.reports.lines import compared_grid, lines_of, percent
from cases.figures.reports.scope import Before, Scope
from cases.figures.tables import Cell, Column, Grid, Row, TableData, Unit

MEDIATED, FAILED = "MEDIATED", "MEDIATION_FAILED"


def outcomes(scope: Scope) -> TableData:
    """12 処理結果・あっせん率・解決率."""
    lines = lines_of(scope, "outcome")
    found = scope.compared("outcome")
    return TableData(
        sentences=(sentences.leading(_("処理結果"), lines), _rates_told(found.now)),
        grids=(
            compared_grid(scope, lines, caption=_("処理結果別"), title=_("処理結果")),
            _rates(scope, found.now, found.before),
        ),
        definition=(
            _(
                "処理結果は、この期間に受け付けた相談の、時点までの結果です。「未処理」はまだ終了していない相談です。"
            ),
            _("あっせん率 = (あっせん解決 + あっせん不調) ÷ 終了した相談"),
            _("解決率 = あっせん解決 ÷ (あっせん解決 + あっせん不調)"),
        ),
    )


def _counts(found: Breakdown) -> tuple[int, int, int]:
    """あっせん解決, both kinds of あっせん, all that are closed."""
    by_code = dict(zip(found.row_codes, found.row_totals, strict=True))
    solved = by_code.get(MEDIATED, 0)
    return solved, solved + by_code.get(FAILED, 0), found.total - by_code.get("", 0)


def _rates_told(found: Breakdown) -> str:
    solved, mediated, closed = _counts(found)
    if not closed:
        return _("終了した相談はありませんでした。")
    words = {
        "rate": sentences.shown(percent(mediated, closed)),
        "mediated": f"{mediated:,}",
        "closed": f"{closed:,}",
        "solved": f"{solved:,}",
        "solved_rate": sentences.shown(percent(solved, mediated)),
    }
    if not mediated:
        return _("終了した%(closed)s件のうち、あっせんをしたものはありませんでした。") % words
    return (
        _("あっせん率は%(rate)s(%(mediated)s÷%(closed)s)、解決率は%(solved_rate)s(%(solved)s÷%(mediated)s)でした。")
        % words
    )  # fmt: skip


def _rates(scope: Scope, now: Breakdown, before: Breakdown) -> Grid:
    rows = []
    counts = [_counts(now), _counts(before)]
    for name, parts in (
        (_("あっせん率"), [(mediated, closed) for _solved, mediated, closed in counts]),
        (_("解決率"), [(solved, mediated) for solved, mediated, _closed in counts]),
    ):
        (part, whole), earlier = parts
        last: Cell = percent(*earlier) if scope.before == Before.WHOLE else None
        rows.append(Row((name, part, whole, percent(part, whole), last)))
    columns = (
        Column(_("率"), Unit.TEXT),
        Column(_("分子")),
        Column(_("分母")),
        Column(_("割合(%)"), Unit.PERCENT),
        Column(_("%(before)s(%%)") % {"before": scope.before_name}, Unit.PERCENT),
    )
    return Grid(_("あっせん率・解決率"), columns, tuple(rows))
