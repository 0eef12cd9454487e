"""By what cases can be counted: each dimension with its codes, their order and their labels."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import counting
from cases.figures.columns import Facts
from cases.figures.counting import ERASED, Axis
from cases.law import calendar
from cases.records import ages, codes
from cases.records.ages import SENIOR_FROM
from cases.records.centre import Area

Text = str | Promise

SENIOR: Final = "65_OVER"
NOT_SENIOR: Final = "UNDER_65"
UNKNOWN: Final = ages.UNKNOWN
SENIOR_CODES: Final = (SENIOR, NOT_SENIOR, UNKNOWN)
# A code that was not entered; for the outcome: 未処理.
BLANK: Final = ""

# The bands as usually published. A ledger's coarser band stands for itself where no published one holds it.
_PUBLISHED_BANDS: Final[Mapping[str, Text]] = {
    "UNDER_18": gettext_lazy("18歳未満"),
    "18_19": gettext_lazy("18・19歳"),
    "UNDER_20": gettext_lazy("20歳未満(詳細不明)"),
    "20S": gettext_lazy("20歳代"),
    "30S": gettext_lazy("30歳代"),
    "40S": gettext_lazy("40歳代"),
    "50S": gettext_lazy("50歳代"),
    "60S": gettext_lazy("60歳代"),
    "70S": gettext_lazy("70歳代"),
    "80_OVER": gettext_lazy("80歳以上"),
    "70_OVER": gettext_lazy("70歳以上(詳細不明)"),
    ages.UNKNOWN: gettext_lazy("年齢不明"),
    ages.GROUP: gettext_lazy("団体"),
}
_COARSE: Final = frozenset({"UNDER_20", "60S", "70S", "80_OVER", "70_OVER"})


@dataclass(frozen=True)
class Dimension:
    """One way to count. `code_of` turns what is stored (a code, or for `received_on` the day) into its code.

    `fixed` codes always have a row, in this order; other codes have one where a case has them.
    """

    name: str
    label: Text
    column: str
    code_of: Callable[[str], str] | None = None
    code_of_day: Callable[[date], str] | None = None
    code_set: codes.Kind | None = None
    labels: Mapping[str, Text] | None = None
    fixed: tuple[str, ...] = ()

    @property
    def is_of_time(self) -> bool:
        """Whether a year earlier has other codes (月, 年度)."""
        return self.name in {"month", "fiscal_year"}

    def axis(self, facts: Facts, start: date, end: date) -> tuple[Axis, list[str]]:
        """Where each stored value counts, and the code of each place; [start, end) bounds the days."""
        places: dict[str, int] = {code: n for n, code in enumerate(self.fixed)}
        if (of_day := self.code_of_day) is not None:
            found = counting.by_day(start, end, lambda day: places.setdefault(of_day(day), len(places)))
        else:
            of_word = self.code_of or str
            found = counting.by_word(
                facts, self.column, lambda word: places.setdefault(of_word(word), len(places))
            )
        return found(len(places)), list(places)

    def filter(self, facts: Facts, accepted: Collection[str], start: date, end: date) -> Axis:
        """Place 1 for the values whose code is accepted, 0 for the others."""
        if (of_day := self.code_of_day) is not None:
            return counting.by_day(start, end, lambda day: of_day(day) in accepted)(2)
        of_word = self.code_of or str
        return counting.by_word(facts, self.column, lambda word: of_word(word) in accepted)(2)

    def known_codes(self) -> frozenset[str] | None:
        """Every code that can occur, or None where the set is open (地区, 月, 年度)."""
        if self.code_set is not None:
            return frozenset({*codes.codes(self.code_set).by_code, BLANK, ERASED})
        return frozenset({*self.labels, ERASED}) if self.labels is not None else None

    def ordered(self, used: Iterable[str], centre_ids: Collection[int]) -> list[str]:
        """The codes in order of display: that of the code set, then unknown ones, the blank last."""
        if self.column == "area":
            position = {code: n for n, code in enumerate(_area_labels(centre_ids))}
        elif self.code_set is not None:
            position = {code: n for n, code in enumerate(codes.codes(self.code_set).by_code)}
        else:
            position = {code: n for n, code in enumerate(self.labels or ())}
        return sorted(used, key=lambda code: (code == BLANK, position.get(code, len(position)), code))

    def texts(self, of: Iterable[str], centre_ids: Collection[int] = ()) -> list[str]:
        """Labels in the reader's language. Districts are named as the first of the centres names them."""
        labels = _area_labels(centre_ids) if self.column == "area" else self.labels or {}
        return [self._text(code, labels) for code in of]

    def _text(self, code: str, labels: Mapping[str, object]) -> str:
        if code == BLANK:
            return _("未処理") if self.name == "outcome" else _("未入力")
        if code == ERASED:
            return _("消去済")
        if self.name == "month":
            return _("%(year)s年%(month)s月") % {"year": code[:4], "month": int(code[5:])}
        if self.name == "fiscal_year":
            return _("%(year)s年度") % {"year": code}
        if self.code_set is not None:
            return codes.codes(self.code_set).text(code)
        return str(labels.get(code, code))


def _area_labels(centre_ids: Collection[int]) -> dict[str, object]:
    rows = Area.objects.filter(centre__in=centre_ids).order_by("centre", "position", "code")
    named: dict[str, object] = {}
    for area in rows:
        named.setdefault(area.code, area.text)
    return {**{code: text for code, text in named.items() if code not in Area.EVERYWHERE}, **Area.EVERYWHERE}


def published_band(band: str) -> str:
    """The 10-year band (18歳未満 and 18・19歳 apart, 80歳以上 open) that holds a stored band."""
    found = ages.BY_CODE[band]
    if band in _PUBLISHED_BANDS or found.start is None:
        return band
    return "80_OVER" if found.start >= 80 else f"{found.start // 10}0S"


def senior_code(band: str) -> str:
    """65歳以上 or not; UNKNOWN for 年齢不明, 団体 and bands that cannot tell (60歳代)."""
    found = ages.is_at_least(band, SENIOR_FROM)
    if found is None:
        return UNKNOWN
    return SENIOR if found else NOT_SENIOR


def _coded(name: str, label: Text, kind: codes.Kind, column: str = "") -> Dimension:
    return Dimension(name, label, column or name, code_set=kind)


def current_scam(code: str) -> str:
    """A 手口 that was merged counts under the one that took its place."""
    return codes.codes(codes.Kind.SCAM_TYPE).current(code)


def _of_scams(name: str, label: Text, column: str) -> Dimension:
    return Dimension(name, label, column, current_scam, code_set=codes.Kind.SCAM_TYPE)


_SENIOR_LABELS: Final[Mapping[str, Text]] = {
    SENIOR: gettext_lazy("65歳以上"),
    NOT_SENIOR: gettext_lazy("65歳未満"),
    UNKNOWN: gettext_lazy("年齢不明・団体"),
}
_WEEKDAY_LABELS: Final = dict(zip(counting.WEEKDAY_CODES, WEEKDAYS.values(), strict=True))
_ALL: Final = (
    Dimension(
        "age_band", gettext_lazy("年代"), "age_band", published_band, labels=_PUBLISHED_BANDS,
        fixed=tuple(code for code in _PUBLISHED_BANDS if code not in {"UNDER_20", "70_OVER"}),
    ),
    Dimension(
        "age_band_fine", gettext_lazy("年代(5歳きざみを含む)"), "age_band",
        labels={band.code: band.label for band in ages.BANDS},
        fixed=tuple(band.code for band in ages.BANDS if band.code not in _COARSE),
    ),
    Dimension(
        "senior", gettext_lazy("65歳以上か"), "age_band", senior_code, labels=_SENIOR_LABELS, fixed=SENIOR_CODES
    ),
    _of_scams("scam_main", gettext_lazy("手口(主)"), "scam_main"),
    _of_scams("scam_any", gettext_lazy("手口(延べ)"), counting.MENTION),
    _coded("product", gettext_lazy("商品・役務"), codes.Kind.PRODUCT),
    _coded("product_class", gettext_lazy("商品・役務(大分類)"), codes.Kind.PRODUCT),
    _coded("sales_method", gettext_lazy("販売購入形態"), codes.Kind.SALES_METHOD),
    _coded("channel", gettext_lazy("受付方法"), codes.Kind.CHANNEL),
    _coded("kind", gettext_lazy("相談区分"), codes.Kind.KIND),
    _coded("sex", gettext_lazy("性別"), codes.Kind.SEX),
    Dimension("area", gettext_lazy("居住地区"), "area"),
    _coded("occupation", gettext_lazy("職業"), codes.Kind.OCCUPATION),
    _coded("outcome", gettext_lazy("処理結果"), codes.Kind.OUTCOME),
    _coded("relation", gettext_lazy("契約当事者との関係"), codes.Kind.RELATION),
    Dimension("month", gettext_lazy("月"), "received_on", code_of_day=lambda day: f"{day:%Y-%m}"),
    Dimension(
        "fiscal_year", gettext_lazy("年度"), "received_on",
        code_of_day=lambda day: str(calendar.fiscal_year(day)),
    ),
    Dimension(
        "weekday", gettext_lazy("曜日"), counting.WEEKDAY,
        labels=_WEEKDAY_LABELS, fixed=counting.WEEKDAY_CODES,
    ),
)  # fmt: skip
DIMENSIONS: Final[Mapping[str, Dimension]] = {dimension.name: dimension for dimension in _ALL}
