"""A plan taken along: for others without a number of calls, for the centre's own use with all of them.

What a plan says of need comes from counts of consultations, and a drawn ratio gives its count back to whoever knows
how it was drawn. So of need only the third and its word leave the staff, in the order of districts and not of scores;
reasons made of counts only where a table by district
would show the public so many cases. Alarms leave by a
bulletin, which a second person approves. What was held is the centre's own activity (docs/decisions/0055).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.figures.need.choosing import Stand
from cases.figures.need.scoring import Third
from cases.figures.need.weights import Weights
from cases.figures.releases import rules
from cases.figures.releases.models import Figure
from cases.files.csv_out import Cell
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor
from consult.shell.paper import Block, Document, Notice, Table
from outreach.papers import Paper
from outreach.planning import wording
from outreach.planning.forms import WeightsForm, initial_of
from outreach.planning.models import Plan, Proposal
from outreach.planning.wording import Names

_THIRDS: Final = tuple(Third)
_OF_COUNTS: Final = frozenset({"ABOVE", "NEW"})


@dataclass(frozen=True)
class PlanTables:
    """Texts as they are printed: the lectures that come next, and what was held district by district."""

    lines: Sequence[Sequence[str]]
    districts: Sequence[Sequence[str]]


LINES: Final = ("手口", "対象", "地区", "優先", "理由")


def tables_of(plan: Plan) -> PlanTables:
    """In the language that is active."""
    names, may_read = Names(plan.centre), _may_read(plan)
    areas = list(names.areas)

    def place(row: Proposal) -> tuple[int, int, str, str]:
        goes_to = row.factors["goes_to"]
        return (
            _THIRDS.index(Third(row.factors["third"])),
            areas.index(goes_to) if goes_to in areas else len(areas),
            names.topic(row.theme),
            row.age_group,
        )

    following = plan.proposals.filter(factors__next__isnull=False)
    return PlanTables(
        lines=[
            [
                names.topic(row.theme),
                names.group(row.age_group),
                names.area(row.factors["goes_to"]),
                wording.third_of(row.factors),
                _reasons(row, is_readable=may_read(row)),
            ]
            for row in sorted(following, key=place)
        ],
        districts=[
            [
                names.area(one["area"]),
                str(one["events"]),
                _("不明") if one["residents"] is None else f"{one['residents']:,}",
            ]
            for one in plan.told["areas"]
            if one["area"]
        ],
    )


def _may_read(plan: Plan) -> Callable[[Proposal], bool]:
    """Whether a table by district would show the public the cases of a line."""
    least = rules.least_by_district(plan.centre)
    large = {one["area"] for one in plan.told["areas"] if (one["residents"] or 0) >= rules.SMALL_AREA}
    return lambda row: row.area in large and row.factors["cases"] >= least


def _reasons(row: Proposal, *, is_readable: bool) -> str:
    told = [
        wording.reason(one).text
        for one in row.reasons
        if one["kind"] == "WARNING" or (is_readable and one["kind"] in _OF_COUNTS)
    ]
    if row.factors["stand"] == Stand.PINNED:
        told.append(_("担当者が先に開くと決めました。"))
    return "\n".join(told) or "—"


def paper_of(plan: Plan, title: str) -> Paper:
    """Always Japanese."""
    with translation.override(settings.LANGUAGE_CODE):
        tables = tables_of(plan)
        document = Document(
            title=title,
            issue=_("%(day)sまでの1年から") % {"day": calendar.wareki(plan.last_day)},
            dated=calendar.wareki(calendar.today()),
            issuer=str(plan.centre),
            contact=f"{plan.centre} {plan.centre.phone}".strip(),
            is_dense=True,
            is_wide=True,
            blocks=list(_blocks(plan.rules, tables)),
        )
        return Paper(
            document,
            partial(_printed, plan.rules, tables, title),
            _figures(tables),
            f"{title}_{plan.last_day}",
        )


def _blocks(by: Weights, tables: PlanTables) -> Iterator[Block]:
    yield Notice(_("読むときに"), _how_to_read(by))
    yield Table(_("次に開く講座の案"), LINES, tables.lines)
    if tables.districts:
        yield Table(_("地区ごとの回数"), _districts_header(by), tables.districts, frozenset({1, 2}))


def _districts_header(by: Weights) -> list[str]:
    return [_("地区"), _("回数(%(n)sか月、予定を含む)") % {"n": by.reached_months}, _("人口")]


def _how_to_read(by: Weights) -> list[str]:
    values = {"months": by.reached_months, "most": by.most_before_all, "repeat": by.repeat_months}
    return [
        _(
            "優先は、見込まれる相談・被害の重さ・まだ届いていない住民の割合から、すべての組み合わせを3つに分けたものです。同じ優先の中は地区の順で、順位ではありません。"
        ),
        _(
            "%(months)sか月に%(most)s回開いた地区は、一度も開いていない地区があるうちは後に回します。同じ手口・対象・地区は%(repeat)sか月あけます。"
        )
        % values,
        _("相談の多い地区が、被害の多い地区とは限りません。相談の件数は載せていません。"),
    ]


def _printed(by: Weights, tables: PlanTables, title: str) -> bytes:
    with translation.override(settings.LANGUAGE_CODE):
        parts = [Part([Column(name) for name in LINES], tables.lines, above=[title, *_how_to_read(by)])]
        if tables.districts:
            parts.append(Part([Column(name) for name in _districts_header(by)], tables.districts))
        return write_xlsx([Stack(_("資料"), parts)])


def _figures(tables: PlanTables) -> list[Figure]:
    """Everything that the paper says, line by line."""
    return [
        *(Figure(f"{topic} {group} {area}", third) for topic, group, area, third, _why in tables.lines),
        *(Figure(f"{area} 回数", int(count), "回") for area, count, _people in tables.districts),
    ]


# --- For the centre's own use --------------------------------------------------------------------------------------
_NUMBERS: Final[dict[str, str]] = {
    "cases": "1年の件数", "expected": "見込み", "low": "見込みの下の端", "high": "見込みの上の端",
    "live": "急な増加の分", "need": "見込まれる件数", "severity": "重さ", "residents": "住民", "reached": "届いた人",
    "unreached": "届いていない割合", "own": "担当者の重み", "score": "点",
    "score_low": "点の下の端", "score_high": "点の上の端",
}  # fmt: skip


def staff_file(plan: Plan, *, by: Actor) -> bytes:
    """Every kept line with its factors, the districts, and the weights and rules that it was made under."""
    audit.record("PLAN_EXPORTED", by=by, centre=plan.centre, count=plan.proposals.count())
    with translation.override(settings.LANGUAGE_CODE):
        names = Names(plan.centre)
        titles = [
            "順",
            "次に開く案",
            "手口",
            "年代",
            "地区",
            "行き先",
            "状況",
            "位置",
            "順位",
            *_NUMBERS.values(),
            "理由",
        ]
        above = [
            _("%(day)sまでの1年。職員用です。件数を外に出さないでください。方式 %(engine)s。")
            % {"day": calendar.wareki(plan.last_day), "engine": plan.engine}
        ]
        lines = Part(
            [Column(title) for title in titles],
            [_staff_row(row, names) for row in plan.proposals.order_by("position")],
            above=above,
        )
        return write_xlsx(
            [
                Stack("案", [lines]),
                Sheet(
                    "地区",
                    [Column(title) for title in ("地区", "回数", "人口")],
                    [
                        (names.area(one["area"]), one["events"], one["residents"])
                        for one in plan.told["areas"]
                    ],
                ),
                Sheet("重みと決まり", [Column("名前"), Column("値")], list(_settings(plan.rules, names))),
            ]
        )


def _staff_row(row: Proposal, names: Names) -> list[Cell]:
    told = row.factors
    return [
        row.position,
        told["next"],
        names.topic(row.theme),
        names.group(row.age_group),
        names.area(row.area),
        names.area(told["goes_to"]),
        str(wording.STANDS[told["stand"]][1]),
        wording.third_of(told),
        wording.place_of(told),
        *(round(value, 4) if isinstance(value := told[name], float) else value for name in _NUMBERS),
        "\n".join(wording.reason(one).text for one in row.reasons),
    ]


def _settings(by: Weights, names: Names) -> Iterator[tuple[str, Any]]:
    form = WeightsForm(topics={code: names.topic(code) for code in by.topics})
    for name, value in initial_of(by).items():
        yield str(form.fields[name].label), value
