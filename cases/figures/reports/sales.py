"""Tables 9 and 10: how it was sold, and by which 手口."""

from typing import Final

from django.utils.translation import gettext as _

from cases.figures.reports import sentences
from cases.figures.reports.lines import compared_grid, crossed_grid, lines_of
from cases.figures.reports.scope import Scope
from cases.figures.tables import Picture, TableData

TOP_BY_AGE: Final = 10


def sales_methods(scope: Scope) -> TableData:
    """9 販売購入形態, and × 年代."""
    lines = lines_of(scope, "sales_method", by_root=True)
    return TableData(
        sentences=(sentences.leading(_("販売購入形態"), lines), sentences.moved(scope, lines)),
        grids=(
            compared_grid(scope, lines, caption=_("販売購入形態別"), title=_("販売購入形態")),
            crossed_grid(
                scope, "sales_method", "age_band", caption=_("販売購入形態×契約当事者の年代"), picture=Picture.HEAT
            ),
        ),
        definition=(
            _("1件に1つの販売購入形態を数えます。通信販売はネット通販を含み、「うち」は再掲です。"),
            _("年代との表では、ネット通販を通信販売と分けて数えています。"),
        ),
    )  # fmt: skip


def scams(scope: Scope) -> TableData:
    """10 手口, and the most frequent ones × 年代."""
    lines = lines_of(scope, "scam_main")
    return TableData(
        sentences=(sentences.leading(_("手口"), lines), sentences.moved(scope, lines)),
        grids=(
            compared_grid(scope, lines, caption=_("手口別"), title=_("手口(主)")),
            crossed_grid(
                scope, "scam_main", "age_band", top=TOP_BY_AGE, picture=Picture.HEAT,
                caption=_("手口 上位%(n)d×契約当事者の年代") % {"n": TOP_BY_AGE},
            ),
        ),
        definition=(_("1件に1つの主な手口を数えます。ほかの手口(延べ)は含みません。"),),
    )  # fmt: skip
