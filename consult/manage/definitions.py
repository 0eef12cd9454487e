"""What stands under every table and in every file: of whom, what, when, where, as of when, by which denominators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import CASES, MEASURES, Comparison
from cases.law import calendar
from cases.records.centre import Centre
from cases.records.codes import Kind

# The goods classes were revised on this day: series across it do not compare (PIO-NET 2021年度).
BREAK_IN_SERIES: Final = date(2021, 4, 1)
_BROKEN: Final = frozenset({"product", "product_class"})


@dataclass(frozen=True)
class Line:
    """One line of a definition."""

    label: str
    text: str


def definition_lines(found: Comparison, centre: Centre) -> list[Line]:
    """The definition of both periods in the reader's language."""
    now, before = found.now.definition, found.before.definition
    lines = [
        Line(_("対象"), _("契約当事者(相談者ではなく、契約した人の年代・性別・居住地区で数える)")),
        Line(_("数えたもの"), str(MEASURES[now["measure"]])),
        Line(_("期間"), _("受付日 %(period)s") % {"period": _period(now)}),
        Line(_("比較"), _("前年同期 %(period)s") % {"period": _period(before)}),
        Line(_("センター"), str(centre)),
        Line(_("集計"), _by(now)),
        Line(_("条件"), _conditions(now["filters"], centre) or _("なし")),
    ]
    if now["measure"] == CASES:
        lines.append(Line(_("65歳以上の割合"), _denominators(now["senior_from"])))
    lines += [Line(_("時点"), _as_of(now["as_of"])), Line(_("分類の版"), _versions(now["code_sets"]))]
    if _is_broken(now, before):
        lines.append(
            Line(
                _("注意"), _("商品・役務の分類は2021年4月に改められました。その前後の件数は比べられません。")
            )
        )
    if centre.is_made_up:
        lines.append(Line(_("データ"), _("デモデータです(架空の内容)")))
    return lines


def _period(definition: Mapping[str, Any]) -> str:
    first, last = (
        date.fromisoformat(definition["from"]),
        date.fromisoformat(definition["to"]) - timedelta(days=1),
    )
    return _("%(first)sから%(last)sまで") % {"first": calendar.wareki(first), "last": calendar.wareki(last)}


def _by(definition: Mapping[str, Any]) -> str:
    names = [name for name in (definition["rows"], definition["columns"]) if name]
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


def _is_broken(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    used = {now["rows"], now["columns"], *now["filters"]}
    return bool(used & _BROKEN) and before["from"] < BREAK_IN_SERIES.isoformat() < now["to"]
