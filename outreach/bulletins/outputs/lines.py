"""Lines of so many full-width columns, broken where Japanese typesetting lets a line end. Pure."""

import re
import unicodedata
from typing import Final

# JIS X 4051 (行頭禁則, 行末禁則): what may not begin a line, and what may not end one.
_NOT_FIRST: Final = frozenset(
    "、。，．,.・:;：；?!？！)）」』】〕〉》]］}｝ー々ゝゞヽヾ…‥%％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST: Final = frozenset("(（「『【〔〈《[［{｛")
# Words, numbers and addresses of the net stay whole; every other sign may end a line.
_UNITS: Final = re.compile(r"[!-'*-~]+|.", re.DOTALL)


def half_columns(text: str) -> int:
    """How wide it is in a fixed-width font, in half-width columns; an ambiguous sign (※, ①) counts as full-width."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def wrapped(text: str, columns: int) -> str:
    """Each line of the text in lines of at most `columns` full-width columns; a word that is longer stands alone.

    At most two signs are carried over so that a line neither begins nor ends against the rule.
    """
    return "\n".join(piece for line in text.split("\n") for piece in _line(line, 2 * columns))


def _line(line: str, most: int) -> list[str]:
    done: list[list[str]] = [[]]
    width = 0
    for unit in _UNITS.findall(line):
        size = half_columns(unit)
        if width + size > most and done[-1]:
            carried = _carried(done[-1], unit)
            done.append(carried)
            width = half_columns("".join(carried))
        done[-1].append(unit)
        width += size
    pieces = ["".join(units) for units in done]
    return [pieces[0].rstrip(), *(piece.strip() for piece in pieces[1:])]


def _carried(units: list[str], following: str) -> list[str]:
    """What is taken off the end of a full line, to stand before what follows on the next."""
    carried: list[str] = []
    while len(units) > 1 and len(carried) < 2 and (following[0] in _NOT_FIRST or units[-1] in _NOT_LAST):
        following = units.pop()
        carried.insert(0, following)
    return carried
