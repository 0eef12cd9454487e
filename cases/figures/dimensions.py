"""By what cases can be counted: each dimension with its codes, their order and their labels."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import amount_classes, counting, limits, reclassified, still
from cases.figures.columns import Facts
from cases.figures.counting import Axis
from cases.figures.facts import NO, YES
from cases.figures.layout import ERASED
from cases.figures.limits import BETWEEN, ELDER, YOUNG, AgeLimits
from cases.figures.reclassified import CodeMap
from cases.law import calendar
from cases.records import ages, codes
from cases.records.ages import SENIOR_FROM
from cases.records.case import Case
from cases.records.centre import Area

Text = str | Promise

SENIOR: Final = "65_OVER"
NOT_SENIOR: Final = "UNDER_65"
UNKNOWN: Final = ages.UNKNOWN
SENIOR_CODES: Final = (SENIOR, NOT_SENIOR, UNKNOWN)
# A code that was not entered; for the outcome: 未処理.
BLANK: Final = ""

# Whose age, sex, district and occupation count.
PARTY: Final = "party"
CALLER: Final = "caller"
SUBJECTS: Final[Mapping[str, Text]] = {PARTY: gettext_lazy("契約当事者"), CALLER: gettext_lazy("相談者")}
_OF_A_PERSON: Final = frozenset({"age_band", "sex", "area", "occupation"})

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
    """One way to count. `code_of` turns what is stored (a code, or for days the day) into its code.

    `fixed` codes always have a row, in this order; other codes have one where a case has them. `is_by_true_day`:
    finer than a month, so that the day of an erased case, of which the month is kept, is not among the others.
    """

    name: str
    label: Text
    column: str
    code_of: Callable[[str], str] | None = None
    code_of_day: Callable[[date], str] | None = None
    code_set: codes.Kind | None = None
    labels: Mapping[str, Text] | None = None
    fixed: tuple[str, ...] = ()
    is_by_true_day: bool = False
    text_of: Callable[[str], str] | None = None
    next_year: Callable[[str], str] | None = None
    """The code that stands one year later in the place of this one, for dimensions of time."""
    is_code: Callable[[str], bool] | None = None
    """Whether a text can be a code, where the codes are endless; `example` is one."""
    example: Text = ""

    @property
    def is_of_time(self) -> bool:
        """Whether a year earlier has other codes (月, 年度)."""
        return self.next_year is not None

    @property
    def is_of_districts(self) -> bool:
        return self.column in ("area", "caller_area")

    def of(self, subject: str, age_limits: AgeLimits, code_map: CodeMap) -> "Dimension":
        """The same of this person (相談者 or 契約当事者), 高齢者 and 若者 by these limits, codes by this table."""
        column = f"caller_{self.column}" if subject == CALLER and self.column in _OF_A_PERSON else self.column
        code_of = _in_bands(age_limits.group_of) if self.name == "age_group" else self.code_of
        if self.code_set is not None and code_map.number:
            code_of = _by_table(self.code_set, code_map)
        if (column, code_of) == (self.column, self.code_of):
            return self
        return replace(self, column=column, code_of=code_of)

    def axis(self, facts: Facts, start: date, end: date) -> tuple[Axis, list[str]]:
        """Where each stored value counts, and the code of each place; [start, end) bounds the days."""
        places: dict[str, int] = {code: n for n, code in enumerate(self.fixed)}

        def place(code: str) -> int:
            return places.setdefault(code, len(places))

        if (of_day := self.code_of_day) is None:
            of_word = self.code_of or str
            found = counting.by_word(facts, self.column, lambda word: place(of_word(word)))
        elif self.is_by_true_day:
            found = counting.by_true_day(start, end, of_day, place, lambda: place(ERASED))
        else:
            found = counting.by_day(start, end, of_day, place)
        return found(len(places)), list(places)

    def filter(self, facts: Facts, accepted: Collection[str], start: date, end: date) -> Axis:
        """Place 1 for the values whose code is accepted, 0 for the others."""
        if (of_day := self.code_of_day) is None:
            of_word = self.code_of or str
            return counting.by_word(facts, self.column, lambda word: of_word(word) in accepted)(2)
        if self.is_by_true_day:
            return counting.by_true_day(
                start, end, of_day, lambda code: int(code in accepted), lambda: int(ERASED in accepted)
            )(2)
        return counting.by_day(start, end, of_day, lambda code: int(code in accepted))(2)

    def known_codes(self) -> frozenset[str] | None:
        """Every code that can occur, or None where the set is open (地区, 月, 年度)."""
        if self.code_set is not None:
            return frozenset({*codes.codes(self.code_set).by_code, BLANK, ERASED})
        return frozenset({*self.labels, ERASED}) if self.labels is not None else None

    def not_codes(self, given: Collection[str]) -> list[str]:
        """Which of the texts can be no code of it; of districts, which each centre names, every text can."""
        if self.is_code is not None:
            return sorted(code for code in given if code != ERASED and not self.is_code(code))
        known = self.known_codes()
        return [] if known is None else sorted(set(given) - known)

    def ordered(self, used: Iterable[str], centre_ids: Collection[int]) -> list[str]:
        """The codes in order of display: that of the code set, then unknown ones, 消去済, the blank last."""
        if self.is_of_districts:
            position = {code: n for n, code in enumerate(_area_labels(centre_ids))}
        elif self.code_set is not None:
            position = {code: n for n, code in enumerate(codes.codes(self.code_set).by_code)}
        else:
            position = {code: n for n, code in enumerate(self.labels or ())}
        return sorted(
            used, key=lambda code: (code == BLANK, code == ERASED, position.get(code, len(position)), code)
        )

    def texts(self, of: Iterable[str], centre_ids: Collection[int] = ()) -> list[str]:
        """Labels in the reader's language. Districts are named as the first of the centres names them."""
        labels: Mapping[str, object] = self.labels or {}
        if self.is_of_districts:
            labels = _area_labels(centre_ids)
        elif self.name == "age_group" and centre_ids:
            labels = _group_labels(limits.of_centres(centre_ids))
        return [self._text(code, labels) for code in of]

    def _text(self, code: str, labels: Mapping[str, object]) -> str:
        if code == BLANK:
            return _("未処理") if self.name == "outcome" else _("未入力")
        if code == ERASED:
            return _("消去済")
        if self.text_of is not None:
            return self.text_of(code)
        if self.code_set is not None:
            return codes.codes(self.code_set).text(code)
        return str(labels.get(code, code))


def _area_labels(centre_ids: Collection[int]) -> dict[str, object]:
    return still.once((_area_labels, frozenset(centre_ids)), lambda: _named_areas(centre_ids))


def _named_areas(centre_ids: Collection[int]) -> dict[str, object]:
    rows = Area.objects.filter(centre__in=centre_ids).order_by("centre", "position", "code")
    named: dict[str, object] = {}
    for area in rows:
        named.setdefault(area.code, area.text)
    return {**{code: text for code, text in named.items() if code not in Area.EVERYWHERE}, **Area.EVERYWHERE}


# --- ages -----------------------------------------------------------------------------------------------------


def _in_bands(code_of: Callable[[str], str]) -> Callable[[str], str]:
    """The same, where the band of an erased caller stays ERASED and one that was not entered is unknown."""
    return lambda band: band if band == ERASED else code_of(band or ages.UNKNOWN)


def published_band(band: str) -> str:
    """The 10-year band (18歳未満 and 18・19歳 apart, 80歳以上 open) that holds a stored band."""
    found = ages.BY_CODE[band]
    if band in _PUBLISHED_BANDS or found.start is None:
        return band
    return "80_OVER" if found.start >= 80 else f"{found.start // 10}0S"


def senior_code(band: str) -> str:
    """65歳以上 or not; UNKNOWN for 年齢不明, 団体 and bands that cannot tell (60歳代)."""
    return _from_age(SENIOR_FROM)(band)


def _from_age(years: int) -> Callable[[str], str]:
    words = {True: f"{years}_OVER", False: f"UNDER_{years}", None: UNKNOWN}
    return lambda band: words[ages.is_at_least(band, years)]


def _split_at(name: str, label: Text, years: int, labels: Mapping[str, Text]) -> Dimension:
    """Those of `years` or older, the younger, and whose age cannot tell."""
    return Dimension(name, label, "age_band", _in_bands(_from_age(years)), labels=labels, fixed=tuple(labels))


def _group_labels(age_limits: AgeLimits) -> dict[str, object]:
    return {
        YOUNG: _("若者(%(years)s歳以下)") % {"years": age_limits.young_to},
        BETWEEN: _("%(first)s〜%(last)s歳")
        % {"first": age_limits.young_to + 1, "last": age_limits.senior_from - 1},
        ELDER: _("高齢者(%(years)s歳以上)") % {"years": age_limits.senior_from},
        UNKNOWN: _("年齢不明・団体"),
    }


# --- codes ----------------------------------------------------------------------------------------------------


def _coded(name: str, label: Text, kind: codes.Kind, column: str = "") -> Dimension:
    """By a code set; a code that was merged counts under the one that took its place."""
    return Dimension(name, label, column or name, lambda code: codes.codes(kind).current(code), code_set=kind)


def _of_goods(name: str, label: Text) -> Dimension:
    """A class of before April 2021 counts under that of today, where one is known to be the same."""
    kind = reclassified.KIND
    return Dimension(name, label, name, _by_table(kind, reclassified.shipped()), code_set=kind)


def _by_table(kind: codes.Kind, code_map: CodeMap) -> Callable[[str], str]:
    """A code that was merged counts under the one that took its place, then each as the table says."""
    return lambda code: code_map.counted_as(kind, codes.codes(kind).current(code))


def current_scam(code: str) -> str:
    """A 手口 that was merged counts under the one that took its place."""
    return codes.codes(codes.Kind.SCAM_TYPE).current(code)


def _of_class(name: str, label: Text) -> Dimension:
    return Dimension(name, label, name, labels=amount_classes.LABELS)


# --- days -----------------------------------------------------------------------------------------------------


def _monday(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()


def _quarter(day: date) -> str:
    """「2026-Q1」 is April to June of 2026年度."""
    return f"{calendar.fiscal_year(day)}-Q{(day.month - 4) % 12 // 3 + 1}"


def _year_on(code: str) -> str:
    return f"{int(code[:4]) + 1:04d}{code[4:]}"


def _day_on(code: str) -> str:
    """2月29日 becomes 3月1日."""
    return _year_on(f"{code[:4]}-03-01" if code.endswith("-02-29") else code)


def _week_on(code: str) -> str:
    return (date.fromisoformat(code) + timedelta(weeks=52)).isoformat()


def _is_day(code: str) -> bool:
    try:
        return date.fromisoformat(code).isoformat() == code
    except ValueError:
        return False


def _is_monday(code: str) -> bool:
    return _is_day(code) and date.fromisoformat(code).weekday() == 0


def _is_quarter(code: str) -> bool:
    return _is_year(code[:4]) and code[4:] in ("-Q1", "-Q2", "-Q3", "-Q4")


def _is_year(code: str) -> bool:
    return _is_day(f"{code}-01-01")


def _month_text(code: str) -> str:
    return _("%(year)s年%(month)s月") % {"year": code[:4], "month": int(code[5:])}


def _quarter_text(code: str) -> str:
    return _("%(year)s年度第%(quarter)s四半期") % {"year": code[:4], "quarter": code[6:]}


def _of_time(
    name: str,
    label: Text,
    code_of_day: Callable[[date], str],
    text_of: Callable[[str], str],
    next_year: Callable[[str], str] = _year_on,
    **more: Any,
) -> Dimension:
    more.setdefault("is_code", _is_year)
    more.setdefault("example", "2026")
    return Dimension(
        name, label, "received_on", code_of_day=code_of_day, text_of=text_of, next_year=next_year, **more
    )


_SENIOR_LABELS: Final[Mapping[str, Text]] = {
    SENIOR: gettext_lazy("65歳以上"),
    NOT_SENIOR: gettext_lazy("65歳未満"),
    UNKNOWN: gettext_lazy("年齢不明・団体"),
}
_WEEKDAY_LABELS: Final = dict(zip(counting.WEEKDAY_CODES, WEEKDAYS.values(), strict=True))
_ALL: Final = (
    Dimension(
        "age_band", gettext_lazy("年代"), "age_band", _in_bands(published_band), labels=_PUBLISHED_BANDS,
        fixed=tuple(code for code in _PUBLISHED_BANDS if code not in {"UNDER_20", "70_OVER"}),
    ),
    Dimension(
        "age_band_fine", gettext_lazy("年代(5歳きざみを含む)"), "age_band", _in_bands(str),
        labels={band.code: band.label for band in ages.BANDS},
        fixed=tuple(band.code for band in ages.BANDS if band.code not in _COARSE),
    ),
    _split_at("senior", gettext_lazy("65歳以上か"), SENIOR_FROM, _SENIOR_LABELS),
    _split_at(
        "old_old", gettext_lazy("75歳以上か"), 75,
        {
            "75_OVER": gettext_lazy("75歳以上"), "UNDER_75": gettext_lazy("75歳未満"),
            UNKNOWN: gettext_lazy("年齢不明・団体"),
        },
    ),
    _split_at(
        "over_80", gettext_lazy("80歳以上か"), 80,
        {
            "80_OVER": gettext_lazy("80歳以上"), "UNDER_80": gettext_lazy("80歳未満"),
            UNKNOWN: gettext_lazy("年齢不明・団体"),
        },
    ),
    Dimension(
        "age_group", gettext_lazy("若者・高齢者"), "age_band", _in_bands(AgeLimits().group_of),
        labels={
            YOUNG: gettext_lazy("若者"), BETWEEN: gettext_lazy("その間の年代"), ELDER: gettext_lazy("高齢者"),
            UNKNOWN: gettext_lazy("年齢不明・団体"),
        },
        fixed=(YOUNG, BETWEEN, ELDER, UNKNOWN),
    ),
    _coded("scam_main", gettext_lazy("手口(主)"), codes.Kind.SCAM_TYPE),
    _coded("scam_any", gettext_lazy("手口(延べ)"), codes.Kind.SCAM_TYPE, counting.MENTION),
    _of_goods("product", gettext_lazy("商品・役務")),
    _of_goods("product_middle", gettext_lazy("商品・役務(中分類)")),
    _of_goods("product_class", gettext_lazy("商品・役務(大分類)")),
    _coded("issue_main", gettext_lazy("内容別分類(主)"), codes.Kind.ISSUE_KIND),
    _coded("issue_any", gettext_lazy("内容別分類(延べ)"), codes.Kind.ISSUE_KIND, counting.ISSUE_MENTION),
    _coded("sales_method", gettext_lazy("販売購入形態"), codes.Kind.SALES_METHOD),
    _coded("channel", gettext_lazy("受付方法"), codes.Kind.CHANNEL),
    _coded("route", gettext_lazy("窓口につながった経路"), codes.Kind.ROUTE),
    _coded("kind", gettext_lazy("相談区分"), codes.Kind.KIND),
    _coded("continuity", gettext_lazy("初回・継続"), codes.Kind.CONTINUITY),
    _coded("sex", gettext_lazy("性別"), codes.Kind.SEX),
    Dimension("area", gettext_lazy("居住地区"), "area"),
    _coded("occupation", gettext_lazy("職業"), codes.Kind.OCCUPATION),
    _coded("outcome", gettext_lazy("処理結果"), codes.Kind.OUTCOME),
    _coded("relation", gettext_lazy("契約当事者との関係"), codes.Kind.RELATION),
    Dimension(
        "impaired", gettext_lazy("判断不十分者契約"), "impaired",
        labels={YES: gettext_lazy("判断不十分者"), NO: gettext_lazy("それ以外")}, fixed=(YES, NO),
    ),
    _coded("harm", gettext_lazy("危害・危険"), codes.Kind.HARM),
    _coded("harm_kind", gettext_lazy("危害の内容"), codes.Kind.HARM_KIND),
    _coded("harm_degree", gettext_lazy("危害の程度"), codes.Kind.HARM_DEGREE),
    _of_class("contract_class", gettext_lazy("契約購入金額(区分)")),
    _of_class("paid_class", gettext_lazy("既支払額(区分)")),
    _of_class("recovered_class", gettext_lazy("被害回復額(区分)")),
    Dimension("source", gettext_lazy("入力の経路"), "source", labels=dict(Case.Source.choices)),
    _coded("contact_kind", gettext_lazy("経過の種類"), codes.Kind.CONTACT_KIND),
    _of_time("day", gettext_lazy("日"), date.isoformat, str, _day_on, is_by_true_day=True,
             is_code=_is_day, example="2026-04-01"),
    _of_time(
        "week", gettext_lazy("週"), _monday, lambda code: _("%(monday)sからの週") % {"monday": code}, _week_on,
        is_by_true_day=True, is_code=_is_monday, example=gettext_lazy("2026-04-06(週の初めの月曜日)"),
    ),
    _of_time("month", gettext_lazy("月"), lambda day: f"{day:%Y-%m}", _month_text,
             is_code=lambda code: _is_day(f"{code}-01"), example="2026-04"),
    _of_time("quarter", gettext_lazy("四半期(年度)"), _quarter, _quarter_text, is_code=_is_quarter,
             example="2026-Q1"),
    _of_time(
        "calendar_year", gettext_lazy("年(1〜12月)"), lambda day: str(day.year),
        lambda code: _("%(year)s年") % {"year": code},
    ),
    _of_time(
        "fiscal_year", gettext_lazy("年度"), lambda day: str(calendar.fiscal_year(day)),
        lambda code: _("%(year)s年度") % {"year": code},
    ),
    Dimension(
        "weekday", gettext_lazy("曜日"), counting.WEEKDAY,
        labels=_WEEKDAY_LABELS, fixed=counting.WEEKDAY_CODES,
    ),
)  # fmt: skip
DIMENSIONS: Final[Mapping[str, Dimension]] = {dimension.name: dimension for dimension in _ALL}
