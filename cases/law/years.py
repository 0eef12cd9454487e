"""Years as tables write them: 令和2年度, R2, 2020年, 2020年度."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from cases.law.calendar import ERAS

_JAPANESE: Final = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])(元|[0-9]{1,2})(年度|年|FY)?")
_WESTERN: Final = re.compile(r"(?:FY)?((?:19|20)[0-9]{2})(年度|年)?")
_BOTH: Final = re.compile(r"\((.+)\)$")


@dataclass(frozen=True, order=True)
class Year:
    """`number` is the year that it begins in; `is_fiscal` None where the text does not say which kind it is."""

    number: int
    is_fiscal: bool | None = None


def parse_year(text: str) -> Year | None:
    """The year of a heading or a cell; None for any other text. Of 令和2年度(2020) the first one."""
    written = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    written = _BOTH.sub("", written)
    if match := _WESTERN.fullmatch(written):
        return Year(int(match[1]), _kind(match[2], is_fiscal=written.startswith("FY")))
    if match := _JAPANESE.fullmatch(written):
        era = next(era for era in ERAS if match[1] in (era.name, era.letter))
        number = 1 if match[2] == "元" else int(match[2])
        return Year(era.year_one + number - 1, _kind(match[3])) if number else None
    return None


def _kind(word: str | None, *, is_fiscal: bool = False) -> bool | None:
    if is_fiscal or word in ("年度", "FY"):
        return True
    return False if word == "年" else None
