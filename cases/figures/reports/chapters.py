"""Tables 14 and 15: elders and the young each in a chapter of their own, and cases told without persons."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.limits import ELDER, YOUNG
from cases.figures.reports import sentences
from cases.figures.reports.lines import compared_grid, lines_of
from cases.figures.reports.scope import Example, Scope
from cases.figures.tables import Column, Grid, Row, TableData, Unit

TOP: Final = 10


def elders_and_young(scope: Scope) -> TableData:
    """14 高齢者・若者: each group's count, goods, 販売購入形態 and 手口."""
    groups = [(scope.elders, {"age_group": [ELDER]}), (scope.young, {"age_group": [YOUNG]})]
    (elders, of_elders), (young, of_young) = groups
    return TableData(
        sentences=(
            _told(scope, _("%(group)sの相談") % {"group": elders}, of_elders),
            _told(scope, _("%(group)sの相談") % {"group": young}, of_young),
        ),
        grids=tuple(grid for group, only in groups for grid in _chapter(scope, group, only)),
        definition=(_("契約当事者の年齢で数えます。年齢不明と、年代からは分からないものは含みません。"),),
    )


def _told(scope: Scope, what: str, only: Mapping[str, Collection[str]]) -> str:
    """How many and which 手口 leads, in one sentence after the other."""
    lines = lines_of(scope, "scam_main", only)
    told = sentences.change(scope, what, lines.total.now, lines.total.before)
    return told + sentences.leading(_("手口"), lines) if lines.total.now else told


def _chapter(scope: Scope, group: str, only: Mapping[str, Collection[str]]) -> list[Grid]:
    def grid(by: str, title: str, *, by_root: bool = False) -> Grid:
        lines = lines_of(scope, by, only, by_root=by_root)
        caption = _("%(group)sの%(by)s") % {"group": group, "by": title}
        return compared_grid(scope, lines, caption=caption, title=title, top=TOP)

    return [
        grid("sex", _("性別")),
        grid("product", _("商品・役務")),
        grid("sales_method", _("販売購入形態"), by_root=True),
        grid("scam_main", _("手口")),
    ]


def examples(scope: Scope) -> TableData:
    """15 事例: as a person chose and wrote them."""
    return told_cases(scope.examples)


def told_cases(chosen: Sequence[Example]) -> TableData:
    if not chosen:
        return TableData(
            (
                _("事例は選ばれていません。"),
                _("載せるのは、職員が相談を選び、個人が分からないように書き直した文だけです。"),
            )
        )
    rows = tuple(Row((one.title, one.text)) for one in chosen)
    columns = (Column(_("題名"), Unit.TEXT), Column(_("内容"), Unit.TEXT))
    return TableData(
        sentences=(
            _("事例を%(n)d件載せています。") % {"n": len(rows)},
            _("個人が分からないように職員が書き直したもので、実際の相談とは細部が異なります。"),
        ),
        grids=(Grid(_("相談事例"), columns, rows),),
        definition=(_("この期間の相談から職員が選びました。件数の多さを表すものではありません。"),),
    )
