"""What the cells of population tables say: ages, sexes, places, numbers, and marks that hide a number.

The usual words of 町丁目別・年齢別人口 as municipalities publish it, and of the open data sets that the national
government recommends (地域・年齢別人口: 「0-4歳の男性」).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cases import spelling
from cases.figures.residents import ALL_AGES, BOTH, FEMALE, MALE, NO_AGE, OPEN, Ages

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－ー~～〜", "-"))
_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
# X, ＊, ―, …, 秘匿: a number that is not told. An empty cell tells none either.
_HIDDEN: Final = re.compile(r"|[x×χ*※-]+|[.…・]+|\(?秘匿\)?|非公表|n/?a")
_YEAR: Final = r"(?:歳|才)?"
_CLASS: Final = re.compile(rf"([0-9]{{1,3}}){_YEAR}-([0-9]{{1,3}}){_YEAR}")
_OVER: Final = re.compile(rf"([0-9]{{1,3}}){_YEAR}(?:以上|-|\+)")
_UNDER: Final = re.compile(rf"([0-9]{{1,3}}){_YEAR}(未満|以下)")
_DECADE: Final = re.compile(r"([1-9]0)(?:歳)?代")
_SINGLE: Final = re.compile(r"満?([0-9]{1,3})(?:歳|才)")
_BARE: Final = re.compile(r"[0-9]{1,3}")
_OLDEST: Final = 150
_NAMED: Final = {
    "年少人口": Ages(0, 15), "生産年齢人口": Ages(15, 65), "老年人口": Ages(65, OPEN),
    "高齢者人口": Ages(65, OPEN), "前期高齢者": Ages(65, 75), "後期高齢者": Ages(75, OPEN),
}  # fmt: skip
_TOTALS: Final = frozenset(
    {
        "",
        "総数",
        "計",
        "合計",
        "総計",
        "総人口",
        "人口",
        "人数",
        "人口総数",
        "総人口数",
        "人口計",
        "全年齢",
        "全体",
    }
)
_NO_AGE: Final = frozenset({"不詳", "年齢不詳", "不明", "年齢不明"})
# 「総数、年齢「不詳」含む」: the total has people whom no class has.
_WITH_NO_AGE: Final = re.compile(r"[、,]?年齢「?不詳」?を?含む")
_BOTH_SEXES: Final = re.compile(r"男女(?:合計|総数|計)?")
_SEX: Final = re.compile(r"(?:男|女)(?:性|子)?")
# What joins a sex, an age and 人口 in one heading.
_JOINTS: Final = re.compile(r"[の_・/()\[\]:、,]|\(人\)|人口|人数|年齢(?=[0-9])")
_IGNORED: Final = re.compile(
    r"コード|番号|都道府県|市区町村|市町村|備考|世帯|平均|年月日|調査年|基準日|面積|密度|割合|比率|率$|指数|増減|前年|"
    r"秘匿|合算|日本人|外国人|階層|url|key|id$|^no\.?$"
)
_TOWN: Final = re.compile(
    r"^(?:町丁|町・?字|町名|町$|町・|大字|字|小字|丁目|地区|地域|住所|行政区|町会|区域|学区|小学校区)"
)
_COARSE_TOWN: Final = re.compile(r"^(?:地区|地域区分|区域|行政区|学区|小学校区)")
_AGE_KEY: Final = re.compile(r"^(?:年齢|各歳|年代|歳$|才$|年令)")
_SEX_KEY: Final = re.compile(r"^(?:性別|男女|男女別|性)$")
_GRAND: Final = re.compile(
    r"^(?:全?(?:市|区|町|村|域|地域|体)|総数|合計|計|総計|(?:市|区|町|村)(?:計|合計|総数)|全(?:市|区|町|村)(?:計|合計))$"
)
_SUM_OF: Final = re.compile(r"(?:小計|合計|総数|計)$")
_CHOME: Final = re.compile(r"[一二三四五六七八九十]+(?=丁目)")
_KANJI: Final = {digit: n for n, digit in enumerate("一二三四五六七八九", start=1)}

# A file says the same words again and again.
_remembered: Final = lru_cache(maxsize=8192)


@_remembered
def plain(text: str) -> str:
    """For comparing: half width, small letters, no blanks; dashes as they are."""
    return "".join(spelling.width(text).lower().split())


@_remembered
def number(text: str) -> int | None:
    """A whole number of people; None for a cell that does not tell one. Raises ValueError for anything else."""
    said = plain(text).translate(_DASHES).removesuffix("人")
    if _HIDDEN.fullmatch(said):
        return None
    if not _NUMBER.fullmatch(said):
        raise ValueError("no whole number")
    found = int(said.replace(",", ""))
    if found >= 10**9:
        raise ValueError("more people than there are")
    return found


def is_number(text: str) -> bool:
    """Whether the cell holds digits that count something."""
    return _NUMBER.fullmatch(plain(text).removesuffix("人")) is not None


def is_hidden(text: str) -> bool:
    return _HIDDEN.fullmatch(plain(text).translate(_DASHES)) is not None


@_remembered
def ages(text: str, *, bare: bool = False) -> Ages | None:
    """「0〜4歳」「85歳以上」「20歳代」「65歳」「総数」「不詳」; `bare`: 65 too. None for other words."""
    said = plain(text).translate(_DASHES)
    if said in _NO_AGE:
        return NO_AGE
    if said in _NAMED:
        return _NAMED[said]
    said = re.sub(r"\(?再掲\)?", "", said)
    said = said if said in _TOTALS else _SUM_OF.sub("", said).removeprefix("総数")
    if said in _TOTALS:
        return ALL_AGES
    found = _numbered(said, bare=bare)
    return found if found and found.first < found.end and found.first <= _OLDEST else None


def _numbered(said: str, *, bare: bool) -> Ages | None:
    if match := _CLASS.fullmatch(said):
        return Ages(int(match[1]), int(match[2]) + 1)
    if match := _OVER.fullmatch(said):
        return Ages(int(match[1]), OPEN)
    if match := _UNDER.fullmatch(said):
        return Ages(0, int(match[1]) + (match[2] == "以下"))
    if match := _DECADE.fullmatch(said):
        return Ages(int(match[1]), int(match[1]) + 10)
    if match := _SINGLE.fullmatch(said) or (_BARE.fullmatch(said) if bare else None):
        first = int(match[match.lastindex or 0])
        return Ages(first, first + 1)
    return None


@_remembered
def sex(text: str) -> str | None:
    """MALE, FEMALE, BOTH for 計; None for other words."""
    said = plain(text)
    if said in _TOTALS - {""} or _BOTH_SEXES.fullmatch(said):
        return BOTH
    return _sex_in(said) if _SEX.fullmatch(said) else None


def _sex_in(said: str) -> str:
    return MALE if said.startswith("男") else FEMALE


@dataclass(frozen=True)
class Heading:
    """What one heading says of the cells under it; None where it says nothing of it."""

    ages: Ages | None = None
    sex: str | None = None

    def below(self, upper: "Heading") -> "Heading":
        """Both headings of a column: a word such as 計 in one of them leaves what the other says."""
        own = None if self.ages == ALL_AGES and upper.ages else self.ages
        return Heading(own or upper.ages, self.sex if self.sex is not None else upper.sex)


@_remembered
def heading(text: str, *, bare: bool = False) -> Heading | None:
    """「0-4歳の男性」「男 総数」「女」「計」「人口(総数)」「65歳以上」; None for other words."""
    said = _WITH_NO_AGE.sub("", plain(text))
    found: str | None = None
    if match := _BOTH_SEXES.search(said):
        found, said = BOTH, said[: match.start()] + said[match.end() :]
    elif match := _SEX.search(said):
        found, said = _sex_in(match[0]), said[: match.start()] + said[match.end() :]
    rest = said if said in _NAMED or said in _TOTALS else _JOINTS.sub("", said)
    if not rest and found is None and not said:
        return None
    read = ages(rest, bare=bare)
    if read is None:
        return None
    return Heading(None if read == ALL_AGES and found is not None and not rest else read, found)


def has_people_of_no_age(text: str) -> bool:
    return _WITH_NO_AGE.search(plain(text)) is not None


def is_ignored(text: str) -> bool:
    return _IGNORED.search(plain(text)) is not None


def is_town_key(text: str) -> bool:
    return not is_ignored(text) and _TOWN.search(plain(text)) is not None


def is_coarse_town_key(text: str) -> bool:
    """地区名 beside 町丁名 names a part of the town that the town's own name does not need."""
    return _COARSE_TOWN.search(plain(text)) is not None


def is_age_key(text: str) -> bool:
    return not is_ignored(text) and _AGE_KEY.search(plain(text)) is not None and heading(text) is None


def is_sex_key(text: str) -> bool:
    return _SEX_KEY.fullmatch(plain(text)) is not None


@_remembered
def town(text: str) -> str:
    """「本町 一丁目」 → 「本町1丁目」: one spelling, so that next year's file finds it again."""
    said = "".join(spelling.width(text).split())
    return _CHOME.sub(lambda match: str(_kanji_number(match[0])), said)


def _kanji_number(digits: str) -> int:
    tens, ten, ones = digits.rpartition("十")
    return (10 * _KANJI.get(tens, 1) if ten else 0) + _KANJI.get(ones, 0)


def is_grand_total(name: str, municipality: str) -> bool:
    """総数, 市計, みどり市, みどり市計: the file's own total line."""
    return bool(_GRAND.fullmatch(name)) or (bool(municipality) and _SUM_OF.sub("", name) == municipality)


def is_subtotal(name: str) -> bool:
    """北部地区計."""
    return _SUM_OF.search(name) is not None
