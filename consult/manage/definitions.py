"""What stands under every table and in every file: of whom, what, when, where, as of when, by which denominators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.figures import reclassified
from cases.figures.breaks import breaks_in
from cases.figures.comparing import Compared
from cases.figures.dimensions import CALLER, DIMENSIONS
from cases.figures.finality import Finality, finality_text
from cases.figures.measures import CASES, MEASURES
from cases.figures.ratios import FORMULAS
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Kind
from consult.manage.tables import texts_of


@dataclass(frozen=True)
class Line:
    """One line of a definition."""

    label: str
    text: str


def definition_lines(
    found: Compared, centre: Centre, *, how: str = "", finality: Finality | None = None
) -> list[Line]:
    """The definition of the period, and of the one compared (`how`: 前年同期 …), in the reader's language."""
    now = found.now.definition
    lines = [
        Line(pgettext("whose cases", "対象"), _subject(now)),
        Line(_("数えたもの"), str(MEASURES[now["measure"]])),
        Line(_("期間"), _("受付日 %(period)s") % {"period": _period(now)}),
        *([Line(_("速報・確定"), finality_text(finality))] if finality else []),
        Line(_("比較"), _compared(found, how)),
        Line(_("センター"), str(centre)),
        Line(_("集計"), _by(now)),
        Line(_("条件"), _conditions(now["filters"], centre) or _("なし")),
    ]
    if now["measure"] == CASES:
        lines.append(Line(_("65歳以上の割合"), _denominators(now["senior_from"])))
    lines += _of_measure(now)
    lines += [Line(_("時点"), _as_of(now["as_of"])), Line(_("分類の版"), _versions(now["code_sets"]))]
    if broken := _broken(found):
        told = _("%(what)s。その前後の件数は比べられません。") % {"what": _("。").join(broken)}
        lines.append(Line(_("注意"), told))
    if centre.is_made_up:
        lines.append(Line(_("データ"), _("デモデータです(架空の内容)")))
    return lines


def _period(definition: Mapping[str, Any]) -> str:
    first, last = (
        date.fromisoformat(definition["from"]),
        date.fromisoformat(definition["to"]) - timedelta(days=1),
    )
    return _("%(first)sから%(last)sまで") % {"first": calendar.wareki(first), "last": calendar.wareki(last)}


def _subject(definition: Mapping[str, Any]) -> str:
    if definition["subject"] == CALLER:
        return _("相談者(契約した人ではなく、相談した人の年代・性別・居住地区で数える)")
    return _("契約当事者(相談者ではなく、契約した人の年代・性別・居住地区で数える)")


def _of_measure(definition: Mapping[str, Any]) -> list[Line]:
    """What only some questions need: the formula, the limits of age, what stands for erased amounts, mapped codes."""
    lines = []
    if formula := FORMULAS.get(definition["measure"]):
        lines.append(Line(_("計算式"), str(formula.text)))
    if "age_group" in (
        definition["rows"],
        definition["columns"],
        definition["layers"],
        *definition["filters"],
    ):
        limits = definition["age_limits"]
        text = _("高齢者は%(senior)s歳以上、若者は%(young)s歳以下(センターの設定)") % {
            "senior": limits["senior_from"],
            "young": limits["young_to"],
        }
        lines.append(Line(_("高齢者・若者"), text))
    if amounts := definition.get("amounts"):
        text = _("不明を除いた分かる件数で計算。消去された%(n)s件は不明に含む") % {
            "n": f"{amounts['erased']:,}"
        }
        lines.append(Line(_("金額・日数の不明"), text))
    if "population" in definition:
        lines.append(Line(_("人口"), _population(definition["population"])))
    lines += [
        Line(_("読み替えた分類"), _mapped(kind, codes))
        for kind, codes in definition.get("mapped", {}).items()
    ]
    lines += _of_goods(definition)
    lines += _recoded(definition)
    if number := definition.get("code_map"):
        lines.append(Line(_("分類の読み替え"), _("このセンターの表 第%(number)d版") % {"number": number}))
    return lines


def _of_goods(definition: Mapping[str, Any]) -> list[Line]:
    """Classes of before April 2021: which count under a class of today and why, and which compare with none."""
    held, lines = codes.codes(Kind.PRODUCT), []
    if found := definition.get("reclassified"):
        told = [
            _("%(old)sは%(new)sに数える(%(basis)s)")
            % {
                "old": held.text(old),
                "new": held.text(new),
                "basis": reclassified.basis_of(Kind.PRODUCT, old, new),
            }
            for old, new in found.items()
        ]
        lines.append(Line(_("読み替えた商品・役務"), _("、").join(told)))
    if found := definition.get("not_comparable"):
        told = [
            _("%(old)s(%(basis)s)")
            % {"old": held.text(old), "basis": reclassified.basis_of(Kind.PRODUCT, old, "")}
            for old in found
        ]
        lines.append(Line(_("今の分類と比べられないもの"), _("、").join(told)))
    return lines


def _recoded(definition: Mapping[str, Any]) -> list[Line]:
    """Of every other code set: what the centre lets count under another, and what it compares with none."""
    lines = []
    for kind, found in definition.get("recoded", {}).items():
        if told := {old: new for old, new in found.items() if new}:
            lines.append(Line(_("読み替えた分類"), _mapped(kind, told)))
        if none := [codes.codes(kind).text(old) for old, new in found.items() if not new]:
            lines.append(Line(_("今の分類と比べられないもの"), _("、").join(none)))
    return lines


def _population(used: Sequence[Mapping[str, str]] | None) -> str:
    """「令和8年4月1日現在(出典: 住民基本台帳)」; without an import there is no rate."""
    told = [
        _("%(day)s現在(出典: %(source)s)")
        % {"day": calendar.wareki(date.fromisoformat(one["as_of"])), "source": one["source"]}
        for one in used or ()
    ]
    return _("、").join(told) or _("人口のデータがありません。「集計 → 人口」で取り込むと計算できます")


def _mapped(kind: str, codes_of: Mapping[str, str]) -> str:
    held = codes.codes(Kind(kind))
    told = [
        _("%(old)sは%(new)sに数える") % {"old": held.text(old), "new": held.text(new)}
        for old, new in sorted(codes_of.items())
    ]
    return _("、").join(told)


def _by(definition: Mapping[str, Any]) -> str:
    names = [name for name in (definition["rows"], definition["columns"], definition["layers"]) if name]
    return " × ".join(str(DIMENSIONS[name].label) for name in names)


def _conditions(filters: Mapping[str, list[str]], centre: Centre) -> str:
    return _("、").join(
        condition_text(name, code, centre) for name, found in filters.items() for code in found
    )


def condition_text(name: str, code: str, centre: Centre) -> str:
    """「性別: 女性」."""
    return f"{DIMENSIONS[name].label}: {DIMENSIONS[name].texts([code], [centre.pk])[0]}"


def _denominators(senior_from: int) -> str:
    return _(
        "%(years)s歳以上の契約当事者 ÷ 分母。「年齢不明を除く」の分母は、%(years)s歳以上か未満かが分かる件数。"
        "「年齢不明を含む」の分母は、年齢不明・団体・年代の詳細不明も含む全件数"
    ) % {"years": senior_from}


def _as_of(cut: Mapping[str, Any]) -> str:
    if not cut["recorded_at"]:
        return _("記録なし")
    moment = datetime.fromisoformat(cut["recorded_at"]).astimezone(calendar.TOKYO)
    return _("%(moment)sまでに記録された内容(通し番号%(seq)s)") % {
        "moment": f"{moment:%Y-%m-%d %H:%M:%S}",
        "seq": cut["seq"],
    }


def _versions(code_sets: Mapping[str, int]) -> str:
    named = [
        _("%(kind)s 第%(version)s版") % {"kind": Kind(kind).label, "version": version}
        for kind, version in code_sets.items()
    ]
    return _("、").join(named) or _("分類を使わない集計")


def _broken(found: Compared) -> tuple[str, ...]:
    """Breaks of series within the period, or between it and the one compared."""
    now = found.now.definition
    first, last = now["from"], now["to"]
    if found.before is not None:
        first = min(first, found.before.definition["from"])
        last = max(last, found.before.definition["to"])
    used = [name for name in (now["rows"], now["columns"], now["layers"], *now["filters"]) if name]
    narrowed = {code for codes in now["filters"].values() for code in codes}
    return texts_of(breaks_in(used, date.fromisoformat(first), date.fromisoformat(last), shown=narrowed))


def _compared(found: Compared, how: str) -> str:
    if found.before is None:
        return _("比べない")
    return _("%(how)s %(period)s") % {"how": how or _("前年同期"), "period": _period(found.before.definition)}
