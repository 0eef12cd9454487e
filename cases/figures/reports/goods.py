"""Tables 6 and 7: what it was about."""

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.measures import year_before
from cases.figures.reports import sentences
from cases.figures.reports.lines import compared_grid, lines_of
from cases.figures.reports.scope import Scope
from cases.figures.tables import TableData

# The goods classes were revised on this day: series across it do not compare (PIO-NET 2021年度).
BREAK_IN_SERIES: Final = date(2021, 4, 1)
TOP: Final = 20


def top_products(scope: Scope) -> TableData:
    """6 商品・役務 上位20 with the year before."""
    lines = lines_of(scope, "product")
    return TableData(
        sentences=(sentences.leading(_("商品・役務"), lines), sentences.moved(scope, lines)),
        grids=(
            compared_grid(
                scope, lines, caption=_("商品・役務 上位%(n)d") % {"n": TOP}, title=_("商品・役務"), top=TOP
            ),
        ),
        definition=(
            _("商品・役務の分類(選ばれた中で最も細かいもの)の件数の多い順です。"),
            *break_lines(scope),
        ),
    )


def product_classes(scope: Scope) -> TableData:
    """7 大分類."""
    lines = lines_of(scope, "product_class")
    return TableData(
        sentences=(sentences.leading(_("商品・役務の大分類"), lines), sentences.moved(scope, lines)),
        grids=(compared_grid(scope, lines, caption=_("商品・役務の大分類別"), title=_("大分類")),),
        definition=(
            _("商品・役務の分類を、相談を記録した時の大分類にまとめたものです。"),
            *break_lines(scope),
        ),
    )


def break_lines(scope: Scope) -> tuple[str, ...]:
    """A word of warning where the period and the year before lie on two sides of the break."""
    if not year_before(scope.start) < BREAK_IN_SERIES <= scope.start:
        return ()
    return (
        _("商品・役務の分類は2021年4月に改められました。その前後の件数は比べられません。"),
        _("2020年度までの分類は、名前が続いているものだけを今の分類に読み替えて数えています。"),
    )
