"""The panel of 経路: who or what sends people here, and how many of them a watcher sent."""

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.figures import measures
from cases.figures.counting import ERASED
from cases.figures.dimensions import BLANK, UNKNOWN
from cases.figures.measures import CASES, Breakdown
from consult.manage.boards.counted import labels, percent_text
from consult.manage.boards.panel import Figure, Panel, Scope
from consult.manage.tables import percent
from consult.shell.paper import charts
from consult.shell.paper.charts import BarRow

ROUTE: Final = "route"
WATCHER: Final = "WATCHER"
_NOT_TOLD: Final = frozenset({BLANK, UNKNOWN, ERASED})


def routes(scope: Scope) -> Panel:
    """Beside the year before, the most frequent first; what nobody asked or noted stands last."""
    found = measures.compare(replace(scope.question, rows=ROUTE))
    before = dict(zip(found.before.row_codes, found.before.row_totals, strict=True))
    rows = sorted(
        zip(found.now.row_codes, found.now.row_totals, strict=True),
        key=lambda row: (row[0] in _NOT_TOLD, row[0] == BLANK, -row[1]),
    )
    names = labels(ROUTE, [code for code, _n in rows], scope)
    title = _("窓口につながった経路")
    chart = charts.bars(
        title,
        [BarRow(label, n, before[code]) for label, (code, n) in zip(names, rows, strict=True)],
        label_head=title,
        value_head=_("件数"),
        before_head=_("前年同期"),
    )
    return Panel(
        name="routes",
        title=title,
        basis=_("だれに勧められ、何を見て相談したか。聞き取った相談だけが割合の分母です。"),
        figures=(_watchers(found.now, before.get(WATCHER, 0)),),
        charts=(chart,) if found.now.total or found.before.total else (),
        more=scope.asked.query(rows=ROUTE, columns="", measure=CASES, sort=""),
        empty=_("この期間と条件に当てはまる相談はありません。"),
    )


def _watchers(found: Breakdown, before: int) -> Figure:
    totals = dict(zip(found.row_codes, found.row_totals, strict=True))
    watchers = totals.get(WATCHER, 0)
    told = sum(n for code, n in totals.items() if code not in _NOT_TOLD)
    share = measures.Share(watchers, told, found.total).of_known
    return Figure(
        _("見守り関係者からの相談"),
        pgettext("number of", "%(n)s件") % {"n": f"{watchers:,}"},
        _("経路の分かる%(told)s件の%(share)s、前年同期 %(before)s件")
        % {"told": f"{told:,}", "share": percent_text(percent(share)), "before": f"{before:,}"},
    )
