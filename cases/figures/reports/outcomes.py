"""Table 12: how consultations ended, with the two rates of mediation and their formula."""

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.questions import MEDIATION_RATE, RESOLUTION_RATE
from cases.figures.ratios import FORMULAS
from cases.figures.reports import sentences
from cases.figures.reports.lines import compared_grid, lines_of, percent
from cases.figures.reports.scope import Before, Scope
from cases.figures.shares import Share
from cases.figures.tables import Cell, Column, Grid, Row, TableData, Unit

Rates = tuple[Share, Share]
"""Of the period and of a year before."""


def outcomes(scope: Scope) -> TableData:
    """12 処理結果・あっせん率・解決率."""
    lines = lines_of(scope, "outcome")
    mediation, resolution = _rates(scope, MEDIATION_RATE), _rates(scope, RESOLUTION_RATE)
    return TableData(
        sentences=(sentences.leading(_("処理結果"), lines), _told(mediation[0], resolution[0])),
        grids=(
            compared_grid(scope, lines, caption=_("処理結果別"), title=_("処理結果")),
            _grid(scope, mediation, resolution),
        ),
        definition=(
            _("処理結果は、この期間に受け付けた相談の、時点までの結果です。「未処理」はまだ終了していない相談です。"),
            _("あっせん率 = %(formula)s") % {"formula": FORMULAS[MEDIATION_RATE].text},
            _("解決率 = %(formula)s") % {"formula": FORMULAS[RESOLUTION_RATE].text},
        ),
    )  # fmt: skip


def _rates(scope: Scope, measure: str) -> Rates:
    now, before = (measures.shares(one).total for one in scope.questions("kind", measure=measure))
    return now, before


def _told(mediation: Share, resolution: Share) -> str:
    if not mediation.all:
        return _("終了した相談はありませんでした。")
    words = {
        "rate": sentences.shown(percent(mediation.part, mediation.all)),
        "mediated": f"{mediation.part:,}",
        "closed": f"{mediation.all:,}",
        "solved": f"{resolution.part:,}",
        "solved_rate": sentences.shown(percent(resolution.part, resolution.all)),
    }
    if not mediation.part:
        return _("終了した%(closed)s件のうち、あっせんをしたものはありませんでした。") % words
    return (
        _("あっせん率は%(rate)s(%(mediated)s÷%(closed)s)、解決率は%(solved_rate)s(%(solved)s÷%(mediated)s)でした。")
        % words
    )  # fmt: skip


def _grid(scope: Scope, mediation: Rates, resolution: Rates) -> Grid:
    rows = []
    for name, (now, before) in ((_("あっせん率"), mediation), (_("解決率"), resolution)):
        last: Cell = percent(before.part, before.all) if scope.before == Before.WHOLE else None
        rows.append(Row((name, now.part, now.all, percent(now.part, now.all), last)))
    columns = (
        Column(_("率"), Unit.TEXT),
        Column(_("分子")),
        Column(_("分母")),
        Column(_("割合(%)"), Unit.PERCENT),
        Column(_("%(before)s(%%)") % {"before": scope.before_name}, Unit.PERCENT),
    )
    return Grid(_("あっせん率・解決率"), columns, tuple(rows))
