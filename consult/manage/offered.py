"""What the numbers page offers: dimensions in groups, measures, questions that are asked for often."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.figures import code_maps
from cases.figures.dimensions import BLANK, DIMENSIONS, SENIOR, Dimension
from cases.figures.measures import AMOUNTS, CASES, COUNTS, RATES, SHARES
from cases.figures.reclassified import CodeMap
from cases.records import codes
from cases.records.centre import Centre, area_choices
from cases.records.codes import Codes
from consult.shell.fields import Label
from consult.shell.offering import Offered

SCAM: Final = "scam_main"
# A code that was not entered has no word of its own; in an address it needs one.
NOT_ENTERED: Final = "-"
_PERSON: Final = (
    "age_band", "age_band_fine", "senior", "old_old", "over_80", "age_group", "sex", "area", "occupation",
    "relation", "impaired",
)  # fmt: skip
_MATTER: Final = (
    SCAM, "product_class", "product_middle", "product", "sales_method", "issue_main", "contract_class", "paid_class",
    "harm", "harm_kind", "harm_degree",
)  # fmt: skip
_WORK: Final = ("channel", "route", "kind", "continuity", "outcome", "recovered_class", "contact_kind")
_TIME: Final = ("month", "quarter", "fiscal_year", "calendar_year", "week", "day", "weekday")
_GROUPS: Final = (
    (gettext_lazy("相談の中身"), _MATTER),
    (gettext_lazy("人"), _PERSON),
    (gettext_lazy("受付と処理"), _WORK),
    (gettext_lazy("期間"), _TIME),
)
ROWS: Final = (*_MATTER, *_PERSON, *_WORK, *_TIME)
# Columns stand side by side: what has hundreds of codes does not fit there.
COLUMNS: Final = tuple(name for name in ROWS if name not in {"product", "product_middle", "day", "week"})
NARROWED_BY: Final = (
    SCAM, "product_class", "sales_method", "issue_main", "channel", "route", "kind", "age_band", "senior", "age_group",
    "sex", "area", "relation", "continuity", "contract_class", "harm", "outcome",
)  # fmt: skip
_MEASURE_GROUPS: Final = (
    (gettext_lazy("件数"), COUNTS),
    (gettext_lazy("金額・日数"), AMOUNTS),
    (gettext_lazy("割合"), {**RATES, **SHARES}),
)
# What a cell of amounts shows; the rows show all of them.
MEAN: Final = "mean"
STATISTICS: Final[Mapping[str, Label]] = {
    MEAN: gettext_lazy("平均"),
    "median": gettext_lazy("中央値"),
    "largest": gettext_lazy("最大"),
    "total": gettext_lazy("合計"),
    "n": gettext_lazy("分かる件数"),
}
Grouped = list[tuple[Any, Any]]


def _dimensions_in_groups(names: Iterable[str]) -> Grouped:
    """Choices by group, in order."""
    wanted = set(names)
    return [
        (group, [(name, DIMENSIONS[name].label) for name in held if name in wanted])
        for group, held in _GROUPS
    ]


_LISTS: Final[Mapping[str, Callable[[], Grouped]]] = {
    "rows": lambda: _dimensions_in_groups(ROWS),
    "columns": lambda: [*_dimensions_in_groups(COLUMNS), ("none", _("なし(合計だけ)"))],
    "layers": lambda: [("", _("なし")), *_dimensions_in_groups(COLUMNS)],
    "measure": lambda: [(group, list(held.items())) for group, held in _MEASURE_GROUPS],
}


@lru_cache(maxsize=32)
def _offered(name: str, _language: str) -> Offered:
    return Offered(_LISTS[name]())


def offered(name: str) -> Offered:
    """What can be chosen as rows, columns, layers or measure, in the reader's language."""
    return _offered(name, get_language())


def conditions_by(name: str, centre: Centre) -> Offered:
    """All, and every code of a dimension in order, retired ones too: old cases carry them."""
    dimension = DIMENSIONS[name]
    if dimension.is_of_districts:
        return Offered([("", _("すべて")), *area_choices(centre)])
    stands = codes.codes(dimension.code_set) if dimension.code_set else None
    code_map = code_maps.in_force(centre.code_map)
    key = (name, get_language(), centre.code_map)
    held = _conditions.get(key)
    if held is None or held[0] is not stands:
        if len(_conditions) > _MOST_KEPT:
            _conditions.clear()
        held = _conditions[key] = stands, Offered(_codes_of(dimension, code_map))
    return held[1]


# By dimension, language and table of codes, with the code set that they were made of: another one has other choices.
_conditions: Final[dict[tuple[str, str, UUID | None], tuple[Codes | None, Offered]]] = {}
_MOST_KEPT: Final = 500


def _codes_of(dimension: Dimension, code_map: CodeMap) -> Grouped:
    known = dimension.known_codes() or frozenset()
    if dimension.name == "product_class":
        known = frozenset({*codes.codes(codes.Kind.PRODUCT).roots.values(), BLANK})
    if dimension.code_set is not None:
        # What counts under a code of today is found by that one.
        told = code_map.of(dimension.code_set)
        known = frozenset(code for code in known if not told.get(code))
    ordered = dimension.ordered(known, ())
    named = zip(ordered, dimension.texts(ordered), strict=True)
    return [("", _("すべて")), *((code or NOT_ENTERED, text) for code, text in named)]


@dataclass(frozen=True)
class Preset:
    """A question that is asked often: one click, for the period on the page."""

    label: Label
    changed: Mapping[str, Any]


PRESETS: Final = (
    Preset(gettext_lazy("手口 × 年代"), {"rows": SCAM, "columns": "age_band"}),
    Preset(gettext_lazy("月別"), {"rows": "month", "columns": ""}),
    Preset(
        gettext_lazy("65歳以上の手口"), {"rows": SCAM, "columns": "age_band_fine", "only": {"senior": SENIOR}}
    ),
    Preset(gettext_lazy("年代 × 性別"), {"rows": "age_band", "columns": "sex"}),
    Preset(gettext_lazy("商品・役務 × 年代"), {"rows": "product_class", "columns": "age_band"}),
    Preset(gettext_lazy("販売購入形態 × 年代"), {"rows": "sales_method", "columns": "age_band"}),
    Preset(gettext_lazy("居住地区別"), {"rows": "area", "columns": "senior"}),
    Preset(gettext_lazy("処理結果"), {"rows": "outcome", "columns": "kind"}),
    Preset(gettext_lazy("契約購入金額"), {"rows": "age_band", "columns": "", "measure": "contract_yen"}),
    Preset(
        gettext_lazy("人口1,000人当たり"),
        {"rows": "age_band", "columns": "", "measure": "rate_per_1000"},
    ),
    Preset(gettext_lazy("あっせん率"), {"rows": SCAM, "columns": "", "measure": "mediation_rate"}),
)
# What a usual question takes back of the one on the page.
PLAIN: Final[Mapping[str, Any]] = {
    "measure": CASES, "only": {}, "sort": "", "as_of": None, "layers": "", "subject": "party", "show": MEAN,
}  # fmt: skip
