"""Tables 2 to 4: of whom, by age and sex, occupation and district."""

from django.utils.translation import gettext as _

from cases.figures.measures import SeniorShare
from cases.figures.reports import sentences
from cases.figures.reports.lines import (
    NO_ANSWER,
    Line,
    Lines,
    compared_cells,
    compared_grid,
    crossed_grid,
    lines_of,
    percent,
)
from cases.figures.reports.scope import Before, Scope
from cases.figures.tables import Column, Grid, Picture, Role, Row, TableData, Unit


def ages_and_sexes(scope: Scope) -> TableData:
    """2 契約当事者 年代×性別, with 65+, 18–19 and 80+ once more, by both denominators."""
    found = scope.compared("age_band", "sex")
    return TableData(
        sentences=(
            sentences.leading(_("契約当事者の年代"), lines_of(scope, "age_band")),
            _seniors(scope, found.now.share_65, found.before.share_65),
        ),
        grids=(
            crossed_grid(
                scope, "age_band", "sex", caption=_("契約当事者の年代×性別"), picture=Picture.PYRAMID,
                drawn=("MALE", "FEMALE"),
            ),
            compared_grid(
                scope, lines_of(scope, "age_band"), caption=_("年代別の前年との比較"), title=_("年代"), picture=None
            ),
            _again(scope),
        ),
        definition=(
            _("相談者ではなく契約当事者の年代・性別です。"),
            _("割合は2通り示します。「年齢が分かる相談」は年齢不明・団体・年代の詳細不明を分母から除き、「全体」は含みます。"),
        ),
    )  # fmt: skip


def _seniors(scope: Scope, now: SeniorShare, before: SeniorShare) -> str:
    told = sentences.shares(_("65歳以上"), now.seniors, now.age_known, now.all)
    if scope.before != Before.WHOLE:
        return told
    return told + _("%(before)sは%(n)s件、%(known)s、%(all)sでした。") % {
        "before": scope.before_name,
        "n": f"{before.seniors:,}",
        "known": sentences.shown(percent(before.seniors, before.age_known)),
        "all": sentences.shown(percent(before.seniors, before.all)),
    }


def _again(scope: Scope) -> Grid:
    """再掲: groups that are quoted, each with its count, both denominators and the year before."""
    lines = lines_of(scope, "age_band")
    found = scope.compared("senior")
    seniors = dict(
        zip(found.now.row_codes, zip(found.now.row_totals, found.before.row_totals, strict=True), strict=True)
    )
    groups = [Line("65_OVER", _("65歳以上"), *seniors.get("65_OVER", (0, 0)))]
    groups += [line for line in lines.rows if line.code in {"18_19", "80_OVER"}]
    known = sum(line.now for line in lines.rows if line.code not in NO_ANSWER)
    share = scope.compared("age_band").now.share_65
    rows = [
        Row(
            (
                line.label,
                line.now,
                percent(line.now, share.age_known if line.code == "65_OVER" else known),
                percent(line.now, lines.total.now),
                *compared_cells(scope, line),
            ),
            Role.AGAIN,
        )
        for line in groups
    ]
    columns = (
        Column(_("区分"), Unit.TEXT),
        Column(_("件数")),
        Column(_("年齢が分かる相談の中の割合(%)"), Unit.PERCENT),
        Column(_("全体の中の割合(%)"), Unit.PERCENT),
        Column(scope.before_name),
        Column(_("増減"), Unit.CHANGE),
        Column(_("増減率(%)"), Unit.CHANGE_PERCENT),
    )
    return Grid(_("再掲"), columns, tuple(rows))


def occupations(scope: Scope) -> TableData:
    """3 職業."""
    return _by_one(scope, "occupation", _("契約当事者の職業"), _("職業"))


def districts(scope: Scope) -> TableData:
    """4 居住地."""
    return _by_one(scope, "area", _("契約当事者の居住地区"), _("居住地区"))


def _by_one(scope: Scope, by: str, what: str, title: str) -> TableData:
    lines: Lines = lines_of(scope, by)
    return TableData(
        sentences=(sentences.leading(what, lines), sentences.moved(scope, lines)),
        grids=(compared_grid(scope, lines, caption=_("%(name)s別") % {"name": title}, title=title),),
        definition=(_("%(what)sです。構成比の分母は、不明・未入力を含む全件数です。") % {"what": what},),
    )
