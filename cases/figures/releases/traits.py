"""What cases are told apart by: the columns behind the dimensions, so that dimensions of one column are one axis.

年代, 65歳以上か and 高齢者 are three cuts of one column; 商品 and its 中分類 and 大分類 stand side by side in a case.
A reader who has one of them has the margins of the others, so the ledger counts by what lies behind them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from cases.figures import amount_classes, columns, counting, reclassified
from cases.figures.counting import Rows
from cases.figures.dimensions import BLANK, DIMENSIONS, SUBJECTS, Dimension
from cases.figures.layout import ERASED, UNKNOWN_NUMBER, IntArray
from cases.figures.limits import AgeLimits
from cases.figures.questions import CONTRACT_YEN, PAID_YEN, RECOVERED_YEN
from cases.records import ages, codes
from cases.records.centre import Area, Centre
from cases.records.codes import Kind

GOODS: Final = "goods"
_GOODS: Final = ("product", "product_middle", "product_class")
SEPARATOR: Final = "\x1f"
# Whether the yen of a case are known: an erased case has none any more. What is summed up, and how many it is of.
YEN: Final = (CONTRACT_YEN, PAID_YEN, RECOVERED_YEN)
KNOWN: Final = "KNOWN"
_KNOWN_OR_NOT: Final = (BLANK, KNOWN)
_AGES: Final = ("age_band", "caller_age_band")
_AREAS: Final = ("area", "caller_area")


def columns_of(trait: str) -> tuple[str, ...]:
    """The columns whose words make the word of the trait, joined by SEPARATOR."""
    return _GOODS if trait == GOODS else (trait,)


def words_of(facts: columns.Facts, column: str) -> Sequence[str]:
    """The word behind each number of a column."""
    return _KNOWN_OR_NOT if column in YEN else counting.words_of(facts, column)


def numbers_of(rows: Rows, column: str) -> IntArray:
    """The numbers of the words of a column, row by row."""
    found = rows.column(column)
    return ((found != UNKNOWN_NUMBER) & ~rows.are_erased).astype(np.int64) if column in YEN else found


def trait_of(dimension: Dimension) -> str | None:
    """The trait that the dimension cuts; None for those of time."""
    if dimension.code_of_day is not None:
        return None
    return GOODS if dimension.column in _GOODS else dimension.column


def code_in(dimension: Dimension) -> Callable[[str], str]:
    """From a word of the dimension's trait to its code."""
    columns = columns_of(trait_of(dimension) or "")
    at, code_of = columns.index(dimension.column), dimension.code_of or str
    return lambda word: code_of(word.split(SEPARATOR)[at])


def universe(trait: str, centre: Centre) -> frozenset[str]:
    """Every word that a case can have today, whether one has it or not: a zero, too, can be hidden."""
    if trait in YEN:
        return frozenset(_KNOWN_OR_NOT)
    if trait in _AGES:
        return frozenset({*ages.BY_CODE, BLANK, ERASED})
    if trait in _AREAS:
        return frozenset({*centre.areas.values_list("code", flat=True), *Area.EVERYWHERE, BLANK, ERASED})
    if trait == counting.WEEKDAY:
        return frozenset({*counting.WEEKDAY_CODES, ERASED})
    if trait == GOODS:
        goods = codes.codes(Kind.PRODUCT)
        lines = [(code, goods.middles[code], goods.roots[code]) for code in goods.by_code]
        return frozenset(SEPARATOR.join(line) for line in [*lines, (BLANK,) * 3, (ERASED,) * 3])
    return frozenset({*_coded(trait), BLANK, ERASED})


def _coded(trait: str) -> Mapping[str, object]:
    if trait.endswith("_class"):
        return amount_classes.LABELS
    dimension = next(found for found in DIMENSIONS.values() if trait in _columns(found))
    if dimension.code_set is not None:
        return codes.codes(dimension.code_set).by_code
    return dimension.labels or {}


def _columns(dimension: Dimension) -> set[str]:
    return {dimension.of(subject, AgeLimits(), reclassified.shipped()).column for subject in SUBJECTS}
