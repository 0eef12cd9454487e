"""Table 11: what was contracted and paid, of all, of elders and of the young."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.limits import ELDER, YOUNG
from cases.figures.measures import Amounts
from cases.figures.questions import CONTRACT_YEN, PAID_YEN, Question
from cases.figures.reports import erased_yen
from cases.figures.reports.scope import ALL_AGES, Before, Scope
from cases.figures.tables import Chart, Column, Grid, Picture, Row, TableData, Unit

_NOTHING: Final = Amounts(0, 0, 0, None, None)


def amounts(scope: Scope) -> TableData:
    """11 平均契約購入金額・既支払額. 不明 is in none of the means and medians."""
    contracted, paid = _groups(scope, CONTRACT_YEN), _groups(scope, PAID_YEN)
    return TableData(
        sentences=(
            _told(scope, _("契約購入金額"), contracted[0]),
            _told(scope, _("既支払額"), paid[0]),
        ),
        grids=(
            _grid(scope, _("契約購入金額(円)"), contracted),
            _grid(scope, _("既支払額(円)"), paid),
        ),
        definition=(
            _("金額が分かる相談だけの平均・中央値・最大です。0円は金額として数え、不明は数えません。"),
            _("平均は少数の高額な契約に引かれるので、中央値と件数を並べています。"),
            _("作る前に消去した相談の金額は、区分だけが残るため不明に数えます。"),
        ),
    )


Group = tuple[str, Amounts, Amounts]
"""A name, its amounts now and a year before."""


def _groups(scope: Scope, measure: str) -> list[Group]:
    now, before = (
        _by_group(scope, question, is_before=is_before)
        for question, is_before in zip(
            scope.questions("age_group", measure=measure), (False, True), strict=True
        )
    )
    return [
        (name, now[code], before[code])
        for code, name in ((ALL_AGES, _("全体")), (ELDER, scope.elders), (YOUNG, scope.young))
    ]


def _by_group(scope: Scope, question: Question, *, is_before: bool) -> Mapping[str, Amounts]:
    """What stands, with what was erased out of this very report since it was issued."""
    answer = measures.amounts(question)
    held = dict(zip(answer.row_codes, answer.row_totals, strict=True))
    found = {ALL_AGES: answer.total, **{code: held.get(code, _NOTHING) for code in (ELDER, YOUNG)}}
    taken = {code: scope.taken.get((question.measure, code, is_before)) for code in found}
    if not any(one is not None and one.n for one in taken.values()):
        return found
    standing = erased_yen.by_group(question)
    return {
        code: erased_yen.restored(found[code], standing[code], one) if one is not None else found[code]
        for code, one in taken.items()
    }


def _grid(scope: Scope, caption: str, groups: list[Group]) -> Grid:
    columns = (
        Column(_("区分"), Unit.TEXT),
        Column(_("金額が分かる件数")),
        Column(_("不明の件数")),
        Column(_("平均(円)"), Unit.YEN),
        Column(_("中央値(円)"), Unit.YEN),
        Column(_("最大(円)"), Unit.YEN),
        Column(_("%(before)sの平均(円)") % {"before": scope.before_name}, Unit.YEN),
        Column(_("%(before)sの中央値(円)") % {"before": scope.before_name}, Unit.YEN),
    )
    rows = []
    for name, now, before in groups:
        last = (before.mean, before.median) if scope.before == Before.WHOLE else (None, None)
        rows.append(
            Row((name, now.n, now.unknown, yen(now.mean), yen(now.median), now.largest, *map(yen, last)))
        )
    return Grid(caption, columns, tuple(rows), Chart(Picture.BARS, (3,)))


def yen(amount: Fraction | None) -> int | None:
    """Whole yen, a half rounded up."""
    return None if amount is None else int(amount + Fraction(1, 2))


def _told(scope: Scope, what: str, group: Group) -> str:
    _name, now, before = group
    mean, middle, earlier = yen(now.mean), yen(now.median), yen(before.mean)
    if mean is None:
        return _("%(what)sが分かる相談はありませんでした。") % {"what": what}
    words = {
        "what": what,
        "n": f"{now.n:,}",
        "mean": f"{mean:,}",
        "median": "—" if middle is None else f"{middle:,}",
        "before": scope.before_name,
    }
    if scope.before != Before.WHOLE or earlier is None:
        return _("%(what)sが分かる%(n)s件の平均は%(mean)s円、中央値は%(median)s円でした。") % words
    words["difference"] = f"{abs(mean - earlier):,}"
    if mean == earlier:
        return (
            _("%(what)sが分かる%(n)s件の平均は%(mean)s円(%(before)sと同じ)、中央値は%(median)s円でした。")
            % words
        )
    if mean > earlier:
        return (
            _("%(what)sが分かる%(n)s件の平均は%(mean)s円(%(before)sより%(difference)s円高い)、中央値は%(median)s円でした。")
            % words
        )  # fmt: skip
    return (
        _("%(what)sが分かる%(n)s件の平均は%(mean)s円(%(before)sより%(difference)s円低い)、中央値は%(median)s円でした。")
        % words
    )  # fmt: skip
