"""Panels of what cases cost and how they ended: amounts, 処理結果, あっせん率 and あっせん解決率."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.amounts import Amounts
from cases.figures.answers import Answers
from cases.figures.questions import (
    CASES,
    CONTRACT_YEN,
    MEDIATION_RATE,
    PAID_YEN,
    RESOLUTION_RATE,
)
from cases.figures.shares import Share
from consult.manage.boards.counted import labels, outcome_chart, percent_text
from consult.manage.boards.panel import Figure, Panel, Scope
from consult.manage.tables import percent
from consult.shell.paper import charts
from consult.shell.paper.charts import BarRow

_AGE: Final = "age_band"


def amounts(scope: Scope, *, with_chart: bool) -> Panel:
    """What was to be paid and what was paid: n, mean, median and largest; 不明 is left out and never 0."""
    asked = replace(scope.question, rows=_AGE)
    contract = measures.amounts(replace(asked, measure=CONTRACT_YEN))
    paid = measures.amounts(replace(asked, measure=PAID_YEN))
    title = _("金額の中央値(年代別)")
    rows = list(_medians(contract, paid, scope))
    chart = charts.bars(
        title,
        rows,
        label_head=_("年代"),
        value_head=_("契約購入金額"),
        before_head=_("既支払額"),
        shown=lambda yen: _yen(round(yen)),
    )
    return Panel(
        name="amounts",
        title=_("金額"),
        basis=_("金額が分かる相談だけ。少数の高額な相談が平均を引き上げるので、中央値と並べて読みます。"),
        figures=(
            *_figures(_("契約購入金額"), contract.total),
            *_figures(_("既支払額"), paid.total),
        ),
        charts=(chart,) if rows and with_chart else (),
        more=scope.asked.query(rows=_AGE, columns="", measure=CONTRACT_YEN),
    )


def outcomes(scope: Scope) -> Panel:
    """How cases ended, beside the year before, and the two rates with what they are made of."""
    asked = replace(scope.question, rows="outcome")
    found = measures.compare(asked)
    mediation = measures.shares(replace(asked, measure=MEDIATION_RATE)).total
    settled = measures.shares(replace(asked, measure=RESOLUTION_RATE)).total
    return Panel(
        name="outcomes",
        title=_("処理結果"),
        basis=_("期間に受け付けた相談の今の処理結果。あっせんには解決と不調が入ります。"),
        figures=(
            _rate(_("あっせん率"), mediation, _("終了した%(all)s件のうち、あっせんした%(part)s件")),
            _rate(_("あっせん解決率"), settled, _("あっせんした%(all)s件のうち、解決した%(part)s件")),
        ),
        charts=(outcome_chart(found, scope),) if found.now.total or found.before.total else (),
        more=scope.asked.query(rows="outcome", columns="", measure=CASES, sort=""),
    )


def _figures(label: str, found: Amounts) -> Iterator[Figure]:
    known = _("分かる%(n)s件、不明%(unknown)s件") % {"n": f"{found.n:,}", "unknown": f"{found.unknown:,}"}
    yield Figure(_("%(what)sの中央値") % {"what": label}, _whole_yen(found.median), known)
    yield Figure(
        _("%(what)sの平均") % {"what": label},
        _whole_yen(found.mean),
        _("最大 %(most)s") % {"most": _whole_yen(found.largest)},
    )


def _medians(contract: Answers[Amounts], paid: Answers[Amounts], scope: Scope) -> Iterator[BarRow]:
    """Age bands of which an amount is known; where only one of the two is, the other is no data."""
    held = dict(zip(paid.row_codes, paid.row_totals, strict=True))
    bands = labels(_AGE, contract.row_codes, scope)
    for code, band, found in zip(contract.row_codes, bands, contract.row_totals, strict=True):
        other = held.get(code)
        medians = [None if one is None or one.median is None else float(one.median) for one in (found, other)]
        if medians != [None, None]:
            yield BarRow(band, *medians)


def _rate(label: str, found: Share, basis: str) -> Figure:
    numbers = {"all": f"{found.all:,}", "part": f"{found.part:,}"}
    return Figure(label, percent_text(percent(found.of_all)), basis % numbers)


def _whole_yen(amount: Fraction | int | None) -> str:
    """Half a yen up; a dash for the mean of nothing."""
    return "—" if amount is None else _yen(int(amount + Fraction(1, 2)))


def _yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": f"{amount:,}"}
