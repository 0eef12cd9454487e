"""A line of a plan put into words: what it is about, its factors, and why it stands where it stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.figures import amount_classes
from cases.figures.need.choosing import Stand
from cases.figures.need.scoring import Third
from cases.figures.need.weights import Weights
from cases.figures.trends import GROUPS
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.centre import Centre
from cases.records.codes import Kind
from outreach.planning.models import Place, Plan, PlanChoice, Proposal

SURE: Final = 0.9
LIKELY: Final = 2 / 3
_SOURCES: Final[Mapping[str, str | Promise]] = dict(Alert.Source.choices)

STANDS: Final[Mapping[str, tuple[str, str | Promise]]] = {
    Stand.PINNED: ("key", gettext_lazy("担当者が上に固定")),
    Stand.OPEN: ("", ""),
    Stand.WAITS_FAIR: ("warning", gettext_lazy("ほかの地区を先に")),
    Stand.WAITS_REPEAT: ("quiet", gettext_lazy("同じ講座から間がない")),
    Stand.EXCLUDED: ("quiet", gettext_lazy("候補から外した")),
}
"""The kind of chip and its words; nothing for a line that simply stands."""

THIRDS: Final[Mapping[str, str | Promise]] = {
    Third.UPPER: gettext_lazy("上位3分の1"),
    Third.MIDDLE: gettext_lazy("中位3分の1"),
    Third.LOWER: gettext_lazy("下位3分の1"),
}


class Names:
    """手口, age groups and districts of one centre in the reader's language. One query."""

    def __init__(self, centre: Centre) -> None:
        self.areas = {area.code: area.text for area in centre.areas.all()}
        self._topics = codes.codes(Kind.SCAM_TYPE)

    def area(self, code: str) -> str:
        return self.areas.get(code, code) if code else _("全域")

    def topic(self, code: str) -> str:
        return self._topics.text(code)

    def group(self, code: str) -> str:
        return str(GROUPS[code]) if code in GROUPS else code

    def place(self, place: Place) -> str:
        """「点検商法 × 65歳以上 × 北区域」"""
        parts = [self.topic(place.theme), self.group(place.age_group)]
        return " × ".join([*parts, self.area(place.area)] if place.area else parts)


@dataclass(frozen=True)
class Reason:
    """A sentence, and the uid of the surge that it is about, if it is about one."""

    text: str
    wave: str = ""


@dataclass(frozen=True)
class Shown:
    """One proposal as a page tells it. `factors` are (name, number, sentence); their product is the score."""

    proposal: Proposal
    name: str
    goes_to: str
    third: str
    place: str
    stand: str
    stand_kind: str
    stand_words: str
    next: int | None
    factors: tuple[tuple[str, str, str], ...]
    formula: str
    score: str
    score_range: str
    beside: str
    reasons: tuple[Reason, ...]
    choice: PlanChoice | None = None
    begun: int = 0

    @property
    def uid(self) -> Any:
        return self.proposal.uid


def shown(proposal: Proposal, names: Names, choice: PlanChoice | None = None, begun: int = 0) -> Shown:
    told = proposal.factors
    kind, words = STANDS[told["stand"]]
    moved = told["goes_to"] != proposal.area
    return Shown(
        proposal=proposal,
        name=names.place(proposal.place),
        goes_to=names.area(told["goes_to"]) if moved else "",
        third=third_of(told),
        place=place_of(told),
        stand=told["stand"],
        stand_kind=kind,
        stand_words=str(words),
        next=told["next"],
        factors=_factors(told, names.group(proposal.age_group), proposal.plan.rules),
        formula=_formula(told),
        score=f"{told['score']:.1f}",
        score_range=f"{told['score_low']:.1f}〜{told['score_high']:.1f}",
        beside=_beside_the_city(told),
        reasons=tuple(map(reason, proposal.reasons)),
        choice=choice,
        begun=begun,
    )


def third_of(told: Mapping[str, Any]) -> str:
    """「上位3分の1(おそらく)」"""
    certainty = told["certainty"]
    word = _("確か") if certainty >= SURE else _("おそらく") if certainty >= LIKELY else _("はっきりしない")
    return _("%(third)s(%(certainty)s)") % {"third": THIRDS[told["third"]], "certainty": word}


def place_of(told: Mapping[str, Any]) -> str:
    """The place, or the places that the data leave open."""
    if told["best"] == told["worst"]:
        return _("%(of)d件中%(n)d位") % {"n": told["best"], "of": told["of"]}
    return _("%(of)d件中%(best)d位から%(worst)d位のどこか") % {
        "best": told["best"],
        "worst": told["worst"],
        "of": told["of"],
    }


def _formula(told: Mapping[str, Any]) -> str:
    parts = [f"{told[name]:.2f}" for name in ("need", "severity", "unreached")]
    if told["own"] != 1:
        parts.append(f"{told['own']:.2f}")
    return f"{' × '.join(parts)} = {told['score']:.1f}"


def _factors(told: Mapping[str, Any], group: str, rules: Weights) -> tuple[tuple[str, str, str], ...]:
    found = [
        (_("見込まれる件数"), f"{told['need']:.2f}", _need(told)),
        (_("重さ"), f"{told['severity']:.2f}", _severity(told)),
        (_("届いていない割合"), f"{told['unreached']:.2f}", _unreached(told, group, rules)),
    ]
    if told["own"] != 1:
        found.append((_("担当者の重み"), f"{told['own']:.2f}", _("担当者が付けた重みです。")))
    return tuple(found)


def _need(told: Mapping[str, Any]) -> str:
    values = {name: f"{told[name]:.2f}" for name in ("expected", "low", "high", "live")}
    sentence = _("1年に%(expected)s件の見込み(90%%の確かさで%(low)s〜%(high)s件)。") % values
    if told["live"]:
        sentence += _("いま増えている分として%(live)s件を足しています。") % values
    return sentence


def _beside_the_city(told: Mapping[str, Any]) -> str:
    """How it compares with the rate of the whole city."""
    counted = ngettext("この1年の相談は%(cases)d件。", "この1年の相談は%(cases)d件。", told["cases"]) % {
        "cases": told["cases"]
    }
    if told["city"] is None:
        return counted
    values = {"city": f"{told['city']:.2f}", "excess": f"{abs(told['excess']):.2f}"}
    if told["excess"] > 0:
        return counted + _("市全体と同じ割合なら%(city)s件で、それより%(excess)s件多い見込みです。") % values
    if told["excess"] < 0:
        return (
            counted + _("市全体と同じ割合なら%(city)s件で、それより%(excess)s件少ない見込みです。") % values
        )
    return counted + _("市全体と同じ割合の%(city)s件です。") % values


def _severity(told: Mapping[str, Any]) -> str:
    if told["is_own_severity"]:
        return _("この手口の重さとして、センターが決めた値です。")
    loss = told["loss"]
    if not loss["paid_class"]:
        return _("払った金額の分かる相談がないため、1としています。")
    values = {
        "paid": amount_classes.LABELS.get(loss["paid_class"], ""),
        "lost": round(100 * loss["unrecovered"]),
    }
    if loss["is_of_all"]:
        return (
            _(
                "金額の分かる相談が少ないため、すべての手口の値(中央値「%(paid)s」、戻らなかった割合%(lost)d%%)です。"
            )
            % values
        )
    return _("払った金額の中央値が「%(paid)s」、戻らなかった割合が%(lost)d%%です。") % values


def _unreached(told: Mapping[str, Any], group: str, rules: Weights) -> str:
    if told["residents"] is None:
        return _("人口が分からないため、1としています。")
    values = {
        "group": group,
        "residents": f"{told['residents']:,}",
        "reached": f"{told['reached']:,.0f}",
        "months": rules.reached_months,
    }
    return _("%(group)sの住民%(residents)s人のうち、%(months)dか月に届いたのは%(reached)s人です。") % values


def reason(told: Mapping[str, Any]) -> Reason:
    if told["kind"] == "ALARM":
        values = {"now": f"{told['now']:.0f}", "expected": f"{told['expected']:.1f}"}
        return Reason(
            _("いま急に増えています(%(now)s件、ふだん%(expected)s件)。") % values, wave=told["wave"]
        )
    if told["kind"] == "WARNING":
        return Reason(
            _("%(source)sの注意喚起「%(title)s」が出ています。")
            % {"source": _SOURCES.get(told["source"], told["source"]), "title": told["title"]}
        )
    return Reason(
        {
            "NEW": _("この1年に初めて相談が入った手口です。"),
            "ABOVE": _("市全体の割合より多いと言えます(90%の範囲の下の端でも上回る)。"),
            "SILENT": _("相談全体が少ない地区です。困っている人がいないとは限りません。"),
        }.get(told["kind"], "")
    )


def stand_sentence(stand: str, rules: Weights) -> str:
    """Why a line waits, for its own page."""
    return {
        Stand.WAITS_FAIR: _(
            "この地区は%(months)dか月に%(most)d回以上開いています。まだ1回も開いていない地区があるうちは、後に回します。"
        )
        % {"months": rules.reached_months, "most": rules.most_before_all},
        Stand.WAITS_REPEAT: _(
            "同じ手口・同じ年代・同じ地区の講座が%(months)dか月以内にあります。急な増加の知らせが出れば、待たずに出ます。"
        )
        % {"months": rules.repeat_months},
        Stand.EXCLUDED: _("担当者が候補から外しました。"),
        Stand.PINNED: _("担当者が上に固定しました。ほかの決まりより優先します。"),
    }.get(Stand(stand), "")


def choice_words(choice: PlanChoice, names: Names) -> str:
    """「重み2.00」「行き先: 南区域」「上に固定」"""
    if choice.kind != PlanChoice.Kind.CHANGE:
        return choice.get_kind_display()
    parts = []
    if choice.factor is not None:
        parts.append(_("重み%(factor)s") % {"factor": choice.factor})
    if choice.to_area:
        parts.append(_("行き先: %(area)s") % {"area": names.area(choice.to_area)})
    return "、".join(parts)


def silent_words(plan: Plan, names: Names) -> list[tuple[str, str]]:
    """(code, sentence) of each silent district."""
    return [
        (
            one["area"],
            _("%(area)s: この1年の相談は%(calls)d件。住民の年代から見込まれるのは%(expected)s件です。")
            % {"area": names.area(one["area"]), "calls": one["calls"], "expected": f"{one['expected']:.0f}"},
        )
        for one in plan.told["silent"]
    ]


def limits(plan: Plan) -> list[str]:
    """What the reader must know of this plan."""
    told, found = plan.told, []
    if told["is_whole"]:
        found.append(
            _(
                "地区ごとの人口が登録されていないため、地区に分けず、件数・急な増加・注意喚起だけで並べています。"
            )
        )
    elif told["total"]:
        share = round(100 * told["placed"] / told["total"])
        found.append(
            _("地区と年代の分かる相談だけを数えています(この1年の相談%(total)d件の%(share)d%%)。")
            % {"total": told["total"], "share": share}
        )
    if told["years"] < 1:
        found.append(
            _("記録が1年に満たないため、%(weeks)d週の件数から1年分を見積もっています。")
            % {"weeks": round(52 * told["years"])}
        )
    unknown = [one["area"] for one in told["areas"] if one["residents"] is None]
    if unknown and not told["is_whole"]:
        found.append(
            ngettext(
                "人口の分からない%(n)d地区は並べていません。",
                "人口の分からない%(n)d地区は並べていません。",
                len(unknown),
            )
            % {"n": len(unknown)}
        )
    return found


def places_of(choices: Collection[PlanChoice]) -> dict[Place, PlanChoice]:
    return {choice.place: choice for choice in choices}
