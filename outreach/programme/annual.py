"""Table 16 of the annual report: what the programme of the 年度 did, with the lectures recorded here."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import published, tables
from cases.figures.reports.scope import Scope
from cases.figures.tables import Cell, Column, Grid, ReportTable, Role, Row, TableData, Unit
from outreach.network import annual as network
from outreach.programme.matrix import Programme, programme_of
from outreach.programme.models import Kpi, ProgrammeLine

NUMBER: Final = 16


def register() -> None:
    tables.register(ReportTable(NUMBER, gettext_lazy("講座・啓発の実績"), build, of_cut=False))


def build(scope: Scope) -> TableData:
    """The lines of the 年度 as they are stored now: they carry no cut of the fact log."""
    year = scope.start.year
    now, before = programme_of(scope.centre, year), programme_of(scope.centre, year - 1)
    watchers = network.grid(scope)
    grids = [
        *([_lines(now)] if now.rows else []),
        *([_kpis(now.kpis)] if now.kpis else []),
        *([watchers] if watchers else []),
    ]
    none = (_("この年度の講座・啓発の記録はありません。"), _before(before))
    if not grids:
        return TableData(none)
    return TableData(
        sentences=(_done(now, before), _most(now.rows)) if now.rows else none,
        grids=tuple(grids),
        definition=(
            _("施策の記録と、実施を記録した出前講座です。合計は「合計に入れる」行だけを足します。"),
            _("人数は来た人の数です。登録者のように残る数は数量に載せ、人数には加えません。"),
            _("相談の件数と違い、報告を作った時の記録です。"),
            *([network.definition()] if watchers else []),
        ),
    )


def _before(before: Programme) -> str:
    if not before.rows:
        return _("前年度の記録もありません。")
    return _("前年度は%(sessions)s回、%(people)s人でした。") % _counts(before)


def _counts(programme: Programme) -> dict[str, str]:
    totals = programme.totals
    return {"sessions": f"{totals.sessions:,}", "people": f"{totals.people:,}"}


def _done(now: Programme, before: Programme) -> str:
    return _("講座・啓発は合わせて%(sessions)s回、%(people)s人でした。") % _counts(now) + _before(before)


def _most(rows: Sequence[ProgrammeLine]) -> str:
    """Which line reached the most people; the first of equal ones."""
    counted = [row for row in rows if row.people]
    if not counted:
        return _("人数の記録はありません。")
    most = max(counted, key=lambda row: row.people or 0)
    return _("人数が最も多いのは「%(measure)s」の%(people)s人でした。") % {
        "measure": most.measure,
        "people": f"{most.people:,}",
    }


def _lines(programme: Programme) -> Grid:
    rows = [Row(_cells(line)) for line in programme.rows]
    totals = programme.totals
    rows.append(Row((_("合計"), "", "", totals.sessions, totals.people, None, "", None, "", ""), Role.TOTAL))
    columns = (
        Column(_("施策"), Unit.TEXT),
        Column(_("担当課"), Unit.TEXT),
        Column(_("種類"), Unit.TEXT),
        Column(_("回数")),
        Column(_("人数")),
        Column(_("数量"), Unit.NUMBER),
        Column(_("単位"), Unit.TEXT),
        Column(_("累計")),
        Column(_("合計に入れる"), Unit.TEXT),
        Column(_("備考"), Unit.TEXT),
    )
    return Grid(_("施策の実績"), columns, tuple(rows))


def _cells(line: ProgrammeLine) -> tuple[Cell, ...]:
    return (
        line.measure, line.section, line.kind, line.sessions, line.people, _plain(line.quantity), line.unit,
        line.cumulative, _("はい") if line.in_total else _("いいえ"), line.note,
    )  # fmt: skip


def _plain(number: Decimal | None) -> Decimal | None:
    return None if number is None else published.plain(number)


def _kpis(kpis: Sequence[Kpi]) -> Grid:
    columns = (
        Column(_("指標"), Unit.TEXT),
        Column(_("年度"), Unit.TEXT),
        Column(_("現状値"), Unit.NUMBER),
        Column(_("目標値"), Unit.NUMBER),
        Column(_("目標(文)"), Unit.TEXT),
        Column(_("単位"), Unit.TEXT),
        Column(_("出典"), Unit.TEXT),
    )
    rows = tuple(
        Row(
            (
                kpi.name,
                str(kpi.year or _("記載なし")),
                _plain(kpi.value),
                _plain(kpi.target),
                kpi.target_text,
                kpi.unit,
                kpi.source,
            )
        )
        for kpi in kpis
    )
    return Grid(_("指標"), columns, rows)
