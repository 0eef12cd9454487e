"""A file of published figures: one line a value, or the years across. All lines or, where one is wrong, none."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.files import read_rows
from cases.law.years import Year, parse_year
from cases.records.centre import Centre
from cases.services.history.fitting import value_fault, year_fault
from cases.services.history.parts import Parts, dimension_named
from cases.services.ledger.reasons import column_letter
from cases.services.population import words

NAME: Final = "name"
DIMENSION: Final = "dimension"
LABEL: Final = "label"
YEAR: Final = "year"
VALUE: Final = "value"
UNIT: Final = "unit"
DEFINITION: Final = "definition"
SOURCE: Final = "source"
PLACE: Final = "place"
# What a column may be called, and the longest text of it.
_CALLED: Final[Mapping[str, frozenset[str]]] = {
    NAME: frozenset({"項目", "項目名", "表", "表名", "指標", "題名", "統計名", "name", "table"}),
    DIMENSION: frozenset({"集計項目", "分類", "軸", "dimension"}),
    LABEL: frozenset({"区分", "内訳", "階級", "コード", "label", "code"}),
    YEAR: frozenset({"年度", "年", "年・年度", "年次", "year", "fiscal_year"}),
    VALUE: frozenset({"値", "数値", "数", "実績", "件数", "value"}),
    UNIT: frozenset({"単位", "unit"}),
    DEFINITION: frozenset({"定義", "説明", "注", "definition"}),
    SOURCE: frozenset({"出典", "資料", "資料名", "source"}),
    PLACE: frozenset(
        {"どこの値か", "自治体", "市区町村", "市区町村名", "センター", "団体名", "place", "centre"}
    ),
}
LONGEST: Final[Mapping[str, int]] = {
    NAME: 100, LABEL: 100, YEAR: 20, UNIT: 10, DEFINITION: 2000, SOURCE: 300, PLACE: 100,
}  # fmt: skip
_REQUIRED: Final = {
    NAME: gettext_lazy("項目がありません。"),
    UNIT: gettext_lazy("単位がありません。"),
    DEFINITION: gettext_lazy("定義がありません。"),
    SOURCE: gettext_lazy("出典がありません。"),
}
MOST_FAULTS: Final = 100
MOST_LINES: Final = 20_000
_MOST: Final = Decimal(10) ** 13
_SIGN: Final = re.compile(r"[%円件人]$")


class HistoryNotUnderstood(CasesError):
    """A file that is no table of figures; `faults` are sentences with line and column."""

    code: ClassVar[str] = "history_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(faults[0])


@dataclass(frozen=True)
class Line:
    """One figure of the file, fit for `PublishedFigure`."""

    name: str
    dimension: str
    code: str
    label: str
    year: str
    value: Decimal
    unit: str
    definition: str
    source: str
    place: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.place, self.name, self.dimension, self.label, self.year)


@dataclass
class Read:
    lines: list[Line] = field(default_factory=list)
    # Cells without a value: no data, nothing is stored for them.
    blank: int = 0
    # Parts that have no code of ours.
    uncoded: list[str] = field(default_factory=list)


def read(name: str, data: bytes, *, given: Mapping[str, str], centre: Centre) -> Read:
    """The figures of a file. `given`: what holds where the file has no column or an empty cell (name, unit, …).

    Raises FileNotUnderstood, HistoryNotUnderstood.
    """
    table = read_rows(name, data)
    columns = _Columns(table.header)
    if columns.fault:
        raise HistoryNotUnderstood([columns.fault])
    reader = _Reader(columns, given, Parts(centre))
    for n, (line, cells) in enumerate(table):
        if n >= MOST_LINES:
            reader.faults.append(_("行が多すぎます(%(n)d行まで)。") % {"n": MOST_LINES})
        if len(reader.faults) >= MOST_FAULTS or n >= MOST_LINES:
            break
        reader.read(line, cells)
    if not reader.found.lines and not reader.faults:
        reader.faults.append(_("値が1つもありません。"))
    if reader.faults:
        raise HistoryNotUnderstood(reader.faults)
    return reader.found


class _Columns:
    """Which column is what. `years`: the columns of values in a file with its years across."""

    def __init__(self, header: list[str]) -> None:
        self.at: dict[str, int] = {}
        self.years: dict[int, Year] = {}
        self.dimension = ""
        self.is_fiscal: bool | None = None
        for column, text in enumerate(header):
            self._take(column, text)
        if VALUE in self.at or YEAR in self.at:
            self.years = {}
        self.fault = self._missing()

    def _take(self, column: int, text: str) -> None:
        said = words.plain(text)
        for name, called in _CALLED.items():
            if said in called and name not in self.at:
                self.at[name] = column
                if name == YEAR and said in ("年度", "fiscal_year"):
                    self.is_fiscal = True
                return
        if found := parse_year(text):
            self.years[column] = found
        elif (dimension := dimension_named(text)) and LABEL not in self.at:
            self.at[LABEL], self.dimension = column, dimension

    def _missing(self) -> str:
        if self.years or {YEAR, VALUE} <= self.at.keys():
            return ""
        return _("「年度」と「値」の列、または年度ごとの列が見つかりません。")


@dataclass
class _Reader:
    columns: _Columns
    given: Mapping[str, str]
    parts: Parts
    found: Read = field(default_factory=Read)
    faults: list[str] = field(default_factory=list)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def read(self, line: int, cells: list[str]) -> None:
        texts = {name: self._text(cells, name) for name in LONGEST}
        texts[DIMENSION] = self._text(cells, DIMENSION)
        for name, most in LONGEST.items():
            if len(texts[name]) > most:
                self._refuse(line, name, _("%(most)d文字までです。") % {"most": most})
                return
        for column, year in self._values(line, cells, texts):
            self._take(line, column, cells, {**texts, YEAR: year})

    def _text(self, cells: list[str], name: str) -> str:
        at = self.columns.at.get(name)
        own = " ".join(cells[at].split()) if at is not None and at < len(cells) else ""
        return own or self.given.get(name, "").strip()

    def _values(self, line: int, cells: list[str], texts: Mapping[str, str]) -> Iterator[tuple[int, str]]:
        if self.columns.years:
            for column, across in self.columns.years.items():
                if fault := year_fault(across):
                    self._say(line, column, fault)
                else:
                    yield column, year_text(across)
            return
        year = parse_year(texts[YEAR])
        if year is None:
            self._refuse(line, YEAR, _("年・年度として読めません。例: 令和2年度、2020年度、2020年"))
            return
        if fault := year_fault(year):
            self._refuse(line, YEAR, fault)
            return
        is_fiscal = self.columns.is_fiscal if year.is_fiscal is None else year.is_fiscal
        yield self.columns.at[VALUE], year_text(Year(year.number, is_fiscal))

    def _take(self, line: int, column: int, cells: list[str], texts: dict[str, str]) -> None:
        text = cells[column] if column < len(cells) else ""
        if words.is_hidden(text):
            self.found.blank += 1
            return
        value, sign = _number(text)
        if value is None:
            self._say(line, column, _("数ではありません。"))
            return
        texts[UNIT] = texts[UNIT] or sign
        for name, reason in _REQUIRED.items():
            if not texts[name]:
                self._refuse(line, name, str(reason))
                return
        if fault := value_fault(value, unit=texts[UNIT], about=texts[NAME] + texts[LABEL]):
            self._say(line, column, fault)
            return
        dimension = dimension_named(texts[DIMENSION]) or self.columns.dimension
        code = self.parts.code(dimension, texts[LABEL])
        if texts[LABEL] and not code and texts[LABEL] not in self.found.uncoded:
            self.found.uncoded.append(texts[LABEL])
        one = Line(
            texts[NAME], dimension, code, texts[LABEL], texts[YEAR], value,
            texts[UNIT], texts[DEFINITION], texts[SOURCE], texts[PLACE],
        )  # fmt: skip
        if one.key in self._seen:
            self._say(line, column, _("同じ項目・区分・年度の値が前の行にもあります。"))
            return
        self._seen.add(one.key)
        self.found.lines.append(one)

    def _refuse(self, line: int, name: str, reason: str) -> None:
        self._say(line, self.columns.at.get(name), reason)

    def _say(self, line: int, column: int | None, reason: str) -> None:
        if column is None:
            said = _("%(line)d行目: %(reason)s") % {"line": line, "reason": reason}
        else:
            place = {"line": line, "column": column_letter(column + 1), "reason": reason}
            said = _("%(line)d行目 %(column)s列: %(reason)s") % place
        if said not in self.faults:
            self.faults.append(said)


def year_text(year: Year) -> str:
    """「2020年度」「2020年」, however it was written; the bare number where nobody says which."""
    if year.is_fiscal is None:
        return str(year.number)
    return f"{year.number}年度" if year.is_fiscal else f"{year.number}年"


def _number(text: str) -> tuple[Decimal | None, str]:
    """The number and the sign behind it (%, 円, 件, 人); None for what is none or has more than four decimals."""
    said = (
        "".join(unicodedata.normalize("NFKC", text).split())
        .replace(",", "")
        .replace("−", "-")
        .replace("▲", "-")
    )
    sign = match[0] if (match := _SIGN.search(said)) else ""
    try:
        value = Decimal(said.removesuffix(sign))
    except InvalidOperation:
        return None, sign
    if not value.is_finite() or abs(value) >= _MOST or value != round(value, 4):
        return None, sign
    return value, sign
